"""The route of Home."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from bosman_server.core.audit.queries import ENTRIES
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.home import queries
from bosman_server.features.home.schemas import HomeOut
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection, fetch_one
from bosman_server.kit.paging import Ids
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.values import Row, RowView
from bosman_server.work.tasks.queries import read_jobs

router = APIRouter(tags=["home"])

_SHOWN = 8
"""Of each part: the rest stands in the list behind it."""
_SUMMED = (
    "devices", "away", "critical_updates", "security_updates", "restart_required", "low_disk", "disk_unknown",
    "failing_disks", "health_unknown", "unscanned",
)  # fmt: skip
_LONGEST_TEXT = 120
_MOST_ITEMS = 3


@router.get("/home", response_model=HomeOut)
async def get_home(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    tenant_id: Ids = None,
    site_id: Ids = None,
) -> Response:
    """What needs somebody, what runs and what comes, as far as one may see each."""
    scope = access.restricted_to(tenant_id)
    async with runtime.database.reading(scope) as connection:
        customers = [dict(row) for row in await connection.fetch(queries.CUSTOMERS, *_within(scope, site_id))]
        work = await _work(connection, _also(access, scope, Permission.TASK_READ), site_id)
        approvals = await _approvals(connection, _also(access, scope, Permission.APPROVAL_READ))
        people = await _people(connection, _also(access, scope, Permission.AUDIT_READ))
        setup = await fetch_one(connection, queries.SETUP, list(scope), scope.visible_to, access.subject.user_id)
    totals = {name: sum(row[name] for row in customers) for name in _SUMMED}
    devices = totals.pop("devices")
    answer = {
        "devices": devices,
        "attention": totals | {"failed_tasks": work.pop("trend"), "approvals": approvals},
        **work,
        "customers": [_without_unknown(row) for row in sorted(customers, key=_badness)[:_SHOWN]],
        "customer_count": len(customers),
        "people": people,
        "setup": {
            "has_tenant": bool(customers),
            "has_device": devices > 0,
            "has_scan": totals["unscanned"] < devices,
            **setup,
        },
    }
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _also(access: Access, scope: TenantScope, permission: Permission) -> TenantScope:
    """Of the scope, the tenants in which one may see more than devices."""
    return access.subject.scope_of(tid for tid in access.subject.tenants_with(permission) if tid in scope)


def _within(scope: TenantScope, site_ids: Sequence[UUID] | None) -> tuple[object, ...]:
    return list(scope), scope.visible_to, site_ids


async def _work(connection: Connection, scope: TenantScope, site_ids: Sequence[UUID] | None) -> Row:
    if not scope:
        return {"trend": None, "failed": [], "running": [], "planned": []}
    within = _within(scope, site_ids)
    trend = dict(await fetch_one(connection, queries.FAILED_TREND, *within))
    failed = [dict(row) for row in await connection.fetch(queries.FAILED_GROUPS, *within, _SHOWN)]
    found = await connection.fetch(queries.OPEN_JOBS, *within, _SHOWN)
    jobs = {job["id"]: _brief(job) for job in await read_jobs(connection, scope, [row["job_id"] for row in found])}
    parts = {
        name: [jobs[row["job_id"]] for row in found if row["is_planned"] is planned and row["job_id"] in jobs]
        for name, planned in (("running", False), ("planned", True))
    }
    return {"trend": trend, "failed": failed, **parts}


async def _approvals(connection: Connection, scope: TenantScope) -> Row | None:
    return dict(await fetch_one(connection, queries.APPROVALS_TREND, list(scope))) if scope else None


async def _people(connection: Connection, scope: TenantScope) -> list[Row] | None:
    if not scope:
        return None
    rows, _ = await ENTRIES.batch(connection, scope, {"actor_kind": ["user", "api_key"]}, None, _SHOWN)
    return rows


def _badness(row: RowView) -> tuple[float, float, str]:
    """Worst first: by the share of devices in trouble, critical updates before all else."""
    devices = max(row["devices"], 1)
    trouble = row["security_updates"] + row["away"] + row["restart_required"] + row["low_disk"] + row["failing_disks"]
    return -row["critical_updates"] / devices, -trouble / devices, row["tenant_name"].lower()


def _without_unknown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in {"disk_unknown", "health_unknown"}}


def _brief(job: RowView) -> Row:
    """What a title is made of: a job may carry a script of half a megabyte."""
    named = ("id", "kind", "created_by_name", "not_before", "task_count", "counts")
    params = {name: _cut(value) for name, value in msgspec.json.decode(job["params"]).items()}
    return {name: job[name] for name in named} | {"params": params}


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return value[:_MOST_ITEMS] if isinstance(value, list) else value
