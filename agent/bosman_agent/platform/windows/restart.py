"""Restarts through shutdown.exe, or through the command that the settings name.

shutdown.exe and not InitiateSystemShutdownEx: it is the same call with the same privilege, it shows the same notice,
and an administrator can read in a log what was done and repeat it.
"""

import asyncio
import os
import sys

from bosman_agent.platform.base import WriteLog
from bosman_agent.platform.restart_command import require_allowed, restart_argv, run_restart
from bosman_protocol.text import clean_text

assert sys.platform == "win32"

from bosman_agent.platform.windows.session_message import tell_sessions

MIN_DELAY_SECONDS = 30
"""Below it nobody could save anything, and with 0 shutdown.exe would tell nobody. A command of the settings gets the
delay as it was asked for."""
PLANNED_RECONFIGURATION = "p:2:4"
"""The reason in the event log (shutdown.exe /?): planned, operating system, reconfiguration."""


class ShutdownExeRestart:
    """Hands a restart to Windows."""

    def __init__(self, command: tuple[str, ...] | None, *, default_forbidden: bool = False) -> None:
        self._command = command
        self._default_forbidden = default_forbidden

    async def restart(self, *, delay_seconds: int, reason: str, log: WriteLog) -> None:
        """Schedule the restart, tell whoever is signed in, and return. Raises ProviderError (`restart.failed`)."""
        require_allowed(self._command, forbidden=self._default_forbidden)
        if self._command:
            argv = restart_argv(self._command, delay_seconds=delay_seconds, reason=reason)
        else:
            argv = default_argv(delay_seconds=delay_seconds, reason=reason)
        await run_restart(argv, log)
        words = clean_text(reason, 200)
        if words and not self._command:
            await asyncio.to_thread(tell_sessions, words, max(delay_seconds, MIN_DELAY_SECONDS))


def default_argv(*, delay_seconds: int, reason: str) -> list[str]:
    """shutdown.exe's command line; without a reason there is no comment, and Windows shows its own words."""
    program = rf"{os.environ.get('SYSTEMROOT', 'C:/Windows')}\System32\shutdown.exe"
    comment = ("/c", "{reason}") if clean_text(reason, 200).lstrip("- ") else ()
    command = (program, "/r", "/t", "{seconds}", *comment, "/d", PLANNED_RECONFIGURATION)
    return restart_argv(command, delay_seconds=max(delay_seconds, MIN_DELAY_SECONDS), reason=reason)
