"""Tells a message that the database takes too long over from a database that is away.

Both look the same from here: no answer in time. A database that is away answers nothing else either; then
everything comes again, for as long as it takes. One that answers otherwise is busy with what it was asked.
"""

from collections import OrderedDict
from collections.abc import Iterable

import asyncpg

from bosman_server.kit.db.database import Database, DatabaseUnavailableError

TOO_LONG = (asyncpg.QueryCanceledError, DatabaseUnavailableError)
"""What is raised when a statement took too long: there, or here."""
TRIES = 3
"""So often a batch, and then a message by itself, may fail before anything else is done than to wait."""
STATEMENT_SECONDS = 5
"""What a part of a batch that took too long may take: far more than it needs, far less than the batch had."""
_MOST = 20_000


class FailedTries:
    """How often messages have failed; in memory, the oldest are forgotten first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together: OrderedDict[int, int] = OrderedDict()
        self._alone: OrderedDict[int, int] = OrderedDict()

    async def is_one_to_blame(self, positions: Iterable[int]) -> bool:
        """Count a failure of a batch. Whether one of its messages, no database that is away, is the reason."""
        worst = max([_count(self._together, position) for position in positions], default=0)
        return worst >= TRIES and await self._database.is_up()

    def is_hopeless(self, position: int) -> bool:
        """Count a failure of a message by itself. Whether it has had as many as it may."""
        if _count(self._alone, position) < TRIES:
            return False
        del self._alone[position]
        return True


def _count(counts: OrderedDict[int, int], position: int) -> int:
    counts[position] = counts.get(position, 0) + 1
    counts.move_to_end(position)
    while len(counts) > _MOST:
        counts.popitem(last=False)
    return counts[position]
