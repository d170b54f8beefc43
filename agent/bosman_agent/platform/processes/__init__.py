"""Runs the platform's tools: output as it appears, and nothing left behind when they are stopped."""

import sys
from collections.abc import Mapping, Sequence

from bosman_agent.platform.processes.outcome import Completed, OnOutput, OutputStream, ProcessTimeoutError

__all__ = ["Completed", "OnOutput", "OutputStream", "ProcessTimeoutError", "run_collecting", "run_streaming"]


async def run_streaming(
    argv: Sequence[str],
    *,
    on_output: OnOutput,
    timeout: float | None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    folder: str | None = None,
) -> int:
    """Run a program without a shell and return its exit code.

    When it takes longer than `timeout` seconds, or the caller is cancelled, the
    whole tree of processes is stopped. `pass_fds` is for Linux' tools only.
    Raises ProcessTimeoutError, OSError.
    """
    if sys.platform == "win32":
        from bosman_agent.platform.processes.windows import run_in_job  # noqa: PLC0415 - only there

        return await run_in_job(argv, on_output=on_output, timeout=timeout, env=env, folder=folder)
    else:  # noqa: RET505 - the type checker skips a branch of another platform, not what follows it
        from bosman_agent.platform.processes.posix import run_in_session  # noqa: PLC0415 - only there

        return await run_in_session(
            argv, on_output=on_output, timeout=timeout, env=env, pass_fds=pass_fds, folder=folder
        )


async def run_collecting(argv: Sequence[str], *, timeout: float, env: Mapping[str, str] | None = None) -> Completed:
    """Run a program and return what it printed. Raises ProcessTimeoutError, OSError."""
    collected: dict[OutputStream, list[str]] = {"stdout": [], "stderr": []}
    exit_code = await run_streaming(
        argv, on_output=lambda stream, text: collected[stream].append(text), timeout=timeout, env=env
    )
    return Completed(exit_code, "".join(collected["stdout"]), "".join(collected["stderr"]))
