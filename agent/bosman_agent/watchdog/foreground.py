"""`bosman-agent watch`: keeps the installed agent running in the foreground, as a service manager wants it."""

import os
import signal
import subprocess
import sys
import threading

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.platform import system
from bosman_agent.texts import text
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.protocol import PREVIOUS_END_VARIABLE
from bosman_agent.watchdog.watchdog import Event, Watchdog

TRY_SECONDS = 60.0
"""How long the watchdog of another version may take to say that it could start."""


def watch(data: DataDir, home: Home) -> None:
    """Run until SIGTERM or SIGINT; what an administrator should know goes to standard error."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def make_way(version: str, last_end: str) -> None:
        try:
            hand_over(data, home, version, last_end, stop)
        except (OSError, subprocess.SubprocessError) as error:
            tell_on_stderr(Event.NOT_STARTED, {"version": version, "detail": error})

    Watchdog(data, home, stop, tell=tell_on_stderr, on_other_version=make_way).run()


def hand_over(data: DataDir, home: Home, version: str, last_end: str, stop: threading.Event) -> None:
    """Become the watchdog of `version`: the folder that this process came from may be removed some day.

    That version's agent has proven itself already, its watchdog has not: it is tried first. Raises OSError or
    SubprocessError when it could not start; nothing has happened then, and this watchdog goes on. So it does where
    `stop` has been set meanwhile.
    """
    program = [*system.agent_command(home.folder(version)), "watch", "--data-dir", str(data.root)]
    subprocess.run([*program, "--try"], stdin=subprocess.DEVNULL, check=True, timeout=TRY_SECONDS)  # noqa: S603 - as below
    if stop.is_set():
        # The other watchdog would not know of it.
        return
    os.execve(program[0], program, {**os.environ, PREVIOUS_END_VARIABLE: last_end})  # noqa: S606 - a version of this installation


def tell_on_stderr(event: Event, params: dict[str, object]) -> None:
    """One line in the reader's language."""
    sys.stderr.write(event_text(event, params) + "\n")
    sys.stderr.flush()


def event_text(event: Event, params: dict[str, object]) -> str:
    """An event in the reader's language."""
    return text(event.value, **params)
