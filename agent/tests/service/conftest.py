"""A keeper with real children, in a thread of the test or as the process that it is."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.folder import DataDir
from bosman_agent.releases.swap import read_swap
from bosman_agent.service.keeper import Event, Keeper, Limits
from testkit.agent_home import TestHome
from testkit.patience import patient

# Versions here are shell programs, and signals end them; on Windows the story of an installed agent does all this.
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []

KEEPER_PROGRAM = """
import sys, threading
from pathlib import Path
from bosman_agent.folder import DataDir
from bosman_agent.releases.home import Home, read_about
from bosman_agent.service.keep import tell_on_stderr
from bosman_agent.service.keeper import Keeper

root, data, version = sys.argv[1:]
home = Home(Path(root), read_about(Path(root) / "versions" / version))
Keeper(DataDir(Path(data)), home, threading.Event(), tell=tell_on_stderr).run()
"""


class RunningKeeper:
    """A keeper in a thread of its own, and what it told."""

    def __init__(self, installed: TestHome, running: str, *, limits: dict[str, float], **hooks: Any) -> None:
        self.told: list[tuple[Event, dict[str, object]]] = []
        self._stop = threading.Event()
        keeper = Keeper(
            installed.data,
            installed.home(running),
            self._stop,
            tell=lambda event, params: self.told.append((event, params)),
            limits=Limits(**limits),
            **hooks,
        )
        self._thread = threading.Thread(target=keeper.run)
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
def installed(tmp_path: Path) -> Iterator[TestHome]:
    """An installation without any version yet."""
    data = DataDir(tmp_path / "agent")
    data.create()
    made = TestHome(tmp_path / "place", data)
    yield made
    for start in made.starts():
        # A test that failed half-way leaves nobody behind.
        with contextlib.suppress(ProcessLookupError):
            os.kill(start.pid, signal.SIGKILL)


@pytest.fixture
def keep(installed: TestHome) -> Iterator[Callable[..., RunningKeeper]]:
    running: list[RunningKeeper] = []

    def start(version: str = "1.0", limits: dict[str, float] | None = None, **hooks: Any) -> RunningKeeper:
        running.append(RunningKeeper(installed, version, limits=limits or {}, **hooks))
        return running[-1]

    yield start
    for keeper in running:
        keeper.stop()


@pytest.fixture
def keeper_process(installed: TestHome) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    running: list[subprocess.Popen[bytes]] = []

    def start(version: str = "1.0") -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", KEEPER_PROGRAM, str(installed.root), str(installed.data.root), version]
        running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(patient())


@pytest.fixture
def phase(installed: TestHome) -> Callable[[], str]:
    """The phase of the recorded swap; empty without one."""

    def read() -> str:
        swap = read_swap(installed.data)
        return swap.phase if swap else ""

    return read
