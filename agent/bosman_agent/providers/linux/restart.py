"""Restarts through shutdown(8), or through the command that the settings name."""

import math

from bosman_agent.providers.base import ProviderError, WriteLog
from bosman_agent.providers.processes import ProcessTimeoutError, run_streaming
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text

DEFAULT_COMMAND = ("shutdown", "-r", "+{minutes}", "{reason}")
TIMEOUT_SECONDS = 60.0


class ShutdownRestart:
    """Hands a restart to the system."""

    def __init__(self, command: tuple[str, ...] | None, *, default_forbidden: bool = False) -> None:
        self._command = command
        self._default_forbidden = default_forbidden

    async def restart(self, *, delay_seconds: int, reason: str, log: WriteLog) -> None:
        """Schedule the restart and return. Raises ProviderError (`restart.failed`)."""
        if not self._command and self._default_forbidden:
            raise _failed("forbidden by BOSMAN_FORBID_RESTART")
        argv = restart_argv(self._command or DEFAULT_COMMAND, delay_seconds=delay_seconds, reason=reason)
        try:
            exit_code = await run_streaming(argv, on_output=log, timeout=TIMEOUT_SECONDS)
        except ProcessTimeoutError as error:
            raise _failed("timed out") from error
        except OSError as error:
            raise _failed(f"{argv[0]}: {error.strerror}") from error
        if exit_code != 0:
            raise _failed(f"exit code {exit_code}", exit_code)


def restart_argv(command: tuple[str, ...], *, delay_seconds: int, reason: str) -> list[str]:
    """The command with its placeholders filled; a word that becomes empty is left out.

    The reason loses leading dashes, or it could pass for an option.
    """
    values = {
        "{seconds}": str(delay_seconds),
        "{minutes}": str(math.ceil(delay_seconds / 60)),
        "{reason}": clean_text(reason, 200).lstrip("- "),
    }
    argv = []
    for template in command:
        word = template
        for placeholder, value in values.items():
            word = word.replace(placeholder, value)
        if word or not template:
            argv.append(word)
    return argv


def _failed(detail: str, exit_code: int | None = None) -> ProviderError:
    return ProviderError(ErrorDetail(Code.RESTART_FAILED, detail=detail), exit_code=exit_code)
