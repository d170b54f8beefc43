"""Waiting for a number to be reached."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_LOOK_SECONDS = 0.1


async def until(read: Callable[[], Awaitable[int]], wanted: int, limit_seconds: float, *, first: float = 0.0) -> int:
    """Read again and again until `wanted` is reached or the time is up; the last value read.

    `first` seconds pass before the first look: for a number that has to fall before it rises.
    """
    deadline = time.monotonic() + limit_seconds
    await asyncio.sleep(first)
    while (value := await read()) < wanted and time.monotonic() < deadline:  # noqa: ASYNC110  what is read has no event
        await asyncio.sleep(_LOOK_SECONDS)
    return value
