"""Unpacks a verified bundle into a version folder; half a folder is never taken for a whole one."""

import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from bosman_agent.watchdog.home import ABOUT, Home, read_about
from bosman_protocol.release import ReleaseManifest

MAX_FILES = 20_000
MAX_UNPACKED_BYTES = 1024**3
_KINDS = {0, stat.S_IFREG, stat.S_IFDIR}
"""Some programs that write zips name no kind."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What zipfile raises for damage, unknown methods and encryption."""


class BundleBrokenError(Exception):
    """A bundle that is no version folder."""


def unpack(bundle: Path, home: Home, manifest: ReleaseManifest) -> Path:
    """Make the version's folder. It appears under its name only when everything in it is there.

    Raises BundleBrokenError, OSError.
    """
    target = home.folder(manifest.version)
    growing = target.with_name(f".{manifest.version}.new")
    shutil.rmtree(growing, ignore_errors=True)
    try:
        _fill(growing, bundle, manifest)
        shutil.rmtree(target, ignore_errors=True)
        growing.replace(target)
    finally:
        # Gone already where all went well; where it did not, the disk may be full of it.
        shutil.rmtree(growing, ignore_errors=True)
    return target


def _fill(folder: Path, bundle: Path, manifest: ReleaseManifest) -> None:
    try:
        with zipfile.ZipFile(bundle) as content:
            _check(content)
            for entry in content.infolist():
                _extract(content, entry, folder)
    except _DAMAGED as error:
        raise BundleBrokenError(str(error)) from error
    about = read_about(folder)
    if about is None or about.version != manifest.version or about.platform != manifest.platform:
        raise BundleBrokenError(f"{ABOUT} does not say {manifest.version} for {manifest.platform}")


def _check(content: zipfile.ZipFile) -> None:
    entries = content.infolist()
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise BundleBrokenError("too large")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        # Signed or not: nothing in a bundle may lead out of its folder, and it holds files alone.
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\\" in entry.filename:
            raise BundleBrokenError(entry.filename[:200])
        if stat.S_IFMT(entry.external_attr >> 16) not in _KINDS:
            raise BundleBrokenError(entry.filename[:200])


def _extract(content: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with content.open(entry) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        # A version that a power cut has emptied would be beyond mending: its watchdog lies in the same folder.
        os.fsync(file.fileno())
    if entry.external_attr >> 16 & 0o111:
        target.chmod(0o755)
