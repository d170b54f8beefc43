"""How many statements a request takes: told by the connections themselves, whoever uses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bosman_server.kit.db import database
from bosman_server.kit.db.transaction import PooledConnection


class Statements:
    """What was run since `forget`, in order."""

    def __init__(self) -> None:
        self.run: list[str] = []

    def forget(self) -> None:
        """Begin anew."""
        self.run.clear()

    def note(self, record: Any) -> None:
        """Called by a connection."""
        self.run.append(" ".join(record.query.split()))


@contextmanager
def noted_statements() -> Iterator[Statements]:
    """Note what is run on connections that this process opens meanwhile."""
    statements = Statements()

    class Noting(PooledConnection):
        __slots__ = ()

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.add_query_logger(statements.note)

    # The one class of all our connections.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "PooledConnection", Noting)
        yield statements
