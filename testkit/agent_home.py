"""Installations of the agent for tests: version folders with small real programs, or with the agent itself."""

import json
import shlex
import sys
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.home import Home, read_about
from bosman_agent.watchdog.pending_update import stage_update
from bosman_protocol.signing import public_part
from releasing.payload import copy_app

_PROLOGUE = """#!{python} -ISu
import os, sys, threading, time
from pathlib import Path

notes = Path({notes!r})
with (notes / "starts").open("a") as file:
    file.write("{version} %d %.3f %s\\n" % (os.getpid(), time.time(), os.environ["BOSMAN_AGENT_PREVIOUS_END"]))


def until_closed():
    while os.read(0, 64):
        pass
    (notes / "ended").write_text("{version}")
    os._exit(0)


threading.Thread(target=until_closed, daemon=True).start()
"""
WORKS = """
print("beat")
print("healthy")
while True:
    time.sleep(0.1)
    print("beat")
"""
NEVER_HEALTHY = """
while True:
    print("beat")
    (notes / "beating").touch()
    time.sleep(0.1)
"""
HEALTHY_WHEN_TOLD = """
while True:
    print("beat")
    if (notes / "go").exists():
        print("healthy")
    time.sleep(0.05)
"""
ENDS_AT_ONCE = "\nsys.exit(3)\n"


class Start:
    """One start of a program, as it noted it itself."""

    def __init__(self, line: str) -> None:
        self.version, pid, at, *end = line.split(" ", 3)
        self.pid = int(pid)
        self.at = float(at)
        self.previous_end = end[0] if end else ""


class TestHome:
    """An installation below `folder`; what its programs note lies in `notes`, apart from the agent's data."""

    __test__ = False

    def __init__(self, folder: Path, data: DataDir) -> None:
        self.root = folder / "installation"
        self.notes = folder / "notes"
        self.notes.mkdir(parents=True)
        self.data = data
        self.key = Ed25519PrivateKey.generate()

    def folder(self, version: str) -> Path:
        """Where a version lies."""
        return self.root / "versions" / version

    def add_program(self, version: str, body: str) -> Path:
        """A version whose agent is a few lines of Python; its folder."""
        folder = self.folder(version)
        prologue = _PROLOGUE.format(python=sys.executable, notes=str(self.notes), version=version)
        self.write_program(folder, prologue + body)
        (folder / "release.json").write_text(json.dumps({"version": version, "platform": "linux"}))
        return folder

    def add_agent(self, version: str, *, at: Path | None = None) -> Path:
        """A version that is the agent itself, run by this test's interpreter with its packages; its folder."""
        folder = at or self.folder(version)
        copy_app(folder / "app", version=version, platform="linux", keys=[public_part(self.key)])
        # Beside its own folder, wherever it is unpacked: the path is not known yet.
        program = (
            '#!/bin/sh\nhere=$(dirname "$(dirname "$(readlink -f "$0")")")\n'
            f'PYTHONPATH="$here/app" exec {shlex.quote(sys.executable)} -m bosman_agent.main "$@"\n'
        )
        self.write_program(folder, program)
        return folder

    def write_program(self, folder: Path, text: str) -> None:
        """What a version's folder runs as the agent and as its watchdog."""
        program = folder / "bin" / "bosman-agent"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def home(self, running: str) -> Home:
        """The installation as a process of that version sees it."""
        about = read_about(self.folder(running))
        assert about is not None
        return Home(self.root, about)

    def stage(self, from_version: str, to_version: str) -> UUID:
        """Ask for an update as the agent does; the task's id."""
        task_id = uuid4()
        stage_update(self.data, task_id, from_version=from_version, to_version=to_version)
        return task_id

    def starts(self) -> list[Start]:
        """Every start so far, in order."""
        noted = self.notes / "starts"
        return [Start(line) for line in noted.read_text().splitlines()] if noted.exists() else []

    def ended_tidily(self) -> str:
        """The version whose program was asked to end and did; empty when none."""
        noted = self.notes / "ended"
        return noted.read_text() if noted.exists() else ""

    def has_beaten(self) -> bool:
        """Whether a program of NEVER_HEALTHY has sent its first heartbeat."""
        return (self.notes / "beating").exists()

    def tell_healthy(self) -> None:
        """Let a program of HEALTHY_WHEN_TOLD say that it is healthy."""
        (self.notes / "go").touch()
