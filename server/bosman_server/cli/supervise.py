"""Child processes of `bosman up`: started, watched, started again when they die, stopped together."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bosman_server.cli.environment import child_environment

log = structlog.get_logger()

_STOP_SECONDS = 10.0
_FIRST_DELAY = 0.3
_LONGEST_DELAY = 10.0
_HEALTHY_AFTER = 20.0


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    on_pid: Callable[[str, int], None] = lambda _name, _pid: None

    async def keep_alive(self) -> None:
        """Run it, and run it again after it died, until cancelled; then stop it gently, at last firmly."""
        delay = _FIRST_DELAY
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            process = await asyncio.create_subprocess_exec(
                *self.argv,
                env=child_environment(self.name, self.environment),
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C goes to us alone: we stop the children in order.
                start_new_session=True,
            )
            self.on_pid(self.name, process.pid)
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                await _stop(process)
                raise
            delay = _FIRST_DELAY if loop.time() - started > _HEALTHY_AFTER else min(delay * 2, _LONGEST_DELAY)
            log.warning("child_died", child=self.name, code=code, again_in_seconds=round(delay, 1))
            await asyncio.sleep(delay)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(asyncio.shield(process.wait()), _STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def own_command(*arguments: str) -> list[str]:
    """The command `bosman` of this very installation."""
    return [sys.executable, "-m", "bosman_server.cli", *arguments]
