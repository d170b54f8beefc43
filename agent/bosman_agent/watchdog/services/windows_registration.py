"""What the service manager, the event log and the registry know of the agent."""

import contextlib
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

assert sys.platform == "win32"

import winreg

import pywintypes
import win32evtlogutil
import win32service
import winerror

from bosman_agent.platform import system
from bosman_agent.texts import text
from bosman_agent.watchdog.home import Home

log = logging.getLogger(__name__)

NAME = "BosmanAgent"
STATE_SECONDS = 60.0
RESTART_PAUSES = (5_000, 30_000, 60_000)
"""Milliseconds before the service manager starts a dead service again: the first, the second, every further time."""
FORGET_FAILURES_SECONDS = 86_400
PRESHUTDOWN_MILLISECONDS = 60_000
SERVICES = r"SYSTEM\CurrentControlSet\Services"
EVENT_SOURCES = r"SYSTEM\CurrentControlSet\Services\EventLog\Application"


class RegistrationError(Exception):
    """The service manager refused; the message is what it said."""


def image_path(home: Home, version: str) -> str:
    """The command line of the service for a version."""
    program = system.agent_command(home.folder(version))[0]
    return subprocess.list2cmdline([program, "-X", "utf8", "-m", "bosman_agent.watchdog.services.windows_service"])


def write_launcher(home: Home, version: str) -> None:
    """`bosman-agent.cmd` for administrators: the command line of the version that runs. Raises OSError."""
    program = subprocess.list2cmdline(system.agent_command(home.folder(version)))
    launcher = home.root / "bosman-agent.cmd"
    launcher.write_text(f"@{program} %*\n", encoding="ascii", newline="\r\n")


def set_image_path(path: str) -> None:
    """Change what the next start of the service runs. Raises OSError."""
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{SERVICES}\{NAME}", 0, winreg.KEY_SET_VALUE) as key:
        winreg.SetValueEx(key, "ImagePath", 0, winreg.REG_EXPAND_SZ, path)


def exists() -> bool:
    """Whether the service is registered."""
    with contextlib.suppress(pywintypes.error), _service(win32service.SERVICE_QUERY_STATUS):
        return True
    return False


@contextlib.contextmanager
def _manager(access: int) -> Iterator[Any]:
    manager = win32service.OpenSCManager(None, None, access)
    try:
        yield manager
    finally:
        win32service.CloseServiceHandle(manager)


@contextlib.contextmanager
def _service(access: int) -> Iterator[Any]:
    with _manager(win32service.SC_MANAGER_CONNECT) as manager:
        service = win32service.OpenService(manager, NAME, access)
        try:
            yield service
        finally:
            win32service.CloseServiceHandle(service)


def register_and_start(home: Home, version: str) -> None:
    """Make the service, or bring it to what it should be, and start it. Raises RegistrationError."""
    path = image_path(home, version)
    _add_event_source()
    try:
        with _manager(win32service.SC_MANAGER_ALL_ACCESS) as manager, _made(manager, path) as service:
            _configure(service)
            if win32service.QueryServiceStatus(service)[1] == win32service.SERVICE_STOPPED:
                win32service.StartService(service, None)
            _wait_for(service, win32service.SERVICE_RUNNING)
    except (pywintypes.error, OSError) as error:
        raise RegistrationError(str(error)) from error


@contextlib.contextmanager
def _made(manager: Any, path: str) -> Iterator[Any]:
    """The service, made where it is missing; one handle from its birth on, because Wine forgets one that is closed."""
    if exists():
        set_image_path(path)
        with _service(win32service.SERVICE_ALL_ACCESS) as service:
            yield service
        return
    made = win32service.CreateService(
        manager, NAME, text("service.name"), win32service.SERVICE_ALL_ACCESS, win32service.SERVICE_WIN32_OWN_PROCESS,
        win32service.SERVICE_AUTO_START, win32service.SERVICE_ERROR_NORMAL, path,
        None, False, None, None, None,  # noqa: FBT003 - positional only
    )  # fmt: skip
    try:
        yield made
    finally:
        win32service.CloseServiceHandle(made)


def _configure(service: Any) -> None:
    actions = [(win32service.SC_ACTION_RESTART, pause) for pause in RESTART_PAUSES]
    wanted = {
        win32service.SERVICE_CONFIG_DESCRIPTION: text("service.description"),
        win32service.SERVICE_CONFIG_FAILURE_ACTIONS: {
            "ResetPeriod": FORGET_FAILURES_SECONDS, "RebootMsg": "", "Command": "", "Actions": actions,
        },
        # Also when it ends by itself with an error, not only when it crashes.
        win32service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG: True,
        win32service.SERVICE_CONFIG_DELAYED_AUTO_START_INFO: True,
        win32service.SERVICE_CONFIG_PRESHUTDOWN_INFO: PRESHUTDOWN_MILLISECONDS,
    }  # fmt: skip
    for what, value in wanted.items():
        try:
            win32service.ChangeServiceConfig2(service, what, value)
        except pywintypes.error as error:
            # Wine and old servers do not know every one of them: the service works without.
            log.warning("service setting is not taken", extra={"setting": what, "error": error.strerror})


def _add_event_source() -> None:
    try:
        win32evtlogutil.AddSourceToRegistry(NAME)
    except pywintypes.error as error:
        log.warning("event source is not registered", extra={"error": error.strerror})


def stop() -> None:
    """Stop the service and wait until it has; nothing where there is none. Raises RegistrationError."""
    try:
        with _service(win32service.SERVICE_STOP | win32service.SERVICE_QUERY_STATUS) as service:
            if win32service.QueryServiceStatus(service)[1] == win32service.SERVICE_STOPPED:
                return
            win32service.ControlService(service, win32service.SERVICE_CONTROL_STOP)
            _wait_for(service, win32service.SERVICE_STOPPED)
    except pywintypes.error as error:
        if error.winerror in {winerror.ERROR_SERVICE_DOES_NOT_EXIST, winerror.ERROR_SERVICE_NOT_ACTIVE}:
            return
        raise RegistrationError(error.strerror) from error


def _wait_for(service: Any, state: int) -> None:
    deadline = time.monotonic() + STATE_SECONDS
    while time.monotonic() < deadline:
        if win32service.QueryServiceStatus(service)[1] == state:
            return
        time.sleep(0.2)
    raise RegistrationError(f"state {state} was not reached within {STATE_SECONDS:.0f} s")


def unregister() -> None:
    """Remove service and event source; what is not there is fine. Raises RegistrationError."""
    stop()
    try:
        with _service(win32service.SERVICE_ALL_ACCESS) as service:
            win32service.DeleteService(service)
    except pywintypes.error as error:
        if error.winerror != winerror.ERROR_SERVICE_DOES_NOT_EXIST:
            raise RegistrationError(error.strerror) from error
    with contextlib.suppress(OSError):
        winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, rf"{EVENT_SOURCES}\{NAME}")
