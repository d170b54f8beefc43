"""Reading states of the freeze."""

from uuid import UUID

from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.work.safety.rules import FLEET

_FLEET = """
SELECT frozen, reason, changed_by_name, changed_at, device_count, acknowledged_count, offline_count
FROM safety_freeze WHERE tenant_id = $1
"""
_TENANTS = """
SELECT t.id AS tenant_id, t.name AS tenant_name, coalesce(f.frozen, false) AS frozen, coalesce(f.reason, '') AS reason,
       f.changed_by_name, f.changed_at, count(d.id) AS device_count,
       count(d.id) FILTER (WHERE o.version >= f.version) AS acknowledged_count,
       count(d.id) FILTER (WHERE coalesce(o.version, 0) < f.version AND NOT coalesce(p.online, false)) AS offline_count
FROM tenancy_tenant t
LEFT JOIN safety_freeze f ON f.tenant_id = t.id
LEFT JOIN tenancy_device d ON d.tenant_id = t.id AND d.status = 'active'
    AND ($3::uuid[] IS NULL OR d.tenant_id = ANY ($3) OR d.site_id = ANY ($3))
LEFT JOIN safety_obedience o ON o.tenant_id = d.tenant_id AND o.device_id = d.id AND o.scope_id = t.id
LEFT JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
WHERE t.id = ANY ($1::uuid[]) AND (f.frozen OR t.id = ANY ($2::uuid[]))
GROUP BY t.id, t.name, f.frozen, f.reason, f.changed_by_name, f.changed_at
ORDER BY lower(t.name)
"""
_NEVER = {
    "frozen": False, "reason": "", "changed_by_name": None, "changed_at": None,
    "device_count": None, "acknowledged_count": None, "offline_count": None,
}  # fmt: skip


async def fleet_state(connection: Connection, *, counts: bool) -> dict[str, object]:
    """The fleet's own state; how big the fleet is, is not for everybody."""
    row = await connection.fetchrow(_FLEET, FLEET)
    state = _NEVER | (dict(row) if row is not None else {})
    return state if counts else state | {"device_count": None, "acknowledged_count": None, "offline_count": None}


async def tenant_states(connection: Connection, scope: TenantScope, asked: list[UUID]) -> list[dict[str, object]]:
    """The tenants of a scope that are frozen, and those that were asked for."""
    return [dict(row) for row in await connection.fetch(_TENANTS, list(scope), asked, scope.visible_to)]
