"""Runs the platform's tools: output as it appears, and nothing left behind when they are stopped."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
import psutil

from bosman_agent.providers.decoding import StreamDecoder

OutputStream = Literal["stdout", "stderr"]
OnOutput = Callable[[OutputStream, str], None]

TERMINATE_SECONDS = 5.0
DRAIN_SECONDS = 2.0
READ_BYTES = 64 * 1024


class ProcessTimeoutError(Exception):
    """The tool took too long and has been stopped."""


class Completed(msgspec.Struct, frozen=True):
    """A tool that ended by itself; its output where it was not streamed."""

    exit_code: int
    stdout: str
    stderr: str


async def run_streaming(
    argv: Sequence[str],
    *,
    on_output: OnOutput,
    timeout: float | None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> int:
    """Run a program without a shell and return its exit code.

    When it takes longer than `timeout` seconds, or the caller is cancelled, the
    whole tree of processes is stopped. Raises ProcessTimeoutError, OSError.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
        start_new_session=True,
        pass_fds=tuple(pass_fds),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    readers = [
        asyncio.create_task(_forward(process.stdout, "stdout", on_output)),
        asyncio.create_task(_forward(process.stderr, "stderr", on_output)),
    ]
    try:
        await asyncio.wait_for(process.wait(), timeout)
        # A daemon that the tool started may keep the pipe open for ever.
        await asyncio.wait(readers, timeout=DRAIN_SECONDS)
    except TimeoutError:
        raise ProcessTimeoutError(argv[0]) from None
    finally:
        if process.returncode is None:
            await asyncio.shield(kill_tree(process))
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    assert process.returncode is not None
    return process.returncode


async def run_collecting(argv: Sequence[str], *, timeout: float, env: Mapping[str, str] | None = None) -> Completed:
    """Run a program and return what it printed. Raises ProcessTimeoutError, OSError."""
    collected: dict[OutputStream, list[str]] = {"stdout": [], "stderr": []}
    exit_code = await run_streaming(
        argv, on_output=lambda stream, text: collected[stream].append(text), timeout=timeout, env=env
    )
    return Completed(exit_code, "".join(collected["stdout"]), "".join(collected["stderr"]))


async def _forward(reader: asyncio.StreamReader, stream: OutputStream, on_output: OnOutput) -> None:
    decoder = StreamDecoder()
    try:
        while data := await reader.read(READ_BYTES):
            if text := decoder.feed(data):
                on_output(stream, text)
    finally:
        if text := decoder.finish():
            on_output(stream, text)


async def kill_tree(process: asyncio.subprocess.Process) -> None:
    """Stop a process with all its descendants: politely first, then for certain."""
    members = await asyncio.to_thread(_members, process.pid)
    for member in members:
        with contextlib.suppress(psutil.Error):
            member.terminate()
    await asyncio.to_thread(psutil.wait_procs, members, TERMINATE_SECONDS)
    # Some may have started others in the meantime.
    late = await asyncio.to_thread(_members, process.pid)
    for member in {*members, *late}:
        with contextlib.suppress(psutil.Error):
            member.kill()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), TERMINATE_SECONDS)


def _members(leader: int) -> list[psutil.Process]:
    """Descendants, and what has lost its parent but still belongs to the session that the leader opened."""
    found: dict[int, psutil.Process] = {}
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(leader)
        found = {child.pid: child for child in top.children(recursive=True)}
        found[leader] = top
    get_session = getattr(os, "getsid", None)
    if get_session is not None:
        for candidate in psutil.process_iter():
            with contextlib.suppress(OSError, psutil.Error):
                if get_session(candidate.pid) == leader:
                    found.setdefault(candidate.pid, candidate)
    return list(found.values())
