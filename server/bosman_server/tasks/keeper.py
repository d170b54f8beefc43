"""Time passing: waiting work becomes due, unclaimed work expires, lost work is said to be lost [R11]."""

import asyncio
from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client

from bosman_protocol import subjects
from bosman_server.audit.service import SYSTEM, record_raw
from bosman_server.kit import live
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.tasks import sql

LOCK = 0x626F736D_0001
_PERIOD_SECONDS = 5.0


class TaskKeeper:
    """Runs on the leader only."""

    def __init__(self, database: Database, bus: Client) -> None:
        self._database = database
        self._bus = bus

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            await self.once()
            await asyncio.sleep(_PERIOD_SECONDS)

    async def once(self) -> int:
        """One look. Returns how many tasks changed."""
        async with self._database.writing(EMPTY_SCOPE) as connection:
            woken = await connection.fetch(sql.WAKE)
            ended = [*await connection.fetch(sql.EXPIRE), *await connection.fetch(sql.GIVE_UP)]
            for row in ended:
                after = {"kind": row["kind"], "state": row["state"]}
                target = ("task", row["id"])
                await record_raw(
                    connection, row["tenant_id"], SYSTEM, "task.finish",
                    target=target, after=after, device_id=row["device_id"],
                )  # fmt: skip
        for row in woken:
            await self._bus.publish(subjects.nudge(row["device_id"]))
        for row in [*woken, *ended]:
            await self._announce(row)
        return len(woken) + len(ended)

    async def _announce(self, row: Mapping[str, Any]) -> None:
        tenant_id, task_id = row["tenant_id"], row["id"]
        await live.announce(self._bus, live.Change("task", tenant_id, task_id, row["device_id"], state=row["state"]))
        await self._bus.publish(live.output(tenant_id, task_id), b'{"event":"state"}')
