"""An agent that loses its connection over and over, and what of the process grows meanwhile."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from bosman_agent.agent import Agent
from bosman_agent.transport import connection_manager
from testkit.patience import patient

TOO_SHORT = 0xC0000004
"""STATUS_INFO_LENGTH_MISMATCH (ntstatus.h)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process holds."""

    handles: int
    """File descriptors; on Windows handles of every kind."""
    rss_bytes: int


def usage() -> Usage:
    """What this process holds now, once nothing is left that only the collector would find."""
    gc.collect()
    process = psutil.Process()
    rss = process.memory_info().rss
    if sys.platform == "win32":
        return Usage(process.num_handles() or _handles_under_wine(), rss)
    else:  # noqa: RET505 - the type checker skips a branch of another platform, not what follows it
        return Usage(process.num_fds(), rss)


def _handles_under_wine() -> int:
    """Handles of this process by the system's table of them: Wine 8 knows no GetProcessHandleCount."""
    if sys.platform != "win32":
        return 0
    else:  # noqa: RET505 - as above
        import ctypes  # noqa: PLC0415 - only there

        size = 1 << 20
        while True:
            buffer = ctypes.create_string_buffer(size)
            # SystemExtendedHandleInformation (ntdll, winternl.h): count, reserved, then 40 bytes an entry.
            status = ctypes.windll.ntdll.NtQuerySystemInformation(64, buffer, size, None)
            if status & 0xFFFFFFFF != TOO_SHORT:
                break
            size *= 2
        # Looked at in place: copies would be memory that the measurement itself takes.
        table = memoryview(buffer).cast("B")
        count = int.from_bytes(table[:8], "little")
        owners = (int.from_bytes(table[at + 8 : at + 16], "little") for at in range(16, 16 + 40 * count, 40))
        mine = psutil.Process().pid
        return sum(owner == mine for owner in owners)


class Connections:
    """Sees every connection that an agent of this process makes."""

    def __init__(self) -> None:
        self.made = 0
        self.live: Any = None

    def seen(self, connection: Any) -> None:
        """Take note of a new connection."""
        self.made += 1
        self.live = connection


@asynccontextmanager
async def without_pauses() -> AsyncIterator[Connections]:
    """Agents of this process connect again at once, and what they connect is seen; nothing else of them changes."""
    seen = Connections()
    serve, base = connection_manager.ConnectionManager._serve, connection_manager.BASE_SECONDS  # noqa: SLF001 - the one place that knows each connection

    async def noted(self: connection_manager.ConnectionManager, connection: Any) -> None:
        seen.seen(connection)
        await serve(self, connection)

    connection_manager.ConnectionManager._serve, connection_manager.BASE_SECONDS = noted, 0.0  # type: ignore[method-assign] # noqa: SLF001 - as above
    try:
        yield seen
    finally:
        connection_manager.ConnectionManager._serve, connection_manager.BASE_SECONDS = serve, base  # type: ignore[method-assign] # noqa: SLF001 - as above


async def reconnect(agent: Agent, connections: Connections, times: int) -> None:
    """Lose the connection so many times, each time once it stands and has been answered. Raises TimeoutError."""
    for _ in range(times):
        made, asked = connections.made, agent._lease.last_answer_at  # noqa: SLF001 - when the server last answered
        connections.live.give_up()
        async with asyncio.timeout(patient()):
            while connections.made == made or agent._lease.last_answer_at == asked:  # noqa: ASYNC110, SLF001 - no event tells
                await asyncio.sleep(0.001)
