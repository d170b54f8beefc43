"""Restarts through shutdown(8), or through the command that the settings name."""

from bosman_agent.platform.base import WriteLog
from bosman_agent.platform.restart_command import require_allowed, restart_argv, run_restart

DEFAULT_COMMAND = ("shutdown", "-r", "+{minutes}", "{reason}")


class ShutdownRestart:
    """Hands a restart to the system."""

    def __init__(self, command: tuple[str, ...] | None, *, default_forbidden: bool = False) -> None:
        self._command = command
        self._default_forbidden = default_forbidden

    async def restart(self, *, delay_seconds: int, reason: str, log: WriteLog) -> None:
        """Schedule the restart and return. Raises ProviderError (`restart.failed`)."""
        require_allowed(self._command, forbidden=self._default_forbidden)
        await run_restart(
            restart_argv(self._command or DEFAULT_COMMAND, delay_seconds=delay_seconds, reason=reason), log
        )
