"""One transaction: typed rows and the ORM on the same connection, and what follows its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import asyncpg
import structlog
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.pool import PoolProxiedConnection

from bosman_server.kit.live import Change, changes, encode
from bosman_server.kit.metrics import AFTER_COMMIT_FAILURES

Record: TypeAlias = asyncpg.Record
"""A row of the fast path, by column name."""
if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

log = structlog.get_logger()

_TURN = 200
"""Messages that are published before others get their turn: the client only puts them into its buffer."""
Publish = Callable[[str, bytes], Awaitable[None]]
Row = TypeVar("Row")
BulkWrite = Callable[[Connection, Sequence[Row]], Awaitable[None]]


class Transaction:
    """A transaction that a `Database` has begun, and commits when its block ends without an error [R12].

    What must happen is a row of it; what is published after it is best effort: logged when it fails, never raised,
    for whoever hears it reads the database again anyway.
    """

    def __init__(
        self, engine: AsyncEngine, pooled: PoolProxiedConnection, connection: Connection, publish: Publish | None
    ) -> None:
        self.connection = connection
        """For lists, ingest and everything hot. What the session has not flushed it does not see."""
        self._engine = engine
        self._pooled = pooled
        self._publish = publish
        self._session: AsyncSession | None = None
        self._deferred: dict[BulkWrite[Any], list[Any]] = {}
        self._to_publish: list[Iterable[tuple[str, bytes]]] = []

    @property
    def session(self) -> AsyncSession:
        """The ORM on the same connection, made when it is first asked for."""
        if self._session is None:
            inner = EngineConnection(self._engine.sync_engine, connection=self._pooled)
            bound = AsyncConnection(self._engine, sync_connection=inner)
            self._session = AsyncSession(bound, expire_on_commit=False, autoflush=False)
        return self._session

    def defer(self, write: BulkWrite[Row], row: Row) -> None:
        """Write `row` before the commit, in one call together with all others of the same `write`."""
        self._deferred.setdefault(write, []).append(row)

    def publish(self, subject: str, payload: bytes = b"") -> None:
        """Say something on the bus once this has committed; dropped on rollback."""
        self.publish_each([(subject, payload)])

    def publish_each(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """The same for many, each made when its turn has come."""
        assert self._publish is not None, "this process has no bus"
        self._to_publish.append(messages)

    def announce(self, change: Change) -> None:
        """Tell the tenant's browsers once this has committed."""
        self.publish(changes(change.tenant_id), encode(change))

    async def flush(self) -> None:
        """Send what the session and `defer` hold to the database; the database asks before each commit."""
        if self._session is not None:
            await self._session.flush()
        while self._deferred:
            write, rows = self._deferred.popitem()
            await write(self.connection, rows)

    async def close_session(self) -> None:
        """Let go of the ORM's objects; the transaction itself is the database's to end."""
        if self._session is not None:
            await self._session.close()

    async def run_after_commit(self) -> None:
        """Called by the database when the commit is done."""
        publish = self._publish
        if publish is None:
            return
        for number, (subject, payload) in enumerate(chain.from_iterable(self._to_publish), 1):
            try:
                await publish(subject, payload)
            except Exception:
                AFTER_COMMIT_FAILURES.inc()
                log.exception("after_commit_failed")
            if number % _TURN == 0:
                await asyncio.sleep(0)


async def fetch_one(connection: Connection, query: str, *arguments: object) -> Record:
    """The row of a query that always has one. Raises LookupError."""
    row = await connection.fetchrow(query, *arguments)
    if row is None:
        raise LookupError("a query that always has a row had none")
    return row


class Joined:
    """What the ORM takes for its own transaction while another is in force: begins and ends nothing."""

    async def start(self) -> None:
        """Begun already."""

    async def commit(self) -> None:
        """Whoever began it commits it."""

    async def rollback(self) -> None:
        """Whoever began it rolls it back."""


class PooledConnection(Connection):
    """A connection whose transaction several may share, and that needs no round trip to turn JIT off.

    asyncpg would turn JIT off by set_config(), which is closed to the api; here it is off for the whole connection.
    """

    __slots__ = ("_is_shared",)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_shared = False
        caps: Any = self._server_caps  # type: ignore[has-type]  # asyncpg leaves it untyped
        self._server_caps = caps._replace(jit=False)

    @contextmanager
    def shared(self) -> Iterator[None]:
        """While a transaction that somebody began by hand is in force, `transaction()` joins it."""
        self._is_shared = True
        try:
            yield
        finally:
            self._is_shared = False

    def transaction(self, **options: Any) -> Any:
        """As asyncpg's; inside of `shared` a part of what is in force."""
        return Joined() if self._is_shared else super().transaction(**options)
