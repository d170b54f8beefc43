"""How long tests wait for what must happen: long, since a machine may be busy, and waiting costs nothing when it does.

Nothing may be concluded from how long something took. A limit only says when a test gives up, and every one of them
is this one; `BOSMAN_TEST_PATIENCE=3` trebles it for a machine that is slower still.
"""

import asyncio
import inspect
import os
import time
from collections.abc import Callable
from typing import Any

SECONDS = 60.0
_POLL_SECONDS = 0.02


def patient(seconds: float = SECONDS) -> float:
    """Seconds to wait for something: never less than a minute, times BOSMAN_TEST_PATIENCE."""
    return max(seconds, SECONDS) * float(os.environ.get("BOSMAN_TEST_PATIENCE") or 1)


async def eventually(
    question: Callable[[], Any], seconds: float = SECONDS, *, poll_seconds: float = _POLL_SECONDS
) -> Any:
    """The first true answer to a question, which may be a coroutine's. Raises AssertionError with the last answer."""
    deadline = time.monotonic() + patient(seconds)
    while True:
        answer = question()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {patient(seconds):g} s")
        await asyncio.sleep(poll_seconds)


def until(question: Callable[[], Any], seconds: float = SECONDS, *, poll_seconds: float = _POLL_SECONDS) -> Any:
    """The same for tests without an event loop. Raises AssertionError with the last answer."""
    deadline = time.monotonic() + patient(seconds)
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {patient(seconds):g} s")
        time.sleep(poll_seconds)
