"""Where the agent keeps its things: one private folder, and files that are replaced in one step."""

import contextlib
import os
import tempfile
from pathlib import Path

from bosman_agent.platform import system

DATA_DIR_VARIABLE = "BOSMAN_AGENT_DATA_DIR"


class DataDir:
    """The agent's folder (0700) and the names of the files in it (0600)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "agent.json"
        self.identity = root / "device.pem"
        self.next_identity = root / "device.next.pem"
        self.authority = root / "ca.crt"
        self.journal = root / "journal.db"
        self.status = root / "status.json"
        self.scan = root / "scan.json"
        self.pending_update = root / "swap.json"
        self.release = root / "release.json"
        self.incoming = root / "incoming"
        self.logs = root / "logs"

    @classmethod
    def locate(cls, given: str | None) -> "DataDir":
        """The folder from the command line, else from the environment, else the default."""
        return cls(Path(given or os.environ.get(DATA_DIR_VARIABLE) or system.DEFAULT_DATA_DIR))

    def create(self) -> None:
        """Make the folder, for the agent alone. Raises OSError."""
        system.create_private_folder(self.root)

    @property
    def enrolled(self) -> bool:
        """Whether an identity is stored."""
        return self.config.exists()


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step, 0600, durable when this returns. Raises OSError; then the old file stands."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        system.replace_file(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Not every platform lets a folder be opened; there the rename is as durable as it gets.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
