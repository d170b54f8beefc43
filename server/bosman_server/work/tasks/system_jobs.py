"""Work that nobody in particular asked for: each kind says whether, and the dispatcher asks again [R9]."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from bosman_protocol.work import TaskKind, TaskParams
from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.core.specs.kind_spec import Params, spec_of
from bosman_server.fleet.devices.targeting import TargetDevice
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.work.tasks import sql
from bosman_server.work.tasks.service import Created, CreatedTask


async def create_system_job(
    tx: Transaction,
    tenant_id: TenantId,
    kind: TaskKind,
    typed: TaskParams,
    devices: Sequence[TargetDevice],
    *,
    valid: timedelta,
) -> Created:
    """One job of the system over devices of a tenant. The budget of its class holds it up where it must.

    Raises ValueError for a kind that wants somebody who asks.
    """
    spec = spec_of(kind)
    if spec.wanted_by_system is None:
        raise ValueError(f"{kind} is nothing that the system does by itself")
    params: Params = msgspec.to_builtins(typed)
    job_id, expires_at = uuid7(), utc_now() + valid
    await tx.connection.execute(
        sql.INSERT_JOB, tenant_id, job_id, kind.value, params, None, SYSTEM.name, None, expires_at, None, None, None
    )
    tasks = [CreatedTask(uuid7(), device, "queued") for device in devices]
    await tx.connection.execute(
        sql.INSERT_TASKS, tenant_id, job_id, [task.id for task in tasks], [device.id for device in devices],
        kind.value, None, SYSTEM.name, None, expires_at, spec.timeout_seconds, spec.action_class, None, None, None,
    )  # fmt: skip
    after = {"kind": kind, "params": spec.audit_view(params), "count": len(tasks)}
    after["device_ids"] = [device.id for device in devices]
    only = devices[0].id if len(devices) == 1 else None
    record(tx, tenant_id, SYSTEM, "job.create", target=("job", job_id), after=after, device_id=only)
    return Created(job_id, tasks, [])
