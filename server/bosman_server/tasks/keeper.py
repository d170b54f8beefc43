"""Time passing: waiting work becomes due, unclaimed work expires, lost work is said to be lost [R11]."""

import asyncio
from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client

from bosman_protocol import subjects
from bosman_protocol.work import ActionClass
from bosman_server.audit.service import SYSTEM, record_raw
from bosman_server.kit import live
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.safety import service as safety
from bosman_server.tasks import budgets, sql
from bosman_server.tasks.guard import FORGET, KEY_WINDOW

LOCK = 0x626F736D_0001
_PERIOD_SECONDS = 5.0
_PRUNE_TASKS = 50
"""Tasks whose output one transaction deletes: few enough to hold up nobody."""
_PRUNE_ROUNDS = 20


class TaskKeeper:
    """Runs on the leader only."""

    def __init__(self, database: Database, bus: Client, period_seconds: float = _PERIOD_SECONDS) -> None:
        self._database = database
        self._bus = bus
        self._period_seconds = period_seconds

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            await self.once()
            await asyncio.sleep(self._period_seconds)

    async def once(self) -> int:
        """One look. Returns how many tasks changed."""
        woken = await self._wake_within_budget()
        async with self._database.writing(EMPTY_SCOPE) as connection:
            woken += await connection.fetch(sql.WAKE)
            withdrawn = await connection.fetch(sql.WITHDRAW)
            await connection.execute(FORGET, KEY_WINDOW)
            await connection.execute(budgets.FORGET)
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
        for row in withdrawn:
            await live.announce(self._bus, live.Change("approval", row["tenant_id"], row["id"], state="withdrawn"))
        await self.prune()
        return len(woken) + len(ended)

    async def _wake_within_budget(self) -> list[Any]:
        """As many as fit now, oldest first; each tenant and class in a transaction of its own."""
        woken: list[Any] = []
        async with self._database.reading(EMPTY_SCOPE) as connection:
            groups = await connection.fetch(sql.OVER_BUDGET)
        for group in groups:
            tenant_id, action_class = group["tenant_id"], ActionClass(group["action_class"])
            async with self._database.writing(EMPTY_SCOPE) as connection:
                await budgets.lock(connection, tenant_id, action_class)
                rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
                used = await budgets.used(connection, tenant_id, action_class)
                coming = await connection.fetchval(sql.ON_THEIR_WAY, tenant_id, action_class.value)
                room = rules.budgets[action_class].per_hour - used - coming
                if room > 0:
                    woken += await connection.fetch(sql.WAKE_WITHIN_BUDGET, tenant_id, action_class.value, room)
        return woken

    async def prune(self) -> int:
        """Delete output that is older than its tenant wants, in bounded parts. Returns of how many tasks."""
        pruned = 0
        for _ in range(_PRUNE_ROUNDS):
            async with self._database.writing(EMPTY_SCOPE) as connection:
                part = len(await connection.fetch(sql.PRUNE, _PRUNE_TASKS))
            pruned += part
            if part < _PRUNE_TASKS:
                break
        return pruned

    async def _announce(self, row: Mapping[str, Any]) -> None:
        tenant_id, task_id = row["tenant_id"], row["id"]
        await live.announce(self._bus, live.Change("task", tenant_id, task_id, row["device_id"], state=row["state"]))
        await self._bus.publish(live.output(tenant_id, task_id), b'{"event":"state"}')
