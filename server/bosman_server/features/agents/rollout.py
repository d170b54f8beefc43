"""Agents that are behind are brought to the newest version: carefully, and only where the tenant wants it.

In every tenant one device goes first. The others follow once a device there runs the version; where too many
agents went back to what they were, the version goes no further.
"""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import structlog

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.features.agents import releases, service
from bosman_server.features.agents.releases import StoredRelease
from bosman_server.fleet.devices.targeting import TargetDevice
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS, TenantId
from bosman_server.kit.db.transaction import Transaction, fetch_one
from bosman_server.kit.periodic import Periodic
from bosman_server.work.safety.rules import FLEET
from bosman_server.work.tasks.notify import notify_created
from bosman_server.work.tasks.system_jobs import create_system_job

log = structlog.get_logger()

_AT_ONCE = 20
"""Tasks in flight in a tenant."""
_CANARIES = 1
_MOST_ROLLED_BACK = 3

# Those for whom nobody has asked yet, for whom it has not just failed, and whom nobody has brought to another
# version on purpose since this one was there.
_BEHIND = """
SELECT d.tenant_id, d.id, d.agent_version FROM tenancy_device d
JOIN tenancy_tenant n ON n.id = d.tenant_id AND n.agent_updates
JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id AND p.online
WHERE d.os_family = $1 AND d.status = 'active' AND d.agent_version <> $3
  AND NOT EXISTS (SELECT FROM safety_freeze f WHERE f.frozen AND f.tenant_id IN (d.tenant_id, $5))
  AND NOT EXISTS (SELECT FROM rollout_halt h WHERE h.tenant_id = d.tenant_id AND h.platform = $2 AND h.version = $3)
  AND NOT EXISTS (
    SELECT FROM rollout_attempt a JOIN tasks_task t ON t.tenant_id = a.tenant_id AND t.id = a.id
    WHERE a.tenant_id = d.tenant_id AND a.device_id = d.id
      AND (t.finished_at IS NULL
           OR (a.version = $3 AND t.state IN ('failed', 'timed_out', 'cancelled')
               AND t.finished_at > now() - interval '24 hours')
           OR (a.version <> $3 AND t.state = 'succeeded' AND t.created_by IS NOT NULL AND t.created_at > $4)))
ORDER BY d.tenant_id, d.id
"""
_FIGURES = """
SELECT count(*) FILTER (WHERE t.finished_at IS NULL) AS in_flight,
       count(*) FILTER (WHERE t.finished_at IS NULL AND a.platform = $2 AND a.version = $3) AS this_version,
       count(*) FILTER (WHERE t.error_code = $4 AND a.platform = $2 AND a.version = $3) AS rolled_back
FROM rollout_attempt a JOIN tasks_task t ON t.tenant_id = a.tenant_id AND t.id = a.id WHERE a.tenant_id = $1
"""
# While an agent still proves the new version it may yet go back.
_PROVEN = """
SELECT EXISTS (
    SELECT FROM tenancy_device d WHERE d.tenant_id = $1 AND d.os_family = $2 AND d.agent_version = $3
      AND NOT EXISTS (
        SELECT FROM rollout_attempt a JOIN tasks_task t ON t.tenant_id = a.tenant_id AND t.id = a.id
        WHERE a.tenant_id = d.tenant_id AND a.device_id = d.id AND t.finished_at IS NULL))
"""
_HALT = """
INSERT INTO rollout_halt (tenant_id, platform, version, at) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING
RETURNING at
"""


_VALID = timedelta(hours=6)
"""Only devices that are there are chosen: one that has gone away meanwhile is chosen again."""


class Rollout:
    """Runs on the leader only."""

    def __init__(self, database: Database, period_seconds: float) -> None:
        self._database = database
        self._period_seconds = period_seconds

    def periodic(self) -> Periodic:
        """Now and again, as the setting says."""
        return Periodic("rollout", self._period_seconds, self.run_once)

    async def run_once(self) -> int:
        """One look. Returns how many tasks it made."""
        made = 0
        async with self._database.reading(ALL_TENANTS) as connection:
            stored = await releases.list_releases(connection)
        for os_family, platform in releases.PLATFORMS.items():
            release = releases.newest_update(stored, platform)
            if release is not None:
                for tenant_id, devices in (await self._behind(os_family, release)).items():
                    made += await self._go_on(tenant_id, os_family, release, devices)
        return made

    async def _behind(self, os_family: str, release: StoredRelease) -> dict[TenantId, list[UUID]]:
        async with self._database.reading(ALL_TENANTS) as connection:
            rows = await connection.fetch(
                _BEHIND, os_family, release.platform, release.version, release.added_at, FLEET
            )
        found: dict[TenantId, list[UUID]] = defaultdict(list)
        for row in rows:
            if service.is_older(row["agent_version"], release.version):
                found[TenantId(row["tenant_id"])].append(row["id"])
        return found

    async def _go_on(self, tenant_id: TenantId, os_family: str, release: StoredRelease, devices: list[UUID]) -> int:
        async with self._database.writing(ALL_TENANTS) as tx:
            room = await self._room(tx, tenant_id, os_family, release)
            chosen = [TargetDevice(tenant_id, device_id) for device_id in devices[: max(0, room)]]
            if not chosen:
                return 0
            created = await create_system_job(
                tx, tenant_id, TaskKind.AGENT_UPDATE, service.params_for(release), chosen, valid=_VALID
            )
            await service.note(tx.connection, created, release)
            notify_created(tx, created)
        log.info("agents_updating", tenant_id=str(tenant_id), version=release.version, devices=len(chosen))
        return len(chosen)

    async def _room(self, tx: Transaction, tenant_id: TenantId, os_family: str, release: StoredRelease) -> int:
        key = (release.platform, release.version)
        figures = await fetch_one(tx.connection, _FIGURES, tenant_id, *key, Code.AGENT_UPDATE_ROLLED_BACK.value)
        if figures["rolled_back"] >= _MOST_ROLLED_BACK:
            await self._halt(tx, tenant_id, release, figures["rolled_back"])
            return 0
        room = _AT_ONCE - int(figures["in_flight"])
        if await tx.connection.fetchval(_PROVEN, tenant_id, os_family, release.version):
            return room
        return min(room, _CANARIES - int(figures["this_version"]))

    async def _halt(self, tx: Transaction, tenant_id: TenantId, release: StoredRelease, rolled_back: int) -> None:
        if await tx.connection.fetchval(_HALT, tenant_id, release.platform, release.version) is not None:
            after = {"version": release.version, "platform": release.platform, "rolled_back": rolled_back}
            record(tx, tenant_id, SYSTEM, "rollout.halt", target=("tenant", tenant_id), after=after)
            log.warning("rollout_halted", tenant_id=str(tenant_id), **after)
