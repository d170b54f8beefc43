"""Runs winget once; what it needs to run unattended is added here."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_streaming
from bosman_agent.platform.winget.codes import BROKEN_SOURCE, symbol_of
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail

QUIET = ("--accept-source-agreements", "--disable-interactivity")
SOURCE = ("--source", "winget")
RESET_SECONDS = 300.0

RunAsUser = Callable[[Sequence[str], str, float], Awaitable[Completed]]
"""Runs a program in the session of a signed-in user: argv, user, time limit in seconds."""


class RunProgram(Protocol):
    """Runs a program to its end and passes its output on as it appears."""

    async def __call__(self, argv: Sequence[str], *, timeout: float, log: WriteLog | None) -> Completed:
        """What it printed. Raises ProcessTimeoutError, OSError."""


async def run_program(argv: Sequence[str], *, timeout: float, log: WriteLog | None) -> Completed:
    """Run a program as this process's user."""
    kept: dict[str, list[str]] = {"stdout": [], "stderr": []}

    def take(stream: str, text: str) -> None:
        kept[stream].append(text)
        if log is not None:
            log("stderr" if stream == "stderr" else "stdout", text)

    exit_code = await run_streaming(argv, on_output=take, timeout=timeout)
    return Completed(exit_code, "".join(kept["stdout"]), "".join(kept["stderr"]))


class Winget(msgspec.Struct, frozen=True):
    """One way to reach winget: for the machine, or in the session of a user."""

    command: tuple[str, ...]
    scope: str
    run: RunProgram
    user: str | None = None

    async def ask(self, *words: str, timeout: float, log: WriteLog | None = None) -> Completed:
        """Run winget with these words. Raises ProviderError (`apps.not_available`, `apps.failed`)."""
        try:
            return await self.run([*self.command, *words], timeout=timeout, log=log)
        except ProcessTimeoutError as error:
            raise ProviderError(ErrorDetail(Code.APPS_FAILED, {"reason": "timed_out"})) from error
        except OSError as error:
            raise ProviderError(ErrorDetail(Code.APPS_NOT_AVAILABLE, detail=str(error))) from error

    async def ask_source(self, *words: str, timeout: float, log: WriteLog | None = None) -> Completed:
        """As `ask`, with what every question to the source needs; a broken source is set up anew once."""
        whole = (*words, *SOURCE, *QUIET)
        done = await self.ask(*whole, timeout=timeout, log=log)
        if symbol_of(done.exit_code) not in BROKEN_SOURCE:
            return done
        await self.ask("source", "reset", "--force", "--disable-interactivity", timeout=RESET_SECONDS, log=log)
        return await self.ask(*whole, timeout=timeout, log=log)


def in_session(run_as_user: RunAsUser, user: str) -> RunProgram:
    """A way to run programs in the session of a user."""

    async def run(argv: Sequence[str], *, timeout: float, log: WriteLog | None) -> Completed:
        done = await run_as_user(argv, user, timeout)
        if log is not None:
            log("stdout", done.stdout)
            log("stderr", done.stderr)
        return done

    return run
