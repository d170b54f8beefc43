"""Linux' side of `doctor`."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

assert sys.platform != "win32"

from bosman_agent.platform.diagnostics.finding import Finding, ServiceState, finding

TIMEOUT_SECONDS = 5.0
UNIT = "bosman-agent.service"
SYSTEMD_FOLDER = Path("/run/systemd/system")
"""It is there exactly when systemd runs the machine (sd_booted(3))."""
DPKG_FOLDER = Path("/var/lib/dpkg")


def is_elevated() -> bool:
    """Whether this is root."""
    return os.geteuid() == 0


def folder_finding(path: Path) -> Finding:
    """Whether the agent's folder is its own: 0700, and of whoever runs the agent (root). Raises OSError."""
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        return finding("folder", "problem", "doctor.folder_open", path=str(path), detail=f"mode {mode:04o}")
    if found.st_uid not in {0, os.geteuid()}:
        return finding("folder", "problem", "doctor.folder_open", path=str(path), detail=f"uid {found.st_uid}")
    return finding("folder", "ok", "doctor.folder_private", path=str(path))


def service_state(systemd: Path = SYSTEMD_FOLDER) -> ServiceState:
    """What systemd says of the agent's unit."""
    if not systemd.is_dir():
        return "unknown"
    try:
        done = subprocess.run(  # noqa: S603 - fixed words only
            ["systemctl", "show", UNIT, "--property=LoadState,ActiveState"],  # noqa: S607 - its place differs
            capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    if "LoadState=loaded" not in done.stdout:
        return "missing"
    return "running" if "ActiveState=active" in done.stdout else "stopped"


def system_proxies() -> dict[str, str]:
    """Proxies that the machine names outside the environment: Linux has no one place for that."""
    return {}


def platform_findings(dpkg: Path = DPKG_FOLDER) -> list[Finding]:
    """Whether the package manager is there, and has finished what it began."""
    if shutil.which("apt-get") is None:
        return [finding("packages", "skipped", "doctor.apt_missing")]
    # dpkg leaves its journal of what it was doing here (dpkg(1), "updates"): files named by numbers.
    updates = dpkg / "updates"
    if updates.is_dir() and any(entry.name.isdigit() for entry in updates.iterdir()):
        return [finding("packages", "problem", "doctor.dpkg_interrupted")]
    return [finding("packages", "ok", "doctor.apt_ready")]
