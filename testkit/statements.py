"""How many statements a request takes: told by the connections themselves, whoever uses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from bosman_server.kit.db import database


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
    statements, original = Statements(), database._Connection  # noqa: SLF001 - the one class of all our connections

    class Noting(original):  # type: ignore[misc, valid-type]  # it is a class at run time
        __slots__ = ()

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.add_query_logger(statements.note)

    database._Connection = Noting  # type: ignore[misc]  # noqa: SLF001 - as above
    try:
        yield statements
    finally:
        database._Connection = original  # type: ignore[misc]  # noqa: SLF001 - as above


assert hasattr(asyncpg.Connection, "add_query_logger")
