"""The agent as a systemd unit."""

import shutil
import subprocess
import sys
from pathlib import Path

UNIT = "bosman-agent.service"
UNIT_DIR = Path("/etc/systemd/system")
TIMEOUT_SECONDS = 90


class ServiceError(Exception):
    """systemd refused; the message is what it said."""


def available() -> bool:
    """Whether systemd runs this machine (a container often has its files but not its process)."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def unit_text(executable: list[str], data_dir: Path) -> str:
    """The unit for an agent that is started by `executable` and lives in `data_dir`."""
    template = Path(__file__).with_name(UNIT).read_text(encoding="utf-8")
    command = " ".join(_quoted(word) for word in [*executable, "run", "--data-dir", str(data_dir)])
    return template.replace("ExecStart=/usr/bin/bosman-agent run", f"ExecStart={command}")


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def install(data_dir: Path, *, unit_dir: Path = UNIT_DIR) -> None:
    """Write the unit, enable and start it. Raises ServiceError."""
    try:
        unit_dir.mkdir(parents=True, exist_ok=True)
        (unit_dir / UNIT).write_text(unit_text([sys.executable, "-m", "bosman_agent.main"], data_dir), encoding="utf-8")
    except OSError as error:
        raise ServiceError(str(error)) from error
    _systemctl("daemon-reload")
    _systemctl("enable", UNIT)
    _systemctl("restart", UNIT)


def remove(*, unit_dir: Path = UNIT_DIR) -> bool:
    """Stop and delete the unit; False when there is none. Raises ServiceError."""
    unit = unit_dir / UNIT
    if not unit.exists():
        return False
    if available():
        _systemctl("disable", "--now", UNIT)
    unit.unlink()
    if available():
        _systemctl("daemon-reload")
    return True


def _systemctl(*arguments: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed words only
            ["systemctl", *arguments],  # noqa: S607 - systemd's place differs between distributions
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(str(error)) from error
    if done.returncode != 0:
        raise ServiceError(done.stderr.strip() or f"systemctl {arguments[0]}: {done.returncode}")
