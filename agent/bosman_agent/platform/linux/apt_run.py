"""Runs apt's programs: their environment, their time limits, and the lock that somebody else may hold."""

import asyncio
import random
import shutil
from collections.abc import Iterable

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.linux import apt_parse
from bosman_agent.platform.linux.apt_sources import Refresh, read_refresh
from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_collecting, run_streaming
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    # needrestart would restart services by itself, or ask.
    "NEEDRESTART_MODE": "l",
    "NEEDRESTART_SUSPEND": "1",
}
REFRESH_SECONDS = 600.0
QUERY_SECONDS = 120.0
LOCK_ATTEMPTS = 4


def require_apt() -> None:
    """Raises ProviderError (`apt.not_available`) where there is no apt."""
    if shutil.which("apt-get") is None:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE))


async def refresh_lists(options: tuple[str, ...], log: WriteLog) -> Refresh:
    """`apt-get update`. Raises ProviderError (`apt.locked`; `apt.failed` where not a single list came)."""
    for attempt in range(LOCK_ATTEMPTS):
        said: dict[str, list[str]] = {"stdout": [], "stderr": []}

        def watch(stream: str, text: str, said: dict[str, list[str]] = said) -> None:
            said[stream].append(text)
            log("stderr" if stream == "stderr" else "stdout", text)

        exit_code = await stream(["apt-get", *options, "update"], watch, REFRESH_SECONDS)
        # Apart, for pieces of the one may fall into a line of the other.
        output = "\n".join("".join(pieces) for pieces in said.values())
        if exit_code == 0 or not apt_parse.mentions_lock(output):
            break
        if attempt + 1 < LOCK_ATTEMPTS:
            await asyncio.sleep(random.uniform(2, 10))  # noqa: S311 - jitter, no secret
    if exit_code != 0 and apt_parse.mentions_lock(output):
        raise ProviderError(ErrorDetail(Code.APT_LOCKED, detail=output[-2000:]), exit_code=exit_code)
    refresh = read_refresh(output)
    # Old lists stay in use where a mirror is away; only when nothing at all came is the scan worthless.
    if (exit_code != 0 or refresh.failed) and not refresh.fetched:
        raise ProviderError(ErrorDetail(Code.APT_FAILED, {}, output[-2000:]), exit_code=exit_code)
    return refresh


async def query(*argv: str) -> Completed:
    """Run to the end. Raises ProviderError (`apt.failed` after too long, `apt.not_available`)."""
    try:
        return await run_collecting(argv, timeout=QUERY_SECONDS, env=ENVIRONMENT)
    except ProcessTimeoutError as error:
        raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=f"{argv[0]}: timed out")) from error
    except OSError as error:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE, detail=str(error))) from error


async def stream(argv: list[str], watch: WriteLog, timeout: float | None, *, pass_fds: tuple[int, ...] = ()) -> int:
    """Run with the output passed on; the exit code. Raises ProviderError as `query` does."""
    try:
        return await run_streaming(argv, on_output=watch, timeout=timeout, env=ENVIRONMENT, pass_fds=pass_fds)
    except ProcessTimeoutError as error:
        raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=f"{argv[0]} {argv[-1]}: timed out")) from error
    except OSError as error:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE, detail=str(error))) from error


def failed(done: Completed) -> ProviderError:
    """Why a program that ended with an error did."""
    code = Code.APT_LOCKED if apt_parse.mentions_lock(done.stderr) else Code.APT_FAILED
    return ProviderError(ErrorDetail(code, detail=done.stderr[-2000:] or None), exit_code=done.exit_code)


def batches(items: list[str], size: int) -> Iterable[list[str]]:
    """Slices that fit on a command line."""
    return (items[start : start + size] for start in range(0, len(items), size))
