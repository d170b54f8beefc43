"""Which provider does what on Windows."""

import os
import sys

from bosman_agent.platform.base import Providers
from bosman_agent.platform.sensors.collect import windows_sensors
from bosman_agent.platform.smart.collect import SmartDisks
from bosman_agent.platform.winget.provider import WingetApps

assert sys.platform == "win32"

from bosman_agent.platform.windows import sessions
from bosman_agent.platform.windows.facts import WindowsFacts
from bosman_agent.platform.windows.restart import ShutdownExeRestart
from bosman_agent.platform.windows.scripts import WindowsScripts
from bosman_agent.platform.windows.software import WindowsSoftware
from bosman_agent.platform.windows.wua.provider import WuaUpdates


def windows_providers(restart_command: tuple[str, ...] | None) -> Providers:
    """Everything for Windows."""
    return Providers(
        os_family="windows",
        facts=WindowsFacts(sessions.signed_in_users),
        software=WindowsSoftware(),
        updates=WuaUpdates(),
        restart=ShutdownExeRestart(restart_command, default_forbidden=bool(os.environ.get("BOSMAN_FORBID_RESTART"))),
        scripts=WindowsScripts(),
        apps=WingetApps(run_as_user=sessions.run_as_user, signed_in_users=sessions.signed_in_users),
        disks=SmartDisks(),
        sensors=windows_sensors(),
    )
