"""One role of the database as a process sees it: one pool, and transactions limited to tenants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self, cast

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from bosman_server.kit.db.rls import APP_ROLE
from bosman_server.kit.db.scope import AllTenants, TenantScope
from bosman_server.kit.db.transaction import Connection, PooledConnection, Publish, Transaction

_POOL_WAIT_SECONDS = 10
_CONNECT_SECONDS = 10
_COMMAND_SECONDS = 30
_IDLE_SECONDS = 300


async def _prepare(connection: Connection) -> None:
    # JSON columns pass through lists untouched: decoded by nobody, encoded as they lie. The ORM hands over Raw, too.
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=lambda value: msgspec.Raw(value.encode()),
    )


def _to_json(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _prepare_new(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # After the dialect's own codecs, which it sets when it connects.
    cast("Any", connection).run_async(_prepare)


def _refuse_closed(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    if cast("Any", connection).driver_connection.is_closed():
        raise DisconnectionError


def _settings(scope: TenantScope | AllTenants) -> list[str]:
    """A statement for each: set_config() is closed to the api. The values are UUIDs that we print ourselves."""
    return [f"SET LOCAL {name} = '{value}'" for name, value in scope.settings.items()]


_NO_CONNECTION = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, PoolTimeoutError)


class DatabaseUnavailableError(Exception):
    """No connection could be had, or the one in use was lost, or did not answer in time."""


class ScopeTooWideError(Exception):
    """The api asked for all tenants: row-level security would have shown it none of them, and no error."""


class NotCommittedError(Exception):
    """An error of a statement was caught inside of a transaction: nothing of it was kept."""


class Database:
    """Connections of one role. `dsn` is a libpq URL (postgresql://…)."""

    def __init__(self, dsn: str, *, pool_size: int = 10) -> None:
        self._dsn = dsn
        self._is_limited = make_url(dsn).username == APP_ROLE
        self._publish: Publish | None = None
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self.connect,
            pool_size=pool_size,
            max_overflow=0,
            pool_reset_on_return=None,
            # Statements are prepared and planned per connection: the one that was used last knows them.
            pool_use_lifo=True,
            pool_recycle=_IDLE_SECONDS,
            pool_timeout=_POOL_WAIT_SECONDS,
            json_serializer=_to_json,
            json_deserializer=msgspec.json.decode,
            # Values of a failing statement may be secrets, and errors go into the log.
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "connect", _prepare_new)
        event.listen(self._engine.sync_engine, "checkout", _refuse_closed)

    def speak_through(self, publish: Publish) -> None:
        """Give transactions a voice: how to say something on the bus."""
        self._publish = publish

    async def connect(self) -> PooledConnection:
        """A connection outside of the pool; whoever asks closes it. Raises OSError, TimeoutError, asyncpg errors."""
        return await asyncpg.connect(
            self._dsn,
            timeout=_CONNECT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            connection_class=PooledConnection,
            # Lists come as a few prepared shapes: planning their seven joins anew costs more than running them.
            server_settings={"plan_cache_mode": "force_generic_plan", "jit": "off"},
        )

    async def open(self) -> Self:
        """Try the connection. Raises DatabaseUnavailableError when the server cannot be reached."""
        async with self.unscoped():
            return self

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def is_up(self) -> bool:
        """Whether the server answers within two seconds."""
        try:
            async with asyncio.timeout(2), self.unscoped() as connection:
                await connection.fetchval("SELECT 1")
        except (*_NO_CONNECTION, DatabaseUnavailableError):
            return False
        return True

    @asynccontextmanager
    async def unscoped(self) -> AsyncIterator[Connection]:
        """A connection without transaction and tenants; only for kit and for queries that say why they need none."""
        async with self._pooled() as (_, connection):
            yield connection

    @asynccontextmanager
    async def reading(self, scope: TenantScope | AllTenants) -> AsyncIterator[Connection]:
        """A read-only transaction, limited to `scope`. Raises ScopeTooWideError for the api and all tenants."""
        self._check(scope)
        async with self._pooled() as (_, connection), _begun(connection, "BEGIN READ ONLY", scope):
            yield connection

    @asynccontextmanager
    async def writing(
        self,
        scope: TenantScope | AllTenants,
        *,
        durable: bool = True,
        lock_seconds: int | None = None,
        statement_seconds: int | None = None,
    ) -> AsyncIterator[Transaction]:
        """A transaction limited to `scope`; commits on a clean exit, then publishes what was said on it.

        Not `durable`: does not wait for the disk, for what is done again after a crash anyway. `lock_seconds`: how
        long it waits for a row that somebody holds (LockNotAvailableError). `statement_seconds`: how long each of its
        statements may take (QueryCanceledError). Raises ScopeTooWideError as `reading`, NotCommittedError where the
        block went on after a statement that failed.
        """
        self._check(scope)
        begin = ["BEGIN"]
        if not durable:
            begin.append("SET LOCAL synchronous_commit = off")
        if lock_seconds is not None:
            begin.append(f"SET LOCAL lock_timeout = '{lock_seconds}s'")
        if statement_seconds is not None:
            begin.append(f"SET LOCAL statement_timeout = '{statement_seconds}s'")
        async with self._pooled() as (pooled, connection):
            transaction = Transaction(self._engine, pooled, connection, self._publish)
            async with _begun(connection, "; ".join(begin), scope):
                with connection.shared():
                    try:
                        yield transaction
                        await transaction.flush()
                    finally:
                        await transaction.close_session()
        await transaction.run_after_commit()

    def _check(self, scope: TenantScope | AllTenants) -> None:
        if self._is_limited and isinstance(scope, AllTenants):
            raise ScopeTooWideError

    @asynccontextmanager
    async def _pooled(self) -> AsyncIterator[tuple[PoolProxiedConnection, PooledConnection]]:
        try:
            pooled: PoolProxiedConnection = await greenlet_spawn(self._engine.sync_engine.pool.connect)
        except _NO_CONNECTION as error:
            raise DatabaseUnavailableError(repr(error)) from error
        connection = cast("PooledConnection", pooled.driver_connection)
        try:
            yield pooled, connection
        except asyncio.CancelledError:
            # What was asked goes on at the other end, a BEGIN too: nobody else may go on in it.
            connection.terminate()
            raise
        except Exception as error:
            # Whatever it looked like: without a connection it is nobody's mistake.
            if connection.is_closed() or isinstance(error, TimeoutError):
                raise DatabaseUnavailableError(repr(error)) from error
            raise
        finally:
            if not connection.is_closed() and connection.is_in_transaction():
                # Its rollback was cut off: nobody else may go on in it.
                connection.terminate()
            if connection.is_closed():
                # Replaced when it is next taken: nothing is awaited here, where the task may be cancelled already.
                pooled.invalidate(soft=True)
            await greenlet_spawn(pooled.close)


@asynccontextmanager
async def _begun(connection: Connection, begin: str, scope: TenantScope | AllTenants) -> AsyncIterator[None]:
    # One round trip for all.
    await connection.execute("; ".join([begin, *_settings(scope)]))
    try:
        yield
    except BaseException:
        # The error that brought us here is the one to be seen.
        with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError, TimeoutError):
            if not connection.is_closed():
                await connection.execute("ROLLBACK")
        raise
    # One of its statements failed and somebody went on all the same: PostgreSQL answers that it has rolled back, and
    # says so in no other way.
    if await connection.execute("COMMIT") != "COMMIT":
        raise NotCommittedError
