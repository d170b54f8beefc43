"""A whole Bosman on this machine, started the way `make up` starts it, on ports and a directory of its own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from testkit.forks import ForkedBosman
from testkit.patience import patient, until
from testkit.prepared import put_cluster


class StackFailedError(Exception):
    """The stack did not come up; the message holds the end of its log."""


class Process(Protocol):
    """What a stack needs of the process of `bosman up`."""

    @property
    def pid(self) -> int:
        """Its id."""

    def poll(self) -> int | None:
        """The exit code, once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when it comes. Raises subprocess.TimeoutExpired."""

    def send_signal(self, number: int, /) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """Make it end."""


Launch = Callable[[Sequence[str], Mapping[str, str], Path], Process]
"""How to run `bosman`: its arguments, the environment, where its output goes."""


@dataclass
class Stack:
    """A running `bosman up`."""

    process: Process
    state_dir: Path
    log_file: Path
    port: int
    """Where the api listens."""

    def about(self) -> dict[str, Any]:
        """What `up` says of itself, read anew (pids change when children die)."""
        about: dict[str, Any] = msgspec.json.decode((self.state_dir / "up.json").read_bytes())
        return about

    @property
    def url(self) -> str:
        """The api's address."""
        return str(self.about()["url"])

    @property
    def setup_code(self) -> str | None:
        """The code for the first Owner, while there is none."""
        address = self.about()["setup_url"]
        return str(address).split("#")[1] if address else None

    def pid(self, name: str) -> int:
        """The process id of `api`, `worker` or `agent`."""
        return int(self.about()["pids"][name])

    def log(self) -> str:
        """Everything that the stack printed."""
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patient())
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launched(arguments: Sequence[str], environment: Mapping[str, str], log_file: Path) -> Process:
    """`bosman` as a shell starts it."""
    with log_file.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "bosman_server.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )


def forked(arguments: Sequence[str], environment: Mapping[str, str], log_file: Path) -> Process:
    """`bosman` without the seconds that reading its code takes (see `testkit.forks`)."""
    return ForkedBosman(arguments, environment=environment, output=log_file, leads=True)


def start_stack(
    state_dir: Path, *arguments: str, environment: Mapping[str, str] | None = None, launch: Launch = launched
) -> Stack:
    """Start `bosman up` and wait until it has introduced itself. Raises StackFailedError."""
    log_file, port = state_dir.with_suffix(".log"), free_port()
    ports = ["--port", str(port), "--gateway-port", str(free_port())]
    (state_dir / "up.json").unlink(missing_ok=True)
    everything = {
        **os.environ,
        # The cheapest hash and no restart: tests are about everything else.
        "BOSMAN_PASSWORD_HASH_MEMORY_KIB": "64",
        "BOSMAN_FORBID_RESTART": "1",
        "BOSMAN_STREAM_RECHECK_SECONDS": "1",
        **(environment or {}),
    }
    process = launch(["up", "--state-dir", str(state_dir), *ports, *arguments], everything, log_file)
    stack = Stack(process, state_dir, log_file, port)
    with _explained(stack):
        until(lambda: (state_dir / "up.json").exists() or process.poll() is not None, 90, poll_seconds=0.05)
        assert process.poll() is None, "it has ended"
    return stack


@contextlib.contextmanager
def _explained(stack: Stack) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        stack.stop()
        raise StackFailedError(f"{error}: {stack.log()[-4000:]}") from None


@contextlib.contextmanager
def temporary_stack(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    launch: Launch = launched,
    prepared: Path | None = None,
) -> Iterator[Stack]:
    """A stack in a directory of its own that is gone afterwards. `prepared`: a database cluster to begin with."""
    folder = Path(tempfile.mkdtemp(prefix="bosman-test-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    if prepared is not None:
        put_cluster(prepared, folder / "state")
    stack = start_stack(folder / "state", *arguments, environment=environment, launch=launch)
    try:
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def recording_stack(record: Path) -> contextlib.AbstractContextManager[Stack]:
    """A stack whose agent writes restarts into a file instead of restarting the machine."""
    recorder = ["/bin/sh", "-c", f"echo restart {{seconds}} >> {record}"]
    return temporary_stack(environment={"BOSMAN_AGENT_RESTART_COMMAND": json.dumps(recorder)})
