"""`run_streaming` for Linux: a program in a session of its own, inside the agent's event loop."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence

import psutil

from bosman_agent.platform.decoding import StreamDecoder
from bosman_agent.platform.processes.outcome import OnOutput, ProcessTimeoutError

assert sys.platform != "win32"

TERMINATE_SECONDS = 5.0
DRAIN_SECONDS = 2.0


async def run_in_session(
    argv: Sequence[str],
    *,
    on_output: OnOutput,
    timeout: float | None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    folder: str | None = None,
) -> int:
    """Run a program in a session of its own and return its exit code.

    When it takes longer than `timeout` seconds, or the caller is cancelled, the
    whole tree of processes is stopped. Raises ProcessTimeoutError, OSError.
    """
    watcher = _Watcher(on_output)
    transport, _ = await asyncio.get_running_loop().subprocess_exec(
        lambda: watcher,
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        cwd=folder,
        start_new_session=True,
        pass_fds=tuple(pass_fds),
    )
    try:
        async with asyncio.timeout(timeout):
            await watcher.exited.wait()
        # A daemon that the tool started may keep the pipes open for ever.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await watcher.drained.wait()
    except TimeoutError:
        raise ProcessTimeoutError(argv[0]) from None
    finally:
        if not watcher.exited.is_set():
            await asyncio.shield(_kill_tree(transport.get_pid(), watcher.exited))
        transport.close()
        watcher.finish()
    exit_code = transport.get_returncode()
    assert exit_code is not None
    return exit_code


class _Watcher(asyncio.SubprocessProtocol):
    """Hears of output and of the end apart: asyncio's own `wait` waits for the pipes too."""

    def __init__(self, on_output: OnOutput) -> None:
        self._on_output = on_output
        self._decoders = {1: StreamDecoder(), 2: StreamDecoder()}
        self._open = {1, 2}
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Pass text on as soon as it is certain."""
        self._pass_on(fd, self._decoders[fd].feed(data))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Remember which pipes have ended."""
        self._open.discard(fd)
        if not self._open & {1, 2}:
            self.drained.set()

    def process_exited(self) -> None:
        """The program itself is gone."""
        self.exited.set()

    def finish(self) -> None:
        """Pass on what was left of unfinished characters."""
        for fd, decoder in self._decoders.items():
            self._pass_on(fd, decoder.finish())

    def _pass_on(self, fd: int, text: str) -> None:
        if text:
            self._on_output("stdout" if fd == 1 else "stderr", text)


async def _kill_tree(leader: int, exited: asyncio.Event) -> None:
    """Stop a process with all its descendants: politely first, then for certain."""
    members = await asyncio.to_thread(_members, leader)
    for member in members:
        with contextlib.suppress(psutil.Error):
            member.terminate()
    # The leader is asyncio's to wait for: psutil would take its exit code away.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TERMINATE_SECONDS):
            await exited.wait()
    others = [member for member in members if member.pid != leader]
    await asyncio.to_thread(psutil.wait_procs, others, TERMINATE_SECONDS)
    # Some may have started others in the meantime.
    late = await asyncio.to_thread(_members, leader)
    for member in {*members, *late}:
        with contextlib.suppress(psutil.Error):
            member.kill()
    others = [member for member in {*members, *late} if member.pid != leader]
    await asyncio.to_thread(psutil.wait_procs, others, TERMINATE_SECONDS)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TERMINATE_SECONDS):
            await exited.wait()


def _members(leader: int) -> list[psutil.Process]:
    """Descendants, and what has lost its parent but still belongs to the session that the leader opened."""
    found: dict[int, psutil.Process] = {}
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(leader)
        found = {child.pid: child for child in top.children(recursive=True)}
        found[leader] = top
    for candidate in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(candidate.pid) == leader:
                found.setdefault(candidate.pid, candidate)
    return list(found.values())
