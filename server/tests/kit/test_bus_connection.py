"""A service's connection outlives what its users do to it."""

import asyncio
import contextlib


async def broken(bus):
    """Whether the connection was given up since it began."""
    await bus.flush()
    return bus.stats["reconnects"] > 0


class TestGivenUpFlush:
    async def test_cancelled_flush_breaks_nothing_for_the_others(self, bus):
        for turns in range(40):
            flushing = asyncio.create_task(bus.flush())
            for _ in range(turns):
                await asyncio.sleep(0)
            flushing.cancel()
            await asyncio.gather(flushing, return_exceptions=True)
        assert not await broken(bus)

    async def test_flush_that_took_too_long_breaks_nothing_for_the_others(self, bus):
        for _ in range(20):
            with contextlib.suppress(TimeoutError):
                await bus.flush(timeout=1e-9)
        assert not await broken(bus)


class TestClose:
    async def test_closing_while_it_reconnects_is_no_cancellation(self, bus):
        told = []

        async def closed():
            told.append("closed")

        bus._closed_cb = closed
        await bus._process_op_err(ConnectionError("test"))
        await asyncio.sleep(0)
        await bus.close()
        assert bus.is_closed and told == ["closed"]
