"""Ends tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

PATIENCE_SECONDS = 0.5


async def cancel_and_wait(tasks: "Iterable[asyncio.Future[Any]]") -> None:
    """Cancel tasks until each is done; their errors are left to whoever asks for them.

    Once is not enough: on Python 3.11 `asyncio.wait_for`, which nats-py uses,
    swallows a cancellation that arrives together with its result.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=PATIENCE_SECONDS)
