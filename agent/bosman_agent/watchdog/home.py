"""Where an installed agent lies: a folder per version, side by side, and a pointer to the one that runs.

Nothing is ever written over: an update brings a new folder, and what fails is left by turning back.
"""

import os
import shutil
from pathlib import Path

import msgspec

import bosman_agent
from bosman_agent import __version__
from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.watchdog.protocol import WATCHDOG_VERSION_VARIABLE
from bosman_protocol.version import Platform, Version, version_key

ABOUT = "release.json"
VERSIONS = "versions"
PACKAGED = "packaged"
"""The file that names the version of the system's own package, where there is one: its files are not ours to delete."""


class ReleaseKey(msgspec.Struct, frozen=True):
    """A key whose signature this package trusts; `public_key` in hex."""

    key_id: str
    public_key: str


class About(msgspec.Struct, frozen=True):
    """What a version folder says of itself; written by the build."""

    version: Version
    platform: Platform
    release_keys: tuple[ReleaseKey, ...] = ()

    def trusted(self) -> dict[str, bytes]:
        """Key ids with their raw public keys."""
        return {key.key_id: bytes.fromhex(key.public_key) for key in self.release_keys}


class _Pointer(msgspec.Struct, frozen=True):
    version: Version


class Home:
    """An installation. `running` is the version of this very process."""

    def __init__(self, root: Path, about: About) -> None:
        self.root = root
        self.about = about
        self.running = about.version

    @classmethod
    def locate(cls, package: Path | None = None) -> "Home | None":
        """The installation that this process runs from; None for a checkout or a plain package."""
        folder = (package or Path(bosman_agent.__file__).parent).parents[1]
        about = read_about(folder)
        if about is None or folder.parent.name != VERSIONS:
            return None
        return cls(folder.parent.parent, about)

    def folder(self, version: str) -> Path:
        """Where a version lies, or will lie."""
        return self.root / VERSIONS / version

    def has(self, version: str) -> bool:
        """Whether a version is there, whole."""
        about = read_about(self.folder(version))
        return about is not None and about.version == version

    def current(self, data: DataDir) -> str:
        """The version that is meant to run: the pointer's, or this one where the pointer leads nowhere."""
        try:
            wanted = msgspec.json.decode(data.release.read_bytes(), type=_Pointer).version
        except (OSError, msgspec.MsgspecError):
            return self.running
        return wanted if self.has(wanted) else self.running

    def point_to(self, data: DataDir, version: str) -> None:
        """Make a version the one that runs from now on. Raises OSError."""
        write_private(data.release, msgspec.json.encode(_Pointer(version)))

    def remove_others(self, *keep: str) -> None:
        """Delete all versions but these, the one that runs, and the one that the watchdog runs from.

        On Windows only files in use would stay of that one, and the watchdog would miss the rest later.
        """
        folder = self.root / VERSIONS
        needed = {*keep, self.running, os.environ.get(WATCHDOG_VERSION_VARIABLE, ""), self._packaged()}
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_dir() and path.name not in needed:
                shutil.rmtree(path, ignore_errors=True)

    def _packaged(self) -> str:
        try:
            return (self.root / PACKAGED).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""


def read_about(folder: Path) -> About | None:
    """What a version folder says of itself; None where it is none."""
    try:
        return msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.MsgspecError):
        return None


def is_newer(version: str) -> bool:
    """Whether a version is newer than the one that runs."""
    return version_key(version) > version_key(__version__)
