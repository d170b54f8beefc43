"""Work that Bosman does by itself, for nobody in particular: updates of the agent, and nothing else [R9].

The dispatcher refuses any other kind that no person has asked for.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from bosman_protocol.release import AgentUpdateParams
from bosman_protocol.work import ACTION_CLASSES, TaskKind
from bosman_server.audit.service import SYSTEM, record
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.tasks import sql
from bosman_server.tasks.service import TIMEOUT_SECONDS, Created, CreatedTask, TargetDevice, for_audit

_VALID = timedelta(hours=6)
"""Only devices that are there are chosen: one that has gone away meanwhile is chosen again."""


async def update_agents(
    tx: Transaction, tenant_id: TenantId, params: AgentUpdateParams, devices: Sequence[TargetDevice]
) -> Created:
    """One job of the system over devices of a tenant. The budget of its class holds it up where it must."""
    kind = TaskKind.AGENT_UPDATE
    values: dict[str, Any] = msgspec.to_builtins(params)
    job_id, expires_at = uuid7(), utc_now() + _VALID
    await tx.connection.execute(
        sql.INSERT_JOB, tenant_id, job_id, kind.value, values, None, SYSTEM.name, None, expires_at, None
    )
    tasks = [CreatedTask(uuid7(), device, "queued") for device in devices]
    action_class = ACTION_CLASSES[kind]
    await tx.connection.execute(
        sql.INSERT_TASKS, tenant_id, job_id, [task.id for task in tasks], [device.id for device in devices],
        kind.value, values, None, SYSTEM.name, None, expires_at, TIMEOUT_SECONDS[kind], action_class, None, None, None,
    )  # fmt: skip
    after = {"kind": kind, "params": for_audit(kind, values), "count": len(tasks)}
    after["device_ids"] = [device.id for device in devices]
    only = devices[0].id if len(devices) == 1 else None
    record(tx, tenant_id, SYSTEM, "job.create", target=("job", job_id), after=after, device_id=only)
    return Created(job_id, tasks, [])
