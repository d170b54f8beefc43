"""Bundles as the build makes them, and a gateway that serves them."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.folder import DataDir
from bosman_agent.releases.home import About, Home
from bosman_protocol.release import ReleaseManifest
from testkit.agent_home import TestHome
from testkit.authority import Authority
from testkit.bundle_server import BundleServer

# Homes are made by copying files, which CPython does by CopyFile2 on Windows; Wine 8 has none, and crashes. On Windows
# the story of an installed agent does all this.
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "agent")
    made.create()
    return made


@pytest.fixture
def installed(tmp_path: Path, data: DataDir) -> TestHome:
    return TestHome(tmp_path / "place", data)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "installation", About("1.0", "linux"))


@pytest.fixture
def gateway(tmp_path: Path, authority: Authority) -> Iterator[BundleServer]:
    server = BundleServer(authority, tmp_path).start()
    yield server
    server.stop()


@pytest.fixture
def manifest_of() -> Callable[..., ReleaseManifest]:
    def make(content: bytes, version: str = "2.0", **changes: Any) -> ReleaseManifest:
        fields = {"platform": "linux", "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
        return ReleaseManifest(version=version, released_at=datetime.now(UTC), **{**fields, **changes})

    return make
