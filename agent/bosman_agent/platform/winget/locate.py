"""Where winget is for LocalSystem, which has none of the aliases that users have."""

import os
import re
from pathlib import Path

_FOLDER = re.compile(r"Microsoft\.DesktopAppInstaller_(\d+(?:\.\d+){1,3})_(?:x64|arm64)__8wekyb3d8bbwe")


def find_winget(programs: Path | None = None) -> Path | None:
    """The newest `winget.exe` of the machine, or None; `programs` stands for the folder of programs."""
    root = (programs or Path(os.environ.get("PROGRAMFILES", r"C:\Program Files"))) / "WindowsApps"
    found: list[tuple[tuple[int, ...], Path]] = []
    try:
        folders = list(root.iterdir())
    except OSError:
        return None
    for folder in folders:
        match = _FOLDER.fullmatch(folder.name)
        program = folder / "winget.exe"
        if match is not None and program.is_file():
            found.append((tuple(int(part) for part in match[1].split(".")), program))
    return max(found)[1] if found else None
