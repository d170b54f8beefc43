"""Entries about devices, bounded: a device that repeats itself fills neither the trail nor the database.

The first entries of a device are written as they come. What goes beyond is counted per action and code, and
written once a minute as one entry with the count: nothing vanishes, and nobody can flood a trail that is kept
for ever. The counts live in memory: a worker that dies loses those of at most a minute.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import asyncpg
import structlog

from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.metrics import DEVICE_ENTRIES_SUMMED
from bosman_server.kit.quota import Quota

log = structlog.get_logger()

PERIOD_SECONDS = 60.0
_BURST = 6
_PER_SECOND = 1 / 20
_MOST_KEYS = 7
"""Sums of one device and period; further actions and codes are counted together."""
_OTHER = "other"
_MOST_DEVICES = 50_000


class Subject(Protocol):
    """The device that an entry is about."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def tenant_id(self) -> TenantId:
        """Whose it is."""

    @property
    def hostname(self) -> str:
        """What it is called."""


class _Key(NamedTuple):
    action: Action
    code: str | None


@dataclass(slots=True)
class _Sum:
    count: int
    since: datetime
    until: datetime
    example: Mapping[str, object] | None


@dataclass(slots=True)
class _Sums:
    device: Subject
    by_key: dict[_Key, _Sum]


class DeviceTrail:
    """One per worker; `run` writes the sums."""

    def __init__(self, database: Database, period_seconds: float = PERIOD_SECONDS) -> None:
        self._database = database
        self._period_seconds = period_seconds
        self._quota = Quota(_BURST, _PER_SECOND)
        self._sums: dict[UUID, _Sums] = {}

    async def record(
        self,
        device: Subject,
        action: Action,
        *,
        after: Mapping[str, object] | None = None,
        refused: str | None = None,
        source_ip: str | None = None,
        tx: Transaction | None = None,
    ) -> None:
        """Write an entry in `tx` (or a transaction of its own), or count it."""
        if not self.admits(device, action, after=after, refused=refused):
            return
        await self.write(device, action, after=after, refused=refused, source_ip=source_ip, tx=tx)

    def admits(
        self, device: Subject, action: Action, *, after: Mapping[str, object] | None = None, refused: str | None = None
    ) -> bool:
        """Whether the device may have an entry of its own now; if not, it has been counted.

        For floods, where waiting for each would cost more than what is refused.
        """
        if self._quota.take(device.id):
            return True
        self._count(device, _Key(action, refused), after)
        return False

    async def write(
        self,
        device: Subject,
        action: Action,
        *,
        after: Mapping[str, object] | None = None,
        refused: str | None = None,
        source_ip: str | None = None,
        tx: Transaction | None = None,
    ) -> None:
        """Write an entry that was admitted."""
        if tx is not None:
            self._write(tx, device, action, after, refused, source_ip)
            return
        async with self._database.writing(TenantScope.of([device.tenant_id])) as own:
            self._write(own, device, action, after, refused, source_ip)

    @staticmethod
    def _write(
        tx: Transaction,
        device: Subject,
        action: Action,
        after: Mapping[str, object] | None,
        refused: str | None,
        source_ip: str | None = None,
    ) -> None:
        actor = Actor("device", device.id, device.hostname, source_ip)
        record(tx, device.tenant_id, actor, action, target=("device", device.id), after=after, refused=refused)

    def _count(self, device: Subject, key: _Key, example: Mapping[str, object] | None) -> None:
        if device.id not in self._sums and len(self._sums) >= _MOST_DEVICES:
            log.warning("device_entry_dropped", device_id=str(device.id), action=key.action, code=key.code)
            return
        sums = self._sums.setdefault(device.id, _Sums(device, {}))
        if key not in sums.by_key and len(sums.by_key) >= _MOST_KEYS:
            key = _Key(key.action if key.code is None else "device.report", key.code and _OTHER)
        DEVICE_ENTRIES_SUMMED.inc()
        now = utc_now()
        known = sums.by_key.get(key)
        if known is None:
            sums.by_key[key] = _Sum(1, now, now, example)
        else:
            known.count += 1
            known.until = now

    async def run(self) -> None:
        """Write the sums once a period, for ever."""
        while True:
            await asyncio.sleep(self._period_seconds)
            await self.flush()

    async def flush(self) -> None:
        """Write the sums now; those that cannot be written are kept for the next time."""
        pending, self._sums = self._sums, {}
        for device_id, sums in pending.items():
            try:
                await self._write_sums(sums)
            except asyncpg.DataError as error:
                log.warning("device_sums_without_examples", device_id=str(device_id), error=repr(error))
                for total in sums.by_key.values():
                    total.example = None
                self._keep(sums)
            except Exception as error:  # noqa: BLE001 - the database may be away
                log.warning("device_sums_kept", device_id=str(device_id), error=repr(error))
                self._keep(sums)

    def _keep(self, sums: _Sums) -> None:
        """For the next time, together with what was counted meanwhile."""
        newer = self._sums.setdefault(sums.device.id, _Sums(sums.device, {})).by_key
        for key, total in sums.by_key.items():
            known = newer.setdefault(key, total)
            if known is not total:
                known.count, known.since = known.count + total.count, total.since
                known.example = total.example or known.example

    async def _write_sums(self, sums: _Sums) -> None:
        device = sums.device
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            for key, total in sums.by_key.items():
                after = {"count": total.count, "since": total.since, "until": total.until}
                if total.example:
                    after["example"] = dict(total.example)
                self._write(tx, device, key.action, after, key.code)
