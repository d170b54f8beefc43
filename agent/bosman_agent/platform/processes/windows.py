"""`run_streaming` for Windows: a job object's program inside the agent's event loop."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bosman_agent.platform.decoding import StreamDecoder

assert sys.platform == "win32"

import ctypes

from bosman_agent.platform.processes import jobs
from bosman_agent.platform.processes.outcome import OnOutput, ProcessTimeoutError

DRAIN_SECONDS = 2.0
END_SECONDS = 10.0


def code_pages() -> tuple[str, ...]:
    """How programs of this machine write when it is not UTF-8: console programs first."""
    kernel = ctypes.windll.kernel32
    return tuple(dict.fromkeys(f"cp{page}" for page in (kernel.GetOEMCP(), kernel.GetACP()) if page != 65001))


async def run_in_job(
    argv: Sequence[str],
    *,
    on_output: OnOutput,
    timeout: float | None,
    env: Mapping[str, str] | None = None,
    token: jobs.Handle | None = None,
    user_environment: Any = None,
    folder: str | None = None,
) -> int:
    """Run a program without a shell and return its exit code.

    After `timeout` seconds, or when the caller is cancelled, the whole job ends. Raises ProcessTimeoutError, OSError.
    """
    loop = asyncio.get_running_loop()
    process = await asyncio.to_thread(
        jobs.start, argv, env=env, token=token, user_environment=user_environment, folder=folder
    )
    decoders = {"stdout": StreamDecoder(code_pages()), "stderr": StreamDecoder(code_pages())}
    drained = asyncio.Event()
    exited: asyncio.Future[int] = loop.create_future()

    def take(name: Literal["stdout", "stderr"], data: bytes) -> None:
        if text := decoders[name].feed(data):
            on_output(name, text)

    def in_loop(call: Any, *arguments: Any) -> None:
        # The loop may be gone by the time that a program's last words arrive.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(call, *arguments)

    def ended(code: int) -> None:
        if not exited.done():
            exited.set_result(code)

    jobs.pump(process, lambda name, data: in_loop(take, name, data), lambda: in_loop(drained.set))
    threading.Thread(target=lambda: in_loop(ended, process.wait() or 0), daemon=True).start()
    try:
        await _wait(exited, drained, timeout)
    except TimeoutError:
        raise ProcessTimeoutError(argv[0]) from None
    finally:
        if not exited.done():
            process.kill()
            await asyncio.wait({exited}, timeout=END_SECONDS)
        process.let_go()
        for name, decoder in decoders.items():
            if text := decoder.finish():
                on_output("stdout" if name == "stdout" else "stderr", text)
    return exited.result()


async def _wait(exited: asyncio.Future[int], drained: asyncio.Event, timeout: float | None) -> None:
    async with asyncio.timeout(timeout):
        await asyncio.shield(exited)
    # What the program left running may keep the pipes open for ever.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await drained.wait()
