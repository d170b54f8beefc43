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
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

_START_SECONDS = 90.0


class StackFailedError(Exception):
    """The stack did not come up; the message holds the end of its log."""


@dataclass
class Stack:
    """A running `bosman up`."""

    process: "subprocess.Popen[bytes]"
    state_dir: Path
    log_file: Path

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
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_stack(state_dir: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Stack:
    """Start `bosman up` and wait until it has introduced itself. Raises StackFailedError."""
    log_file = state_dir.with_suffix(".log")
    ports = ["--port", str(free_port()), "--gateway-port", str(free_port())]
    command = [sys.executable, "-m", "bosman_server.cli", "up", "--state-dir", str(state_dir), *ports, *arguments]
    (state_dir / "up.json").unlink(missing_ok=True)
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={
                **os.environ,
                # The cheapest hash and no restart: tests are about everything else.
                "BOSMAN_PASSWORD_HASH_MEMORY_KIB": "64",
                "BOSMAN_FORBID_RESTART": "1",
                "BOSMAN_STREAM_RECHECK_SECONDS": "1",
                **(environment or {}),
            },
        )
    stack = Stack(process, state_dir, log_file)
    deadline = time.monotonic() + _START_SECONDS
    while not (state_dir / "up.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            stack.stop()
            raise StackFailedError(stack.log()[-4000:])
        time.sleep(0.1)
    return stack


@contextlib.contextmanager
def temporary_stack(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """A stack in a directory of its own that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bosman-test-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    stack = start_stack(folder / "state", *arguments, environment=environment)
    try:
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def recording_stack(record: Path) -> contextlib.AbstractContextManager[Stack]:
    """A stack whose agent writes restarts into a file instead of restarting the machine."""
    recorder = ["/bin/sh", "-c", f"echo restart {{seconds}} >> {record}"]
    return temporary_stack(environment={"BOSMAN_AGENT_RESTART_COMMAND": json.dumps(recorder)})
