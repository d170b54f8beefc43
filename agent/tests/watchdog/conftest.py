"""A watchdog with real children, in a thread of the test or as the process that it is; bundles, and who serves them."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.home import About, Home
from bosman_agent.watchdog.pending_update import read_pending_update
from bosman_agent.watchdog.watchdog import Event, Limits, Watchdog
from bosman_protocol.release import ReleaseManifest
from testkit.agent_home import TestHome
from testkit.authority import Authority
from testkit.bundle_server import BundleServer
from testkit.patience import patient

# Versions here are shell programs, signals end them, and homes are made by copying files, which CPython does by
# CopyFile2 on Windows (Wine 8 has none, and crashes). There the story of an installed agent does all this.
collect_ignore_glob = ["test_[!c]*.py"] if sys.platform == "win32" else []

WATCHDOG_PROGRAM = """
import sys, threading
from pathlib import Path
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.home import Home, read_about
from bosman_agent.watchdog.foreground import tell_on_stderr
from bosman_agent.watchdog.watchdog import Watchdog

root, data, version = sys.argv[1:]
home = Home(Path(root), read_about(Path(root) / "versions" / version))
Watchdog(DataDir(Path(data)), home, threading.Event(), tell=tell_on_stderr).run()
"""


class RunningWatchdog:
    """A watchdog in a thread of its own, and what it told."""

    def __init__(self, installed: TestHome, running: str, *, limits: dict[str, float], **hooks: Any) -> None:
        self.told: list[tuple[Event, dict[str, object]]] = []
        self._stop = threading.Event()
        watchdog = Watchdog(
            installed.data,
            installed.home(running),
            self._stop,
            tell=lambda event, params: self.told.append((event, params)),
            limits=Limits(**limits),
            **hooks,
        )
        self._thread = threading.Thread(target=watchdog.run)
        self._thread.start()

    def events(self) -> list[Event]:
        return [event for event, _ in self.told]

    def params(self, wanted: Event) -> dict[str, object]:
        return next(params for event, params in self.told if event is wanted)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(patient())
        assert not self._thread.is_alive()


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "agent")
    made.create()
    return made


@pytest.fixture
def installed(tmp_path: Path, data: DataDir) -> Iterator[TestHome]:
    """An installation without any version yet."""
    made = TestHome(tmp_path / "place", data)
    yield made
    for start in made.starts():
        # A test that failed half-way leaves nobody behind.
        with contextlib.suppress(ProcessLookupError):
            os.kill(start.pid, signal.SIGKILL)


@pytest.fixture
def watch(installed: TestHome) -> Iterator[Callable[..., RunningWatchdog]]:
    running: list[RunningWatchdog] = []

    def start(version: str = "1.0", limits: dict[str, float] | None = None, **hooks: Any) -> RunningWatchdog:
        running.append(RunningWatchdog(installed, version, limits=limits or {}, **hooks))
        return running[-1]

    yield start
    for watchdog in running:
        watchdog.stop()


@pytest.fixture
def watchdog_process(installed: TestHome) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    running: list[subprocess.Popen[bytes]] = []

    def start(version: str = "1.0") -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", WATCHDOG_PROGRAM, str(installed.root), str(installed.data.root), version]
        running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(patient())


@pytest.fixture
def phase(installed: TestHome) -> Callable[[], str]:
    """The phase of the recorded update; empty without one."""

    def read() -> str:
        update = read_pending_update(installed.data)
        return update.phase if update else ""

    return read


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
