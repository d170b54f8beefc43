"""One database role as a process sees it: an ORM engine for writes, an asyncpg pool for lists and ingest."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bosman_server.kit.db.scope import TenantScope

AfterCommit = Callable[[], Awaitable[None]]


class Unit:
    """A unit of work: one transaction, and messages that leave only once it has committed [R12]."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._after_commit: list[AfterCommit] = []

    def after_commit(self, action: AfterCommit) -> None:
        """Do something once the transaction has committed; dropped on rollback."""
        self._after_commit.append(action)

    async def run_after_commit(self) -> None:
        """Called by the database when the commit is done."""
        for action in self._after_commit:
            await action()


async def _prepare_connection(connection: "asyncpg.Connection[Any]") -> None:
    # JSON columns pass through lists untouched: decoded by nobody, encoded as they lie.
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=lambda value: msgspec.Raw(value.encode()),
    )


async def _keep_as_it_is(_: object) -> None:
    # Everything we set ends with its transaction: the pool's own reset would cost a round trip a request.
    return None


def _settings(scope: TenantScope) -> list[str]:
    """A statement for each: set_config() is closed to the api. The values are UUIDs that we print ourselves."""
    return [f"SET LOCAL {name} = '{value}'" for name, value in scope.settings.items()]


class _Connection(asyncpg.Connection[Any] if TYPE_CHECKING else asyncpg.Connection):  # type: ignore[misc]  # generic only in its stubs
    """asyncpg turns JIT off by set_config() before it looks up types; we have it off for the whole connection."""

    __slots__ = ()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        caps: Any = self._server_caps  # type: ignore[has-type]  # asyncpg leaves it untyped
        self._server_caps = caps._replace(jit=False)  # type: ignore[misc]  # a slot of the base


class Database:
    """Connections of one role. `dsn` is a libpq URL (postgresql://…)."""

    def __init__(self, dsn: str, *, pool_size: int = 10) -> None:
        self._dsn = dsn
        self._pool_size = pool_size
        self._pool: asyncpg.Pool[Any] | None = None
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,
            pool_timeout=10,
            # Values of a failing statement may be secrets, and errors go into the log.
            hide_parameters=True,
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, autoflush=False)

    async def _connect(self) -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(
            self._dsn, timeout=10, command_timeout=30, connection_class=_Connection, server_settings={"jit": "off"}
        )

    async def open(self) -> Self:
        """Open the pool. Raises OSError or asyncpg errors when the server cannot be reached."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=1,
            max_size=self._pool_size,
            init=_prepare_connection,
            timeout=10,
            command_timeout=30,
            max_inactive_connection_lifetime=300,
            reset=_keep_as_it_is,
            connection_class=_Connection,
            # Lists come as a few prepared shapes: planning their seven joins anew costs more than running them.
            server_settings={"plan_cache_mode": "force_generic_plan", "jit": "off"},
        )
        return self

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None
        await self._engine.dispose()

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """The asyncpg pool; only for kit and for queries that say why they need no tenant scope."""
        assert self._pool is not None, "open() comes first"
        return self._pool

    async def is_up(self) -> bool:
        """Whether the server answers within two seconds."""
        try:
            async with asyncio.timeout(2), self.pool.acquire() as connection:
                await connection.fetchval("SELECT 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    @asynccontextmanager
    async def unit(self, scope: TenantScope) -> AsyncIterator[Unit]:
        """A transaction limited to `scope` by row-level security; commits on a clean exit."""
        async with self._sessions() as session:
            async with session.begin():
                for statement in _settings(scope):
                    await session.execute(text(statement))
                unit = Unit(session)
                yield unit
            await unit.run_after_commit()

    @asynccontextmanager
    async def reading(self, scope: TenantScope) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        """A read-only transaction on a bare asyncpg connection, limited to `scope`."""
        async with self._transaction("BEGIN READ ONLY", scope) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self, scope: TenantScope) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        """A transaction on a bare asyncpg connection, limited to `scope`: for ingest and hot paths."""
        async with self._transaction("BEGIN", scope) as connection:
            yield connection

    @asynccontextmanager
    async def ingesting(self, scope: TenantScope) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        """Like `writing`, but waits two seconds at most for a row that somebody holds (LockNotAvailableError)."""
        async with self._transaction("BEGIN; SET LOCAL lock_timeout = '2s'", scope) as connection:
            yield connection

    @asynccontextmanager
    async def hurrying(self, scope: TenantScope) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        """Like `writing`, but does not wait for the disk: only for what is done again after a crash anyway."""
        async with self._transaction("BEGIN; SET LOCAL synchronous_commit = off", scope) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, begin: str, scope: TenantScope) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        async with self.pool.acquire() as connection:
            # One round trip instead of two.
            await connection.execute("; ".join([begin, *_settings(scope)]))
            try:
                yield connection
            except BaseException:
                # The error that brought us here is the one to be seen.
                with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError, TimeoutError):
                    if not connection.is_closed():
                        await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")
