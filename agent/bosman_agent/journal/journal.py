"""The journal as the rest of the agent uses it."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from bosman_agent.journal import statements
from bosman_agent.journal.held import HeldTasks
from bosman_agent.journal.records import Changes, OutboxMessage, OutboxRow, Receipt, TaskEntry
from bosman_agent.journal.writer import JournalWriter, Session
from bosman_protocol.envelope import TaskEnvelope

HOLDING_LIMIT = 1000


class Journal:
    """Durable record of tasks and outgoing messages.

    Every coroutine returns once its change is on the disk. All may raise
    JournalFullError, JournalBrokenError and sqlite3.Error.
    """

    def __init__(self, path: Path, *, outbox_limit_bytes: int) -> None:
        self._writer = JournalWriter(path, self._committed)
        self._limit = outbox_limit_bytes
        self._outbox_bytes = 0
        self._held = HeldTasks({}, Counter())
        self.last_row_id = 0
        """Highest outbox row that is committed, so that a publisher knows whether it has seen all."""
        self.on_added: Callable[[list[OutboxRow]], None] = lambda _rows: None

    async def open(self) -> bool:
        """Open the file; True when a damaged one was put aside. Raises JournalBusyError also."""
        reset = await self._writer.start()
        self._outbox_bytes, self.last_row_id = await self._writer.submit(statements.outbox_state)
        self._held = await self._writer.submit(statements.held)
        return reset

    async def close(self) -> None:
        """Write what is queued and close the file."""
        await self._writer.stop()

    async def wait_broken(self) -> None:
        """Wait for the end of the journal, cancelled from outside. Raises JournalBrokenError once it has come."""
        await self._writer.wait_broken()

    @property
    def has_room_for_output(self) -> bool:
        """Whether the outbox is below its bound."""
        return self._outbox_bytes < self._limit

    async def has_disk_room(self) -> bool:
        """Whether the disk has room for the results of new work."""
        return await self._writer.hold_reserve()

    def _committed(self, changes: Changes) -> None:
        self._held.apply(changes)
        self._outbox_bytes += sum(len(row.payload) for row in changes.added)
        self._outbox_bytes -= sum(len(row.payload) for row in changes.removed)
        if changes.added:
            self.on_added(changes.added)
            self.last_row_id = max(self.last_row_id, changes.added[-1].row_id)

    async def receive(self, envelope: TaskEnvelope, payload: bytes, started: OutboxMessage | None) -> Receipt:
        """Take a verified envelope in; with `started`, mark the task as running in the same commit."""

        def action(session: Session) -> Receipt:
            receipt = statements.receive(session, envelope, payload)
            if receipt is Receipt.NEW and started is not None:
                statements.begin(session, envelope.task_id, started)
            return receipt

        return await self._writer.submit(action)

    async def refuse(self, envelope: TaskEnvelope, payload: bytes, finished: OutboxMessage) -> None:
        """Record a task together with its end, because it cannot be begun."""

        def action(session: Session) -> None:
            if statements.receive(session, envelope, payload) is Receipt.NEW:
                statements.finish(session, envelope.task_id, [], finished, 0)

        await self._writer.submit(action, essential=True)

    async def begin(self, task_id: UUID, started: OutboxMessage) -> bool:
        """Mark a waiting task as running before its effect; False when it must not run any more."""
        return await self._writer.submit(lambda session: statements.begin(session, task_id, started))

    async def add_chunks(self, task_id: UUID, messages: list[OutboxMessage], chunk_count: int) -> None:
        """Put output of a task into the outbox."""
        await self._writer.submit(lambda session: statements.add_chunks(session, task_id, messages, chunk_count))

    async def add(self, messages: list[OutboxMessage]) -> None:
        """Put messages into the outbox."""
        await self._writer.submit(lambda session: statements.add_messages(session, messages))

    async def finish(
        self, task_id: UUID, chunks: list[OutboxMessage], finished: OutboxMessage, chunk_count: int
    ) -> bool:
        """Close a task; False when it is closed already. Uses the reserve when the disk is full."""
        return await self._writer.submit(
            lambda session: statements.finish(session, task_id, chunks, finished, chunk_count), essential=True
        )

    async def unfinished(self) -> list[TaskEntry]:
        """Tasks that wait or were running, oldest first."""
        return await self._writer.submit(statements.unfinished)

    def holding(self) -> list[UUID]:
        """What the agent tells the server not to send again."""
        return self._held.first(HOLDING_LIMIT)

    async def account_for(self, task_ids: tuple[UUID, ...]) -> list[UUID]:
        """Which tasks the journal has never seen; known results are offered to the stream again."""
        return await self._writer.submit(lambda session: statements.account_for(session, task_ids), essential=True)

    async def outbox_after(self, row_id: int, limit: int) -> list[OutboxRow]:
        """Messages that wait, in order."""
        return await self._writer.submit(lambda session: statements.outbox_after(session, row_id, limit))

    async def acknowledge(self, rows: list[OutboxRow]) -> None:
        """Forget messages that the stream holds now."""
        await self._writer.submit(lambda session: statements.remove_rows(session, rows), essential=True)

    async def get_meta(self, key: str) -> str | None:
        """A remembered value."""
        return await self._writer.submit(lambda session: statements.get_meta(session, key))

    async def set_meta(self, key: str, value: str, messages: list[OutboxMessage] | None = None) -> None:
        """Remember a value, and say so in the same commit. With something to say it may use the reserve."""

        def action(session: Session) -> None:
            statements.set_meta(session, key, value)
            statements.add_messages(session, messages or [])

        await self._writer.submit(action, essential=messages is not None)

    async def prune(self) -> None:
        """Forget what is too old to matter."""
        now = time.time()
        await self._writer.submit(lambda session: statements.prune(session, now))
