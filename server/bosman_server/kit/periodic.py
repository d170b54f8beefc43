"""Work that one process of the whole installation does again and again: whoever holds its lock in PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import structlog

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.metrics import BACKGROUND_FAILURES

log = structlog.get_logger()

_TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('bosman.' || $1, 0))"
_LOOK_SECONDS = 5.0
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Periodic:
    """`run_once`, then a pause of `every_seconds`, for as long as the lock called `name` is held."""

    name: str
    every_seconds: float
    run_once: Callable[[], Awaitable[object]]
    begin: Callable[[], Awaitable[object]] | None = None
    """Before the first round of whoever has just got the lock."""


class Leaders:
    """All periodic work of a process. One connection outside of the pool holds all locks; when it is lost, all stop."""

    def __init__(self, database: Database, works: Sequence[Periodic]) -> None:
        self._database = database
        self._works = works

    async def run(self) -> None:
        """Try for ever; returns only by cancellation."""
        while True:
            try:
                connection = await self._database.connect()
            except Exception as error:  # noqa: BLE001 - the database may be away
                log.warning("leaders_without_database", error=repr(error))
            else:
                await self._lead(connection)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _lead(self, connection: Connection) -> None:
        running: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                for work in self._works:
                    if work.name not in running and await connection.fetchval(_TRY_LOCK, work.name):
                        log.info("leader_elected", role=work.name)
                        running[work.name] = asyncio.create_task(_repeat(work))
                await connection.fetchval("SELECT 1")
                await asyncio.sleep(_LOOK_SECONDS)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("leader_lost", roles=sorted(running), error=repr(error))
        finally:
            # Only when nothing of it runs any more may somebody else begin.
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=_CLOSE_SECONDS)


async def _repeat(work: Periodic) -> None:
    has_begun = work.begin is None
    while True:
        try:
            if not has_begun and work.begin is not None:
                await work.begin()
                has_begun = True
            await work.run_once()
        except Exception:
            # The next round is the remedy for whatever broke.
            BACKGROUND_FAILURES.labels(work.name).inc()
            log.exception("periodic_work_failed", role=work.name)
        await asyncio.sleep(work.every_seconds)
