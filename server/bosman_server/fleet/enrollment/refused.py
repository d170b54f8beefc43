"""Enrolments that were refused, in the trail of the tenant that their token names: a few at once, then by the minute.

Whoever has ever seen an install line knows the tenant; with made-up secrets they could fill a trail that is kept.
"""

import asyncio
from typing import NamedTuple
from uuid import UUID

import structlog

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.quota import Quota

log = structlog.get_logger()
_SECONDS = 60.0
_MOST = 1000
"""Tenants and codes that are told apart in a minute."""
_EXISTS = "SELECT EXISTS (SELECT FROM tenancy_tenant WHERE id = $1)"


class _Key(NamedTuple):
    tenant_id: UUID
    code: Code


class RefusedEnrollments:
    """One per worker; `keep` writes what was counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._quota = Quota(10, 1 / 60)
        """Entries of a tenant that are written as they come."""
        self._counts: dict[_Key, int] = {}

    async def note(self, tenant_id: UUID, code: Code, source_ip: str | None) -> None:
        """Write an entry, or count it. Raises what the database raises."""
        if self._quota.take(tenant_id):
            await self._write(_Key(tenant_id, code), source_ip, None)
            return
        key = _Key(tenant_id, code)
        if key not in self._counts and len(self._counts) >= _MOST:
            log.warning("refused_enrollment_not_counted", tenant_id=str(tenant_id), code=code.value)
            return
        self._counts[key] = self._counts.get(key, 0) + 1

    async def _write(self, key: _Key, source_ip: str | None, attempts: int | None) -> None:
        actor = Actor("device", None, "", source_ip)
        after = None if attempts is None else {"attempts": attempts}
        async with self._database.writing(TenantScope.of([TenantId(key.tenant_id)])) as tx:
            # A made-up tenant in a made-up token must not fill the trail of a tenant that does not exist.
            if await tx.connection.fetchval(_EXISTS, key.tenant_id):
                record(tx, key.tenant_id, actor, "device.enroll", after=after, refused=key.code.value)

    async def flush(self) -> None:
        """Write the counts now. Raises what the database raises; what was not written is kept for the next time."""
        for key, count in list(self._counts.items()):
            await self._write(key, None, count)
            # Others may have come while this was written.
            self._counts[key] -= count
            if not self._counts[key]:
                del self._counts[key]

    async def keep(self) -> None:
        """Write once a minute, for ever."""
        while True:
            await asyncio.sleep(_SECONDS)
            try:
                await self.flush()
            except Exception as error:  # noqa: BLE001 - kept; the next round writes them
                log.warning("refused_enrollments_not_recorded", error=repr(error))
