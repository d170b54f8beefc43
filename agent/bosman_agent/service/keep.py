"""`bosman-agent keep`: keeps the installed agent running in the foreground, as a service manager wants it."""

import signal
import sys
import threading

from bosman_agent.folder import DataDir
from bosman_agent.releases.home import Home
from bosman_agent.service.keeper import Event, Keeper
from bosman_agent.texts import text


def keep_running(data: DataDir, home: Home) -> None:
    """Run until SIGTERM or SIGINT; what an administrator should know goes to standard error."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Keeper(data, home, stop, tell=tell_on_stderr).run()


def tell_on_stderr(event: Event, params: dict[str, object]) -> None:
    """One line in the reader's language."""
    sys.stderr.write(event_text(event, params) + "\n")
    sys.stderr.flush()


def event_text(event: Event, params: dict[str, object]) -> str:
    """An event in the reader's language."""
    return text(event.value, **params)
