"""Where smartctl is: beside the agent, where its own installer puts it, or on the PATH."""

import os
import shutil
from pathlib import Path

PROGRAM = "smartctl"


def find_smartctl(here: Path = Path(__file__)) -> str | None:
    """The program's path, or None where there is none; `here` stands for where this module lies."""
    if os.name == "nt":
        # <version>/app/bosman_agent/platform/smart/locate.py -> <version>/tools
        beside = here.parents[4] / "tools" / f"{PROGRAM}.exe"
        installed = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "smartmontools" / "bin"
        for candidate in (beside, installed / f"{PROGRAM}.exe"):
            if candidate.is_file():
                return str(candidate)
        return shutil.which(PROGRAM)
    # A service's PATH need not have the folder.
    return shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin:/sbin:/usr/local/sbin")
