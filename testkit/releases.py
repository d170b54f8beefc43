"""Releases of the agent for tests: a folder as the build leaves it, with random bytes for programs."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.release import ReleaseManifest, sign_manifest
from bosman_protocol.version import Platform

KEY = Ed25519PrivateKey.generate()
"""The release key of these tests."""


@dataclass(frozen=True)
class Built:
    """What was put into the folder."""

    manifest: ReleaseManifest
    bundle: bytes
    installer: bytes
    installer_name: str

    @property
    def installer_sha256(self) -> str:
        """As install lines name it."""
        return hashlib.sha256(self.installer).hexdigest()


def build(folder: Path, version: str, platform: Platform = "windows-amd64", *, size: int = 40_000) -> Built:
    """Put a release into a folder; `size` is that of its bundle in bytes."""
    folder.mkdir(exist_ok=True)
    bundle, installer = os.urandom(size), os.urandom(20_000)
    manifest = ReleaseManifest(version, platform, hashlib.sha256(bundle).hexdigest(), size, datetime.now(UTC))
    stem = folder / f"bosman-agent-{version}-{platform}"
    # Versions hold dots: what Path calls a suffix is not one here.
    Path(f"{stem}.zip").write_bytes(bundle)
    Path(f"{stem}.manifest").write_bytes(msgspec.json.encode(sign_manifest(manifest, KEY)))
    name = f"bosman-agent_{version}_amd64.deb" if platform == "linux" else f"{stem.name}.exe"
    (folder / name).write_bytes(installer)
    return Built(manifest, bundle, installer, name)
