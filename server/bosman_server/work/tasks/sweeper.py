"""Time passing: waiting work becomes due, unclaimed work expires, lost work is said to be lost [R11]."""

from bosman_protocol.work import ActionClass
from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.live import Change
from bosman_server.kit.periodic import Periodic
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.tasks import idempotency, sql
from bosman_server.work.tasks.confirmation import FORGET, KEY_WINDOW
from bosman_server.work.tasks.notify import notify_changed

_PERIOD_SECONDS = 5.0
_PRUNE_TASKS = 50
"""Tasks whose output one transaction deletes: few enough to hold up nobody."""
_PRUNE_ROUNDS = 20


class TaskSweeper:
    """Runs on the leader only."""

    def __init__(self, database: Database, period_seconds: float = _PERIOD_SECONDS) -> None:
        self._database = database
        self._period_seconds = period_seconds

    def periodic(self) -> Periodic:
        """Every few seconds."""
        return Periodic("tasks", self._period_seconds, self.run_once)

    async def run_once(self) -> int:
        """One look. Returns how many tasks changed."""
        changed = await self._wake_within_budget()
        async with self._database.writing(EMPTY_SCOPE) as tx:
            woken = await tx.connection.fetch(sql.WAKE)
            notify_changed(tx, woken, wake=True)
            for row in await tx.connection.fetch(sql.WITHDRAW):
                tx.announce(Change("approval", row["tenant_id"], row["id"], state="withdrawn"))
            await tx.connection.execute(FORGET, KEY_WINDOW)
            await tx.connection.execute(idempotency.FORGET, idempotency.KEPT)
            await tx.connection.execute(budgets.FORGET)
            ended = [
                *await tx.connection.fetch(sql.EXPIRE),
                *await tx.connection.fetch(sql.GIVE_UP),
            ]
            notify_changed(tx, ended)
            for row in ended:
                after = {"kind": row["kind"], "state": row["state"]}
                target = ("task", row["id"])
                record(
                    tx, row["tenant_id"], SYSTEM, "task.finish",
                    target=target, after=after, device_id=row["device_id"],
                )  # fmt: skip
        await self.prune()
        return changed + len(woken) + len(ended)

    async def _wake_within_budget(self) -> int:
        """As many as fit now, oldest first; each tenant and class in a transaction of its own."""
        count = 0
        async with self._database.reading(EMPTY_SCOPE) as connection:
            groups = await connection.fetch(sql.OVER_BUDGET)
        for group in groups:
            tenant_id, action_class = group["tenant_id"], ActionClass(group["action_class"])
            async with self._database.writing(EMPTY_SCOPE) as tx:
                await budgets.lock(tx.connection, tenant_id, action_class)
                rules = (await safety.rules_of(tx.connection, [tenant_id]))[tenant_id]
                used = await budgets.used(tx.connection, tenant_id, action_class)
                coming = await tx.connection.fetchval(sql.ON_THEIR_WAY, tenant_id, action_class.value)
                room = rules.budgets[action_class].per_hour - used - coming
                if room > 0:
                    woken = await tx.connection.fetch(sql.WAKE_WITHIN_BUDGET, tenant_id, action_class.value, room)
                    notify_changed(tx, woken, wake=True)
                    count += len(woken)
        return count

    async def prune(self) -> int:
        """Delete output that is older than its tenant wants, in bounded parts. Returns of how many tasks."""
        pruned = 0
        for _ in range(_PRUNE_ROUNDS):
            async with self._database.writing(EMPTY_SCOPE) as tx:
                part = len(await tx.connection.fetch(sql.PRUNE, _PRUNE_TASKS))
            pruned += part
            if part < _PRUNE_TASKS:
                break
        return pruned
