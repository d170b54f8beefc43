"""What agents and browsers hear once work was made or has changed; all of it may be lost without harm."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from bosman_protocol import subjects
from bosman_server.kit.db.transaction import Record, Transaction
from bosman_server.kit.live import Change, TaskStateChanged, encode, output
from bosman_server.work.tasks.service import Created

_STATE_EVENT = encode(TaskStateChanged())
_MOST_TASKS = 50
"""Beyond this browsers hear of the jobs instead of each task: they read the lists again anyway."""


def notify_created(tx: Transaction, created: Created) -> None:
    """Wake the agents, tell the browsers, once the work is stored."""
    tx.publish_each((subjects.nudge(task.device.id), b"") for task in created.tasks if task.state == "queued")
    by_tenant = defaultdict(list)
    for task in created.tasks:
        by_tenant[task.device.tenant_id].append(task)
    for tenant_id, tasks in by_tenant.items():
        for task in tasks if len(tasks) <= _MOST_TASKS else ():
            tx.announce(Change("task", tenant_id, task.id, task.device.id, state=task.state))
        tx.announce(Change("job", tenant_id, created.job_id))
    for tenant_id, approval_id in created.approvals:
        tx.announce(Change("approval", tenant_id, approval_id, state="pending"))


def notify_changed(tx: Transaction, rows: Sequence[Record], *, wake: bool = False) -> None:
    """Tell the browsers of tasks (tenant_id, id, job_id, device_id, state) that have changed; `wake`: agents, too."""
    by_job: dict[tuple[UUID, UUID], list[Record]] = defaultdict(list)
    for row in rows:
        by_job[row["tenant_id"], row["job_id"]].append(row)
        tx.publish(output(row["tenant_id"], row["id"]), _STATE_EVENT)
    # No agent holds what was cancelled at once.
    for device_id in {row["device_id"] for row in rows if row["state"] != "cancelled"} if wake else ():
        tx.publish(subjects.nudge(device_id))
    for (tenant_id, job_id), members in by_job.items():
        if len(members) > _MOST_TASKS:
            tx.announce(Change("job", tenant_id, job_id))
            continue
        for row in members:
            tx.announce(Change("task", tenant_id, row["id"], row["device_id"], state=row["state"]))
