"""Writes to those who may decide when work waits for a second person.

Whoever asks often causes no e-mail each time: after one, what they ask for within ten minutes goes into the next.
Runs on the leader only, so that nobody counts beside it.
"""

import structlog
from sqlalchemy import update

from bosman_server.core.notifications import service as mail
from bosman_server.core.notifications.templates import BadMailError
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import ALL_TENANTS, TenantId, TenantScope
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.periodic import Periodic
from bosman_server.kit.runtime import Runtime
from bosman_server.work.approvals import service as approvals
from bosman_server.work.approvals.models import Approval

log = structlog.get_logger()
QUIET_SECONDS = 600
"""After an e-mail about somebody's requests to a tenant there is no other for so long."""
_MOST = 50
"""People who are written to about one request."""
_DUE = """
SELECT a.tenant_id, t.name AS tenant, a.requested_by, min(a.requested_by_name) AS requester, min(j.kind) AS kind,
       count(*) AS request_count, sum(a.device_count)::bigint AS device_count, array_agg(a.id) AS ids
FROM tasks_approval a
JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
JOIN tenancy_tenant t ON t.id = a.tenant_id
WHERE a.mailed_at IS NULL AND a.decision IS NULL AND a.expires_at > now() AND NOT EXISTS (
    SELECT FROM tasks_approval b
    WHERE b.tenant_id = a.tenant_id AND b.requested_by IS NOT DISTINCT FROM a.requested_by
      AND b.mailed_at > now() - make_interval(secs => $1))
GROUP BY a.tenant_id, t.name, a.requested_by
"""


class ApprovalEmails:
    """`runtime` is the worker's: its role sees every tenant."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def periodic(self) -> Periodic:
        """Every few seconds."""
        return Periodic("approval_mail", 2 * self._runtime.settings.mail_period_seconds, self.run_once)

    async def run_once(self) -> int:
        """Write what is due. Returns how many requests were written about; without a mail server none are."""
        if not self._runtime.settings.mail_configured:
            return 0
        async with self._runtime.database.reading(ALL_TENANTS) as connection:
            due = await connection.fetch(_DUE, QUIET_SECONDS)
        for row in due:
            await self._write(row)
        return sum(row["request_count"] for row in due)

    async def _write(self, row: Record) -> None:
        tenant_id = TenantId(row["tenant_id"])
        scope = TenantScope.of([tenant_id])
        async with self._runtime.database.reading(scope) as connection:
            people = await approvals.approvers(connection, tenant_id, row["requested_by"])
        template, params = self._email_about(row)
        cipher = self._runtime.cipher
        async with self._runtime.database.writing(scope) as tx:
            mine = (Approval.tenant_id == tenant_id) & Approval.id.in_(row["ids"])
            await tx.session.execute(update(Approval).where(mine).values(mailed_at=utc_now()))
            for person in people[:_MOST]:
                try:
                    await mail.enqueue(tx.session, cipher, tenant_id, person.email, person.language, template, params)
                except BadMailError as error:
                    # One address that no mail can go to must not keep the e-mail from the others.
                    log.warning("approval_not_mailed", user_id=str(person.user_id), error=str(error))

    def _email_about(self, row: Record) -> tuple[str, dict[str, object]]:
        link = f"{self._runtime.settings.browser_url}/approvals"
        params = {"requester": row["requester"], "device_count": row["device_count"], "tenant": row["tenant"]}
        if row["request_count"] == 1:
            return "approval_requested", params | {"kind": row["kind"], "link": f"{link}?approval={row['ids'][0]}"}
        return "approvals_requested", params | {"request_count": row["request_count"], "link": link}
