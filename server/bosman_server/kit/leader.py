"""What may run only once in the whole installation holds a PostgreSQL advisory lock."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bosman_server.kit.db.database import Database

log = structlog.get_logger()

_RETRY_SECONDS = 5.0


class Leader:
    """Runs `work` for as long as this process holds the lock; whoever loses the connection stops."""

    def __init__(self, database: Database, name: str, lock: int, work: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._name = name
        self._lock = lock
        self._work = work

    async def run(self) -> None:
        """Try for ever; returns only by cancellation."""
        while True:
            try:
                await self._once()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the next attempt is the remedy for whatever broke
                log.warning("leader_lost", role=self._name, error=repr(error))
            await asyncio.sleep(_RETRY_SECONDS)

    async def _once(self) -> None:
        async with self._database.pool.acquire() as connection:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock):
                return
            log.info("leader_elected", role=self._name)
            work = asyncio.ensure_future(self._work())
            try:
                while not work.done():
                    await asyncio.wait({work}, timeout=_RETRY_SECONDS)
                    await connection.fetchval("SELECT 1")
                work.result()
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                if not connection.is_closed():
                    await connection.execute("SELECT pg_advisory_unlock($1)", self._lock)
