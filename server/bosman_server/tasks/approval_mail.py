"""Writes to those who may decide when work waits for a second person."""

from uuid import UUID

from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.runtime import Runtime
from bosman_server.notifications import service as mail
from bosman_server.tasks import approvals

_MOST = 50
_ABOUT = """
SELECT a.requested_by, a.requested_by_name, a.device_count, j.kind, t.name AS tenant
FROM tasks_approval a
JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
JOIN tenancy_tenant t ON t.id = a.tenant_id
WHERE a.tenant_id = $1 AND a.id = $2
"""


async def write_to_approvers(runtime: Runtime, tenant_id: TenantId, approval_id: UUID) -> None:
    """One mail to everybody who may decide, but for the one who asks; the page shows the request in any case."""
    if not runtime.settings.mail_configured:
        return
    scope = TenantScope.of([tenant_id])
    async with runtime.database.reading(scope) as connection:
        about = await connection.fetchrow(_ABOUT, tenant_id, approval_id)
        people = await approvals.approvers(connection, tenant_id, about["requested_by"]) if about else []
    if about is None:
        return
    params = {
        "requester": about["requested_by_name"],
        "kind": about["kind"],
        "device_count": about["device_count"],
        "tenant": about["tenant"],
        "link": f"{runtime.settings.browser_url}/approvals?approval={approval_id}",
    }
    async with runtime.database.unit(scope) as unit:
        for person in people[:_MOST]:
            await mail.enqueue(
                unit.session, runtime.vault, tenant_id, person.email, person.language, "approval_requested", params
            )
