"""A folder with mode 0700, a key that the folder guards, the language of the environment."""

import os
from pathlib import Path

from bosman_protocol.version import Platform

DEFAULT_DATA_DIR = "/var/lib/bosman-agent"
UPDATE_PLATFORM: Platform = "linux"
SEALS_KEYS = False


def create_private_folder(path: Path) -> None:
    """Make the folder, readable by its owner only. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def replace_file(source: Path, target: Path) -> None:
    """Put a file in another's place in one step. Raises OSError."""
    source.replace(target)


def seal(_secret: bytes) -> bytes:
    """Nothing is sealed here: the mode of file and folder guards the key. Raises OSError."""
    raise OSError("nothing is sealed on this platform")


def unseal(_sealed: bytes) -> bytes:
    """As `seal`. Raises OSError."""
    raise OSError("sealed on another machine")


def user_language() -> str | None:
    """The reader's language as LC_ALL, LC_MESSAGES or LANG name it; None where none does."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return value
    return None


def agent_command(folder: Path) -> list[str]:
    """The program of a version folder."""
    return [str(folder / "bin" / "bosman-agent")]
