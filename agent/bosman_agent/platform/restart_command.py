"""Restarts through a command: the platform's own, or the one that the settings name."""

import math
from collections.abc import Sequence

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.processes import ProcessTimeoutError, run_streaming
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text

TIMEOUT_SECONDS = 60.0
REASON_CHARS = 200


def restart_argv(command: Sequence[str], *, delay_seconds: int, reason: str) -> list[str]:
    """The command with its placeholders filled; a word that becomes empty is left out.

    The reason loses leading dashes, or it could pass for an option.
    """
    values = {
        "{seconds}": str(delay_seconds),
        "{minutes}": str(math.ceil(delay_seconds / 60)),
        "{reason}": clean_text(reason, REASON_CHARS).lstrip("- "),
    }
    argv = []
    for template in command:
        word = template
        for placeholder, value in values.items():
            word = word.replace(placeholder, value)
        if word or not template:
            argv.append(word)
    return argv


def require_allowed(command: Sequence[str] | None, *, forbidden: bool) -> None:
    """The platform's own command is not run where BOSMAN_FORBID_RESTART stands. Raises ProviderError."""
    if not command and forbidden:
        raise restart_failed("forbidden by BOSMAN_FORBID_RESTART")


async def run_restart(argv: Sequence[str], log: WriteLog) -> None:
    """Run it to its end. Raises ProviderError (`restart.failed`)."""
    try:
        exit_code = await run_streaming(argv, on_output=log, timeout=TIMEOUT_SECONDS)
    except ProcessTimeoutError as error:
        raise restart_failed("timed out") from error
    except OSError as error:
        raise restart_failed(f"{argv[0]}: {error.strerror}") from error
    if exit_code != 0:
        raise restart_failed(f"exit code {exit_code}", exit_code)


def restart_failed(detail: str, exit_code: int | None = None) -> ProviderError:
    """The platform did not take the restart."""
    return ProviderError(ErrorDetail(Code.RESTART_FAILED, detail=detail), exit_code=exit_code)
