"""`bosman-agent keep`: keeps the installed agent running in the foreground, as a service manager wants it."""

import os
import signal
import sys
import threading

from bosman_agent.folder import DataDir
from bosman_agent.providers import system
from bosman_agent.releases.home import Home
from bosman_agent.releases.words import PREVIOUS_END_VARIABLE
from bosman_agent.service.keeper import Event, Keeper
from bosman_agent.texts import text


def keep_running(data: DataDir, home: Home) -> None:
    """Run until SIGTERM or SIGINT; what an administrator should know goes to standard error."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def make_way(version: str, last_end: str) -> None:
        # The folder that this process came from may be removed after the next update but one.
        program = [*system.agent_command(home.folder(version)), "keep", "--data-dir", str(data.root)]
        try:
            os.execve(program[0], program, {**os.environ, PREVIOUS_END_VARIABLE: last_end})  # noqa: S606 - a version folder of this very installation
        except OSError as error:
            tell_on_stderr(Event.NOT_STARTED, {"version": version, "detail": error})

    Keeper(data, home, stop, tell=tell_on_stderr, on_other_version=make_way).run()


def tell_on_stderr(event: Event, params: dict[str, object]) -> None:
    """One line in the reader's language."""
    sys.stderr.write(event_text(event, params) + "\n")
    sys.stderr.flush()


def event_text(event: Event, params: dict[str, object]) -> str:
    """An event in the reader's language."""
    return text(event.value, **params)
