"""The agent as a systemd unit."""

import shutil
import subprocess
import sys
from pathlib import Path

from bosman_agent.platform.system import DEFAULT_DATA_DIR

UNIT = "bosman-agent.service"
UNIT_DIR = Path("/etc/systemd/system")
PACKAGED_UNIT = Path("/lib/systemd/system") / UNIT
PROGRAM = "/usr/bin/bosman-agent"
TIMEOUT_SECONDS = 90


class ServiceError(Exception):
    """systemd refused; the message is what it said."""


def available() -> bool:
    """Whether systemd runs this machine (a container often has its files but not its process)."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def unit_text(command: list[str], data_dir: Path) -> str:
    """The unit for an agent that `command` starts, and that lives in `data_dir`."""
    template = Path(__file__).with_name(UNIT).read_text(encoding="utf-8")
    words = " ".join(_quoted(word) for word in [*command, "--data-dir", str(data_dir)])
    template = template.replace("ExecStart=/usr/bin/bosman-agent watch", f"ExecStart={words}")
    enrolled = str(data_dir / "agent.json").replace("%", "%%")
    return template.replace(f"ConditionPathExists={DEFAULT_DATA_DIR}/agent.json", f"ConditionPathExists={enrolled}")


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def install(data_dir: Path, *, packaged: bool, unit_dir: Path = UNIT_DIR, packaged_unit: Path = PACKAGED_UNIT) -> None:
    """Enable and start the package's unit; where it does not fit, or there is none, write one first.

    `packaged` says that this agent is installed as a package, so that a watchdog can run it. Raises ServiceError.
    """
    if not (packaged and packaged_unit.exists() and data_dir == Path(DEFAULT_DATA_DIR)):
        command = [PROGRAM, "watch"] if packaged else [sys.executable, "-m", "bosman_agent.main", "run"]
        try:
            unit_dir.mkdir(parents=True, exist_ok=True)
            (unit_dir / UNIT).write_text(unit_text(command, data_dir), encoding="utf-8")
        except OSError as error:
            raise ServiceError(str(error)) from error
    _systemctl("daemon-reload")
    _systemctl("enable", UNIT)
    _systemctl("restart", UNIT)


def remove(data_dir: Path, *, unit_dir: Path = UNIT_DIR, packaged_unit: Path = PACKAGED_UNIT) -> bool:
    """Stop the unit of the agent in `data_dir` and delete it, unless it is the package's; False when there is none.

    Raises ServiceError, OSError.
    """
    unit = unit_dir / UNIT
    own = unit.exists() and _quoted(str(data_dir)) in unit.read_text(encoding="utf-8")
    packaged = not unit.exists() and packaged_unit.exists() and data_dir == Path(DEFAULT_DATA_DIR)
    if not own and not packaged:
        return False
    if available():
        _systemctl("disable", "--now", UNIT)
    if own:
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
