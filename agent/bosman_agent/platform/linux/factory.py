"""Which provider does what on Linux."""

import os
import sys
from pathlib import Path

from bosman_agent.platform.base import Providers

assert sys.platform != "win32"

from bosman_agent.platform.linux.apps import NoApps
from bosman_agent.platform.linux.apt import AptUpdates
from bosman_agent.platform.linux.facts import LinuxFacts
from bosman_agent.platform.linux.restart import ShutdownRestart
from bosman_agent.platform.linux.scripts import LinuxScripts
from bosman_agent.platform.linux.software import DpkgSoftware
from bosman_agent.platform.sensors.collect import linux_sensors
from bosman_agent.platform.smart.collect import SmartDisks


def linux_providers(restart_command: tuple[str, ...] | None, root: Path = Path("/")) -> Providers:
    """Everything for Linux; files are looked for below `root`."""
    forbidden = bool(os.environ.get("BOSMAN_FORBID_RESTART"))
    return Providers(
        os_family="linux",
        facts=LinuxFacts(root),
        software=DpkgSoftware(),
        updates=AptUpdates(root),
        restart=ShutdownRestart(restart_command, default_forbidden=forbidden),
        scripts=LinuxScripts(),
        apps=NoApps(),
        disks=SmartDisks(),
        sensors=linux_sensors(),
    )
