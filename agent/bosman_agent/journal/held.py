"""Which tasks the agent holds, remembered: the question for work names them, and need not wait for the disk."""

from collections import Counter
from itertools import islice
from uuid import UUID

from bosman_agent.journal.records import Changes


class HeldTasks:
    """Tasks that are unfinished, or whose messages no stream has acknowledged; changed with every commit."""

    def __init__(self, unfinished: dict[UUID, None], messages: Counter[UUID]) -> None:
        self._unfinished = unfinished
        self._messages = messages

    def apply(self, changes: Changes) -> None:
        """Follow a transaction that has been committed."""
        self._unfinished |= dict.fromkeys(changes.received)
        for task_id in changes.finished:
            self._unfinished.pop(task_id, None)
        for row in changes.added:
            if row.task_id is not None:
                self._messages[row.task_id] += 1
        for row in changes.removed:
            if row.task_id is not None:
                self._messages[row.task_id] -= 1
                if self._messages[row.task_id] <= 0:
                    del self._messages[row.task_id]

    def first(self, limit: int) -> list[UUID]:
        """So many of them; what is unfinished comes first, each task once."""
        ended = (task_id for task_id in self._messages if task_id not in self._unfinished)
        return list(islice((*self._unfinished, *ended), limit))
