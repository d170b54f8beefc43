"""Bundles: what agents update themselves from, on every platform."""

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.release import ReleaseManifest
from bosman_protocol.version import Platform
from releasing.payload import ROOT
from releasing.signing import write_manifest

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
"""The time that goes into what is built (reproducible-builds.org/specs/source-date-epoch), seconds since 1970."""
GIT_SECONDS = 30
_ZIP_BEGINS = 315_532_800
"""1980-01-01: a zip knows no time before."""


def source_epoch() -> int:
    """SOURCE_DATE_EPOCH, else the time of the last commit, else now: the same source gives the same files."""
    if given := os.environ.get(EPOCH_VARIABLE):
        return int(given)
    done = subprocess.run(  # noqa: S603 - fixed words
        ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"],  # noqa: S607 - git is where the builder has it
        capture_output=True, text=True, timeout=GIT_SECONDS, check=False,
    )  # fmt: skip
    return int(done.stdout) if done.returncode == 0 else int(time.time())


def build_bundle(
    tree: Path, output: Path, *, version: str, platform: Platform, key: Ed25519PrivateKey, level: int = 6
) -> Path:
    """The version folder as a zip, and its signed manifest beside it; the zip's path."""
    bundle = output / f"bosman-agent-{version}-{platform}.zip"
    built_at = time.gmtime(max(source_epoch(), _ZIP_BEGINS))
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as content:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                _add(content, path, path.relative_to(tree).as_posix(), built_at, level)
    write_bundle_manifest(bundle, version=version, platform=platform, key=key)
    return bundle


def _add(content: zipfile.ZipFile, path: Path, name: str, built_at: time.struct_time, level: int) -> None:
    entry = zipfile.ZipInfo(name, built_at[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
    content.writestr(entry, path.read_bytes(), compresslevel=level)


def write_bundle_manifest(bundle: Path, *, version: str, platform: Platform, key: Ed25519PrivateKey) -> None:
    """Sign what a bundle is."""
    with bundle.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = ReleaseManifest(version, platform, digest, bundle.stat().st_size, datetime.now(UTC))
    write_manifest(bundle.with_suffix(".manifest"), manifest, key)


def print_files(*paths: Path) -> None:
    """What was built, for whoever waits at the console."""
    here = Path.cwd()
    for path in paths:
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        sys.stdout.write(f"{shown}  {path.stat().st_size / 1e6:.1f} MB\n")
