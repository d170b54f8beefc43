"""Closes the task of an update, once the watchdog has decided about the new version."""

import asyncio
import logging

from bosman_agent import __version__
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import TaskEntry
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.tasks.execution import TaskOutcome, finished_message
from bosman_agent.tasks.executors.context import failure
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.pending_update import PendingUpdate, forget_pending_update, read_pending_update
from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateResult

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5


class UpdateCompletion:
    """Waits for the end of an update that an earlier process of this device has begun."""

    def __init__(self, data: DataDir, *, journal: Journal, new_message: MessageFactory) -> None:
        self._data = data
        self._journal = journal
        self._new_message = new_message
        self.update = read_pending_update(data)
        self._entry: TaskEntry | None = None

    def keep_open(self, entry: TaskEntry) -> bool:
        """Whether an unfinished task is the update's: then it is not interrupted, it is going on."""
        if self.update is None or entry.task_id != self.update.task_id:
            return False
        self._entry = entry
        return True

    async def run(self) -> None:
        """Close the task as soon as the record says how it ended, then forget the record."""
        while self.update is not None and self.update.phase not in {"committed", "rolled_back"}:
            await asyncio.sleep(LOOK_SECONDS)
            self.update = read_pending_update(self._data) or self.update
        if self.update is not None and self._entry is not None:
            await self._close(self.update, self._entry)
        if self.update is not None:
            await asyncio.to_thread(forget_pending_update, self._data)
        await asyncio.to_thread(self._clean)

    async def _close(self, update: PendingUpdate, entry: TaskEntry) -> None:
        if update.phase == "committed":
            outcome = TaskOutcome("succeeded", exit_code=0, result=AgentUpdateResult(__version__, update.from_version))
        else:
            error = failure(Code.AGENT_UPDATE_ROLLED_BACK, detail=update.reason, version=update.to_version)
            outcome = TaskOutcome("failed", error, result=AgentUpdateResult(__version__, update.from_version))
        message = finished_message(entry.task_id, outcome, started_at=entry.started_at, chunk_count=entry.chunk_count)
        await self._journal.finish(entry.task_id, [], self._new_message(message), entry.chunk_count)

    def _clean(self) -> None:
        """Versions that nobody needs any more go, and what was fetched for them."""
        home = Home.locate()
        if home is None:
            return
        previous = self.update.from_version if self.update is not None else ""
        home.remove_others(home.current(self._data), previous)
        for left in self._data.incoming.glob("*.zip") if self._data.incoming.is_dir() else ():
            left.unlink(missing_ok=True)
