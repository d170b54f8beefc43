"""The agent's side of being kept running: heartbeats out, the wish to end in, and what became of an update."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable

from bosman_agent.watchdog.protocol import BEAT, HEALTHY, PREVIOUS_END_VARIABLE

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
END_SECONDS = 60.0
"""How long an agent without its watchdog may take to end tidily; the watchdog itself would kill it earlier."""


def previous_end() -> str:
    """How the last run ended, as the watchdog saw it; empty when it ended as it was meant to."""
    return os.environ.get(PREVIOUS_END_VARIABLE, "")


class WatchdogClient:
    """Speaks with the watchdog over the standard streams; does nothing where there is no watchdog."""

    def __init__(self, *, active: bool) -> None:
        self.active = active

    def watch_for_end(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        """Call `stop` in the loop once the watchdog closes our standard input, or is gone."""
        if not self.active:
            return

        def read() -> None:
            with contextlib.suppress(OSError, ValueError):
                while os.read(0, 64):
                    pass
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stop)
            # Nobody is left who would kill an agent that hangs, and it would bar the way of the next one.
            time.sleep(END_SECONDS)
            os._exit(1)

        threading.Thread(target=read, daemon=True).start()

    async def beat(self) -> None:
        """Say that the event loop turns, until cancelled."""
        while True:
            self._say(BEAT)
            await asyncio.sleep(BEAT_SECONDS)

    def healthy(self) -> None:
        """Say that the server has answered."""
        self._say(HEALTHY)

    def _say(self, word: str) -> None:
        if self.active:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.write(word + "\n")
                sys.stdout.flush()
