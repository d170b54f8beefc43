"""Closes the task of an update, once the keeper has decided about the new version."""

import asyncio
import logging

from bosman_agent import __version__
from bosman_agent.executors.context import failure
from bosman_agent.folder import DataDir
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import TaskEntry
from bosman_agent.releases.home import Home
from bosman_agent.releases.swap import PendingSwap, forget_swap, read_swap
from bosman_agent.runtime.execution import Ending, finished_message
from bosman_agent.runtime.uplink import DraftMaker
from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateResult

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5


class SwapWatch:
    """Waits for the end of a swap that an earlier process of this device has begun."""

    def __init__(self, data: DataDir, *, journal: Journal, draft: DraftMaker) -> None:
        self._data = data
        self._journal = journal
        self._draft = draft
        self.swap = read_swap(data)
        self._entry: TaskEntry | None = None

    def keep_open(self, entry: TaskEntry) -> bool:
        """Whether an unfinished task is the swap's: then it is not interrupted, it is going on."""
        if self.swap is None or entry.task_id != self.swap.task_id:
            return False
        self._entry = entry
        return True

    async def run(self) -> None:
        """Close the task as soon as the record says how it ended, then forget the record."""
        while self.swap is not None and self.swap.phase not in {"committed", "rolled_back"}:
            await asyncio.sleep(LOOK_SECONDS)
            self.swap = read_swap(self._data) or self.swap
        if self.swap is not None and self._entry is not None:
            await self._close(self.swap, self._entry)
        if self.swap is not None:
            await asyncio.to_thread(forget_swap, self._data)
        await asyncio.to_thread(self._clean)

    async def _close(self, swap: PendingSwap, entry: TaskEntry) -> None:
        if swap.phase == "committed":
            ending = Ending("succeeded", exit_code=0, result=AgentUpdateResult(__version__, swap.from_version))
        else:
            error = failure(Code.AGENT_UPDATE_ROLLED_BACK, detail=swap.reason, version=swap.to_version)
            ending = Ending("failed", error, result=AgentUpdateResult(__version__, swap.from_version))
        message = finished_message(entry.task_id, ending, started_at=entry.started_at, chunk_count=entry.chunk_count)
        await self._journal.finish(entry.task_id, [], self._draft(message), entry.chunk_count)

    def _clean(self) -> None:
        """Versions that nobody needs any more go, and what was fetched for them."""
        home = Home.locate()
        if home is None:
            return
        previous = self.swap.from_version if self.swap is not None else ""
        home.remove_others(home.current(self._data), previous)
        for left in self._data.incoming.glob("*.zip") if self._data.incoming.is_dir() else ():
            left.unlink(missing_ok=True)
