"""Time passing: waiting work becomes due, unclaimed work expires, lost work is said to be lost [R11]."""

from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.live import Change
from bosman_server.kit.periodic import Periodic
from bosman_server.work.approvals import service as approvals
from bosman_server.work.tasks import sql, waiting
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
        released = await self._release_due()
        async with self._database.writing(ALL_TENANTS) as tx:
            for row in await tx.connection.fetch(sql.WITHDRAW):
                approvals.record_withdrawal(tx, SYSTEM, row["tenant_id"], row["id"], row["job_id"])
                tx.announce(Change("approval", row["tenant_id"], row["id"], state="withdrawn"))
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
        return released + len(ended)

    async def _release_due(self) -> int:
        """Let go of what need not wait any longer, gate by gate. Returns how many tasks."""
        count = 0
        for gate in waiting.gates():
            async with self._database.reading(ALL_TENANTS) as connection:
                groups = await gate.groups(connection)
            for group in groups:
                async with self._database.writing(ALL_TENANTS) as tx:
                    picked = await gate.due(tx.connection, group)
                    tenants, ids = [row["tenant_id"] for row in picked], [row["id"] for row in picked]
                    rows = await tx.connection.fetch(sql.RELEASE, tenants, ids, gate.reason.value) if ids else []
                    notify_changed(tx, rows, wake=True)
                count += len(rows)
        return count

    async def prune(self) -> int:
        """Delete output that is older than its tenant wants, in bounded parts. Returns of how many tasks."""
        pruned = 0
        for _ in range(_PRUNE_ROUNDS):
            async with self._database.writing(ALL_TENANTS) as tx:
                part = len(await tx.connection.fetch(sql.PRUNE, _PRUNE_TASKS))
            pruned += part
            if part < _PRUNE_TASKS:
                break
        return pruned
