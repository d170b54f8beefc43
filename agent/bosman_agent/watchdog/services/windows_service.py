"""The agent as a Windows service: the watchdog inside a pywin32 service, in the embeddable interpreter.

The service's program is `python.exe -m bosman_agent.watchdog.services.windows_service`: no wrapper of somebody else's.
"""

import logging
import subprocess
import sys
import threading
from logging.handlers import RotatingFileHandler
from typing import Any

assert sys.platform == "win32"

import servicemanager
import win32service
import win32serviceutil

from bosman_agent import __version__
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.platform import system
from bosman_agent.watchdog.foreground import event_text
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.services.windows_registration import NAME, image_path, set_image_path, write_launcher
from bosman_agent.watchdog.watchdog import Event, Watchdog

CHECK_SECONDS = 60
CHECK_WORD = "--check"
LOG_BYTES = 5 * 1024 * 1024
LOG_FILES = 3
PRESHUTDOWN = 0xF
"""SERVICE_CONTROL_PRESHUTDOWN (winsvc.h): comes before services are told to stop, with time to end transfers."""
ACCEPT_PRESHUTDOWN = 0x100
EVENT_IDS = {event: number for number, event in enumerate(Event, start=100)}
WARNINGS = frozenset({Event.DIED, Event.HUNG, Event.NOT_STARTED, Event.ROLLED_BACK})


class BosmanService(win32serviceutil.ServiceFramework):
    """What the service manager sees."""

    _svc_name_ = NAME

    def __init__(self, arguments: Any) -> None:
        super().__init__(arguments)
        self._stop = threading.Event()

    def GetAcceptedControls(self) -> int:  # noqa: N802 - pywin32's name
        """Stop and shutdown, and notice before a shutdown."""
        accepted: Any = win32serviceutil.ServiceFramework.GetAcceptedControls
        return int(accepted(self)) | ACCEPT_PRESHUTDOWN

    def SvcOther(self, control: int) -> None:  # noqa: N802 - pywin32's name
        """A notice before a shutdown is taken as the wish to stop."""
        if control == PRESHUTDOWN:
            self.SvcStop()

    def SvcStop(self) -> None:  # noqa: N802 - pywin32's name
        """Ask the watchdog to end."""
        self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, 60_000)
        self._stop.set()

    def SvcShutdown(self) -> None:  # noqa: N802 - pywin32's name
        """As a stop."""
        self.SvcStop()

    def SvcDoRun(self) -> None:  # noqa: N802 - pywin32's name
        """Keep the agent running until told to stop; what ends it otherwise stands in the event log."""
        try:
            self._watch()
        except Exception as error:
            report(Event.NOT_STARTED, {"version": __version__, "detail": f"{type(error).__name__}: {error}"})
            raise

    def _watch(self) -> None:
        data, home = DataDir.locate(None), Home.locate()
        if home is None:
            report(Event.NOT_STARTED, {"version": "?", "detail": sys.executable})
            return
        lines = open_log(data)

        def tell(event: Event, params: dict[str, object]) -> None:
            report(event, params)
            lines.warning("%s", event_text(event, params))

        Watchdog(
            data,
            home,
            self._stop,
            tell=tell,
            on_error=lambda line: lines.info("%s", line),
            on_committed=adopt,
        ).run()


def open_log(data: DataDir) -> logging.Logger:
    """Where the agent's own log goes: nobody else collects what a service says. A disk without room costs lines."""
    logging.raiseExceptions = False
    lines = logging.getLogger("bosman_agent.lines")
    lines.propagate = False
    lines.setLevel(logging.INFO)
    data.logs.mkdir(exist_ok=True)
    lines.addHandler(
        RotatingFileHandler(
            data.logs / "agent.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    )
    return lines


def report(event: Event, params: dict[str, object]) -> None:
    """Write into Windows' event log; where that is not possible the agent's own log has it too."""
    import win32evtlog  # noqa: PLC0415 - megabytes for a few lines a month
    import win32evtlogutil  # noqa: PLC0415 - as above

    kind = win32evtlog.EVENTLOG_WARNING_TYPE if event in WARNINGS else win32evtlog.EVENTLOG_INFORMATION_TYPE
    try:
        win32evtlogutil.ReportEvent(NAME, EVENT_IDS[event], eventType=kind, strings=[event_text(event, params)])
    except Exception:  # noqa: BLE001 - whatever keeps the event log from being written must not stop the agent
        logging.getLogger("bosman_agent.lines").warning("the event log cannot be written")


def adopt(home: Home, version: str) -> None:
    """Have the next start of the service begin in a version that has proven itself, if its service loads too."""
    program = system.agent_command(home.folder(version))[0]
    check = [program, "-X", "utf8", "-m", "bosman_agent.watchdog.services.windows_service", CHECK_WORD]
    try:
        done = subprocess.run(check, capture_output=True, timeout=CHECK_SECONDS, check=False)  # noqa: S603 - our own files
        if done.returncode == 0:
            set_image_path(image_path(home, version))
            write_launcher(home, version)
    except (OSError, subprocess.TimeoutExpired):
        logging.getLogger("bosman_agent.lines").exception("the new version's service does not load")


def main() -> None:
    """Serve the service manager, or say that this could be done."""
    if CHECK_WORD in sys.argv:
        return
    servicemanager.Initialize()
    servicemanager.PrepareToHostSingle(BosmanService)
    serve: Any = servicemanager.StartServiceCtrlDispatcher
    serve()


if __name__ == "__main__":
    main()
