"""What a build left in a folder: manifests with their bundles, and installers, checked against one another."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from bosman_protocol.release import MAX_BUNDLE_BYTES, ReleaseManifest, read_manifest
from bosman_protocol.signing import EnvelopeRefusedError, SignedEnvelope
from bosman_protocol.version import Platform

_VERSION = r"(?P<version>[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}(?:[a-z]{1,4}[0-9]{1,4})?)"
_INSTALLERS: dict[Platform, re.Pattern[str]] = {
    "windows-amd64": re.compile(rf"bosman-agent-{_VERSION}-windows-amd64\.exe"),
    "linux": re.compile(rf"bosman-agent_{_VERSION}_amd64\.deb"),
}
_MAX_MANIFEST_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024


class FolderError(Exception):
    """A folder holds something that cannot be released; the message says what and is for the console."""


class BuildFile(msgspec.Struct, frozen=True):
    """A file of a release."""

    path: Path
    kind: Literal["bundle", "installer"]
    version: str
    platform: Platform
    sha256: str
    size_bytes: int


class BuildRelease(msgspec.Struct, frozen=True):
    """A manifest, as it was written and as it reads, with its bundle."""

    envelope: bytes
    manifest: ReleaseManifest
    bundle: BuildFile


class BuildFolder(msgspec.Struct, frozen=True):
    """Everything that a folder holds."""

    releases: tuple[BuildRelease, ...]
    installers: tuple[BuildFile, ...]


def read_folder(folder: Path) -> BuildFolder:
    """Look through a folder. Raises FolderError when there is nothing, or something that does not fit together."""
    releases = tuple(_release(path) for path in sorted(folder.glob("*.manifest")))
    installers = tuple(_installers(folder))
    if not releases and not installers:
        raise FolderError(f"{folder}: no manifest and no installer of the agent in it")
    return BuildFolder(releases, installers)


def parse_envelope(data: bytes) -> ReleaseManifest:
    """The manifest in a signed envelope; its signature is for agents. Raises EnvelopeRefusedError, ValueError."""
    return read_manifest(msgspec.json.decode(data, type=SignedEnvelope).payload)


def _release(path: Path) -> BuildRelease:
    if path.stat().st_size > _MAX_MANIFEST_BYTES:
        raise FolderError(f"{path.name}: too large for a manifest")
    envelope = path.read_bytes()
    try:
        manifest = parse_envelope(envelope)
    except (EnvelopeRefusedError, ValueError):
        raise FolderError(f"{path.name}: not a signed manifest") from None
    bundle = path.with_suffix(".zip")
    wanted = f"bosman-agent-{manifest.version}-{manifest.platform}.zip"
    if bundle.name != wanted:
        raise FolderError(f"{path.name}: it names {wanted}, and so must be called {Path(wanted).stem}.manifest")
    if not bundle.is_file():
        raise FolderError(f"{bundle.name} is missing beside its manifest")
    found = _file(bundle, "bundle", manifest.version, manifest.platform)
    if (found.sha256, found.size_bytes) != (manifest.sha256, manifest.size_bytes):
        raise FolderError(f"{bundle.name}: not what its manifest says (size or SHA-256 differs)")
    return BuildRelease(envelope, manifest, found)


def _installers(folder: Path) -> Iterator[BuildFile]:
    for path in sorted(folder.iterdir()):
        for platform, pattern in _INSTALLERS.items():
            match = pattern.fullmatch(path.name)
            if match and path.is_file():
                yield _file(path, "installer", match["version"], platform)


def _file(path: Path, kind: Literal["bundle", "installer"], version: str, platform: Platform) -> BuildFile:
    size = path.stat().st_size
    if not 0 < size <= MAX_BUNDLE_BYTES:
        raise FolderError(f"{path.name}: empty, or larger than {MAX_BUNDLE_BYTES} bytes")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return BuildFile(path, kind, version, platform, digest.hexdigest(), size)
