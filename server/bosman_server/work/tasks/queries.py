"""Lists of tasks and jobs."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, String, Uuid, any_, bindparam, case, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import aliased
from sqlalchemy.types import DateTime, Interval

from bosman_protocol.work import TaskKind
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.kit.db.list_query import MOST_IDS
from bosman_server.kit.db.list_spec import (
    TENANTS,
    Bound,
    Join,
    SortKey,
    any_of,
    at_site,
    by_text,
    equal,
    matching,
    matching_any,
    search,
)
from bosman_server.kit.db.lists import ListSpec
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.problems import not_found
from bosman_server.kit.values import Row, RowView
from bosman_server.work.safety.models import Freeze
from bosman_server.work.safety.rules import FLEET
from bosman_server.work.tasks.models import FAILED, Job, Task, TaskState
from bosman_server.work.tasks.schemas import TaskOutcome, TaskRowOut

Period = Literal["day", "week"]

_never = literal("9999-12-30T00:00:00Z", String()).cast(DateTime(timezone=True))

# What needs somebody comes first, what went well comes last.
_ORDER = ("failed", "timed_out", "expired", "cancelled", "running", "leased", "queued", "waiting", "succeeded")
_attention = case({state: rank for rank, state in enumerate(_ORDER)}, value=Task.state, else_=len(_ORDER))

_is_frozen = (
    select(Freeze.tenant_id)
    .where(Freeze.frozen, (Freeze.tenant_id == Task.tenant_id) | (Freeze.tenant_id == FLEET))
    .correlate(Task)
    .exists()
)
# What a device has taken in but not begun is held up by a freeze as well.
_waiting_for = case(
    (Task.state == "waiting", func.coalesce(Task.waiting_for, "time")),
    (((Task.state == "queued") | (Task.state == "leased")) & Task.action_class.is_not(None) & _is_frozen, "freeze"),
    else_=None,
)


def _outcome(task: str) -> str:
    """What a finished task of a kind brought, in numbers that lists say in words; `task` is the table's alias."""

    def number(path: str) -> str:
        return f"jsonb_array_length(jsonb_path_query_array({task}.result, '{path}'))"

    def object_of(**values: str) -> str:
        pairs = (f"'{name}', {values.get(name, 'NULL')}" for name in _OUTCOME)
        return f"jsonb_build_object({', '.join(pairs)})"

    restart = f"{task}.result -> 'restart_required'"
    kinds = {
        TaskKind.UPDATES_INSTALL: object_of(
            done=number('$.updates[*] ? (@.outcome == "installed")'), count=number("$.updates[*]"), restart=restart
        ),
        TaskKind.APPS_UPGRADE: object_of(
            done=number('$.apps[*] ? (@.outcome == "upgraded")'), count=number("$.apps[*]"), restart=restart
        ),
        TaskKind.UPDATES_SCAN: object_of(
            count=f"{task}.result -> 'pending_count'", security=f"{task}.result -> 'security_count'", restart=restart
        ),
        TaskKind.APPS_SCAN: object_of(count=number("$.apps[*]")),
        TaskKind.INVENTORY_COLLECT: object_of(count=f"{task}.result -> 'software_count'"),
        TaskKind.HEALTH_COLLECT: object_of(
            count=number("$.disks[*]"),
            failing=number('$.disks[*] ? (@.verdict == "failing")'),
            warning=number('$.disks[*] ? (@.verdict == "warning")'),
        ),
        TaskKind.AGENT_UPDATE: object_of(version=f"{task}.result -> 'version'"),
    }
    cases = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value in kinds.items())
    return f"CASE WHEN {task}.result IS NULL THEN NULL ELSE CASE {task}.kind {cases} END END"


_OUTCOME = tuple(TaskOutcome.model_fields)

TASKS = ListSpec(
    root=Task,
    row=TaskRowOut,
    shown={
        "hostname": Device.hostname,
        "waiting_for": _waiting_for,
        "outcome": literal_column(_outcome("tasks_task"), JSONB()),
        "device_online": func.coalesce(Presence.online, False),
        "device_last_seen_at": Presence.last_seen_at,
    },
    joins=(
        Join(Device, (Device.tenant_id == Task.tenant_id) & (Device.id == Task.device_id)),
        Join(Presence, (Presence.tenant_id == Task.tenant_id) & (Presence.device_id == Task.device_id), optional=True),
    ),
    sorts={
        "created_at": SortKey(Task.created_at, "desc", by_tenant=True),
        "finished_at": SortKey(func.coalesce(Task.finished_at, _never), "desc"),
        "state": SortKey(_attention),
        "kind": SortKey(Task.kind),
        "hostname": by_text(Device.hostname),
    },
    default_sort="created_at",
    filters={
        "site_id": any_of(Device.site_id, UUID, max_length=MOST_IDS),
        "device_id": any_of(Task.device_id, UUID, max_length=MOST_IDS),
        "job_id": equal(Task.job_id, UUID),
        "state": any_of(Task.state, TaskState),
        "kind": any_of(Task.kind, TaskKind),
        "q": search(Device.hostname),
    },
    visible_to=at_site(Task.tenant_id, Device.site_id),
)

DETAIL = """
SELECT j.params, t.result, t.error_detail, t.timeout_seconds, t.output_bytes, n.output_retention_days, t.queued_at,
       (SELECT count(*) FROM tasks_task o WHERE o.tenant_id = t.tenant_id AND o.job_id = t.job_id) AS job_task_count,
       (SELECT count(*) FROM tasks_chunk c WHERE c.tenant_id = t.tenant_id AND c.task_id = t.id) AS output_chunks
FROM tasks_task t JOIN tenancy_tenant n ON n.id = t.tenant_id
JOIN tasks_job j ON j.tenant_id = t.tenant_id AND j.id = t.job_id
WHERE t.tenant_id = $1 AND t.id = $2
"""

CHUNKS = """
SELECT seq, stream, at, text FROM tasks_chunk
WHERE tenant_id = $1 AND task_id = $2 AND seq > $3 ORDER BY seq LIMIT $4
"""

ACTIVE = """
SELECT DISTINCT ON (device_id) device_id, id, kind, state, progress_percent FROM tasks_task
WHERE device_id = ANY ($1::uuid[]) AND state IN ('waiting', 'queued', 'leased', 'running')
ORDER BY device_id, (state = 'running') DESC, created_at
"""

# A job over several tenants has one row in each: read together, as far as the scope lets one see.
JOB = """
SELECT j.id, j.kind, j.created_by_name, min(j.created_at) AS created_at, min(j.not_before) AS not_before,
       max(j.expires_at) AS expires_at, max(j.cancelled_at) AS cancelled_at, (array_agg(j.params))[1] AS params,
       array_agg(j.tenant_id) AS tenant_ids, (array_agg(j.retry_of))[1] AS retry_of,
       (array_agg(j.outside_windows))[1] AS outside_windows
FROM tasks_job j WHERE j.id = ANY ($1::uuid[]) AND j.tenant_id = ANY ($2::uuid[])
  AND ($3::uuid[] IS NULL OR j.tenant_id = ANY ($3) OR EXISTS (
      SELECT FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
      WHERE t.tenant_id = j.tenant_id AND t.job_id = j.id AND d.site_id = ANY ($3)))
GROUP BY j.id, j.kind, j.created_by_name
"""

_WITHIN = """
  AND ($3::uuid[] IS NULL OR t.tenant_id = ANY ($3)
       OR t.device_id IN (SELECT d.id FROM tenancy_device d WHERE d.site_id = ANY ($3)))
"""
JOB_COUNTS = f"""
SELECT t.job_id, t.state, count(*) AS number FROM tasks_task t
WHERE t.job_id = ANY ($1::uuid[]) AND t.tenant_id = ANY ($2::uuid[]) {_WITHIN} GROUP BY t.job_id, t.state
"""  # noqa: S608 - our own words
TASKS_OF_JOB = f"""
SELECT t.tenant_id, t.id FROM tasks_task t
WHERE t.job_id = $1 AND t.tenant_id = ANY ($2::uuid[]) {_WITHIN} ORDER BY t.tenant_id, t.id
"""  # noqa: S608 - as above
FAILED_OF_JOB = f"""
SELECT t.tenant_id, t.device_id, a.status FROM tasks_task t
JOIN tenancy_device a ON a.tenant_id = t.tenant_id AND a.id = t.device_id
WHERE t.job_id = $1 AND t.tenant_id = ANY ($2::uuid[]) AND t.state IN ('failed', 'timed_out', 'expired') {_WITHIN}
"""  # noqa: S608 - as above

ONLY_TASKS = f"""
SELECT t.job_id, t.id, t.device_id, d.hostname, t.state, t.progress_percent, t.error_code, t.error_params,
       {_outcome("t")} AS outcome
FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
WHERE t.job_id = ANY ($1::uuid[]) AND t.tenant_id = ANY ($2::uuid[]) {_WITHIN}
"""  # noqa: S608 - as above
JOB_ATTEMPTS = f"""
SELECT j.id, min(j.created_at) AS created_at, min(j.created_by_name) AS created_by_name, count(t.id) AS task_count
FROM tasks_job j JOIN tasks_task t ON t.tenant_id = j.tenant_id AND t.job_id = j.id
WHERE j.tenant_id = ANY ($2::uuid[]) AND (j.id = $1 OR j.retry_of = $1) {_WITHIN}
GROUP BY j.id ORDER BY created_at, j.id LIMIT 50
"""  # noqa: S608 - as above
TASK_ATTEMPTS = """
SELECT t.id, t.job_id, t.state, t.created_at, t.created_by_name, t.error_code
FROM tasks_job here
JOIN tasks_job j ON j.tenant_id = here.tenant_id
    AND (j.id = coalesce(here.retry_of, here.id) OR j.retry_of = coalesce(here.retry_of, here.id))
JOIN tasks_task t ON t.tenant_id = j.tenant_id AND t.job_id = j.id AND t.device_id = $3
WHERE here.tenant_id = $1 AND here.id = $2 ORDER BY t.created_at, t.id LIMIT 50
"""
RETRIED = "SELECT params, coalesce(retry_of, id) AS first_id FROM tasks_job WHERE tenant_id = $1 AND id = $2"

CANCEL_JOB = """
UPDATE tasks_job SET cancelled_at = coalesce(cancelled_at, now()) WHERE id = $1 AND tenant_id = ANY ($2::uuid[])
"""

_other = aliased(Job)


def _is_visible(job: Any, within: Bound) -> ColumnElement[bool]:
    here = (
        select(Task.id)
        .join(Device, (Device.tenant_id == Task.tenant_id) & (Device.id == Task.device_id))
        .where(Task.tenant_id == job.tenant_id, Task.job_id == job.id, Device.site_id == any_(within))
        .correlate(job)
    )
    tenant: ColumnElement[bool] = job.tenant_id == any_(within)
    return tenant | here.exists()


def _stands_for_the_job(within: Bound) -> ColumnElement[bool]:
    """Of a job's rows that one may see, the one of the lowest tenant."""
    lower = (
        select(_other.id)
        .where(_other.id == Job.id, _other.tenant_id < Job.tenant_id, _is_visible(_other, within))
        .correlate(Job)
    )
    return _is_visible(Job, within) & ~lower.exists()


def _has_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Jobs with a task for which something holds, in whichever of the tenants that are asked for."""
    within = bindparam(TENANTS, type_=ARRAY(Uuid(as_uuid=True)))
    return (
        select(Task.id)
        .join(Device, (Device.tenant_id == Task.tenant_id) & (Device.id == Task.device_id))
        .where(Task.tenant_id == any_(within), Task.job_id == Job.id, condition)
        .correlate(Job)
        .exists()
    )


def _failed_within(value: Bound) -> ColumnElement[bool]:
    hours = case((value == "day", literal_column("24")), else_=literal_column("168"))
    since = func.now() - hours * literal_column("interval '1 hour'", Interval())
    failed: ColumnElement[bool] = or_(*(Task.state == literal_column(f"'{state}'") for state in FAILED))
    return _has_task(failed & (Task.finished_at > since))


class JobKey(BaseModel):
    """What the page of a list of jobs is cut by; the jobs themselves are read by `read_jobs`."""

    id: UUID
    created_at: datetime


JOBS = ListSpec(
    root=Job,
    row=JobKey,
    sorts={"created_at": SortKey(Job.created_at, "desc")},
    default_sort="created_at",
    filters={
        "kind": any_of(Job.kind, TaskKind),
        "site_id": matching_any(UUID, lambda value: _has_task(Device.site_id == any_(value)), max_length=MOST_IDS),
        "state": matching_any(TaskState, lambda value: _has_task(Task.state == any_(value))),
        "failed_within": matching(Period, _failed_within),
        "q": replace(search(Device.hostname), clause=lambda value: _has_task(search(Device.hostname).clause(value))),
    },
    visible_to=_stands_for_the_job,
    is_always_narrowed=True,
)


async def read_task(connection: Connection, scope: TenantScope, task_id: UUID) -> Row | None:
    """A task as lists show it, if it lies in the scope."""
    return await TASKS.one(connection, scope, task_id)


async def read_made_task(connection: Connection, scope: TenantScope, job_id: UUID, task_id: UUID | None = None) -> Row:
    """The task of a job for one device, as lists show it. Raises Problem 404 where it is gone, or not in the scope.

    `task_id`: None = it is looked up.
    """
    if task_id is None:
        task_id = await connection.fetchval("SELECT id FROM tasks_task WHERE job_id = $1", job_id)
    row = await read_task(connection, scope, task_id) if task_id is not None else None
    if row is None:
        raise not_found()
    return row


async def read_job_attempts(connection: Connection, scope: TenantScope, job: RowView) -> list[Row]:
    """Every try of what a job wishes for, the first one first; empty where there was only one."""
    first_id = job["retry_of"] or job["id"]
    rows = await connection.fetch(JOB_ATTEMPTS, first_id, list(scope), scope.visible_to)
    return [dict(row) for row in rows] if len(rows) > 1 else []


async def read_task_attempts(connection: Connection, task: RowView) -> list[Row]:
    """Every try of a task's work on its device, likewise."""
    rows = await connection.fetch(TASK_ATTEMPTS, task["tenant_id"], task["job_id"], task["device_id"])
    return [dict(row) for row in rows] if len(rows) > 1 else []


async def read_jobs(connection: Connection, scope: TenantScope, job_ids: list[UUID]) -> list[Row]:
    """Jobs with their counts as far as the scope goes, newest first, in three queries."""
    jobs = [dict(row) for row in await connection.fetch(JOB, job_ids, list(scope), scope.visible_to)]
    tenant_ids = list({tenant_id for job in jobs for tenant_id in job["tenant_ids"]})
    by_id = {job["id"]: job for job in jobs}
    for job in jobs:
        job["counts"] = dict.fromkeys(
            ("waiting", "queued", "leased", "running", "succeeded", "failed", "timed_out", "cancelled", "expired"), 0
        )
        job["task_count"] = 0
    for row in await connection.fetch(JOB_COUNTS, list(by_id), tenant_ids, scope.visible_to):
        by_id[row["job_id"]]["counts"][row["state"]] = row["number"]
        by_id[row["job_id"]]["task_count"] += row["number"]
    single = [job["id"] for job in jobs if job["task_count"] == 1]
    tasks = {
        row["job_id"]: dict(row) for row in await connection.fetch(ONLY_TASKS, single, tenant_ids, scope.visible_to)
    }
    for job in jobs:
        task = tasks.get(job["id"])
        job["only_task"] = None if task is None else {name: task[name] for name in task if name != "job_id"}
    return sorted(jobs, key=lambda job: (job["created_at"], job["id"]), reverse=True)
