"""A Bosman server of a bench's own: `bosman up` with its own state folder and ports, on loopback."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
import psutil

READY_SECONDS = 120.0
STOP_SECONDS = 40.0


class ServerFailedError(Exception):
    """The server did not come up; the text holds the end of its log."""


class About(msgspec.Struct):
    """What `bosman up` leaves in `up.json`."""

    url: str
    gateway_url: str
    bus_url: str
    authority_fingerprint: str
    database_urls: dict[str, str]
    pid: int
    pids: dict[str, int]
    setup_url: str | None = None

    @property
    def setup_code(self) -> str | None:
        """The one-time code, while set-up is open."""
        return self.setup_url.partition("#")[2] if self.setup_url else None


def read_about(state_dir: Path) -> About:
    """Where a running server is. Raises OSError, msgspec.MsgspecError."""
    return msgspec.json.decode((state_dir / "up.json").read_bytes(), type=About)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`async with Server(folder) as server`: up when entered, stopped when left."""

    def __init__(self, state_dir: Path, *, agent: bool = False, environment: dict[str, str] | None = None) -> None:
        self.state_dir = state_dir
        self._agent = agent
        self._environment = environment or {}
        self._process: asyncio.subprocess.Process | None = None
        self.log = state_dir / "up.log"

    async def __aenter__(self) -> Self:
        """Start and wait until it is ready. Raises ServerFailedError."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        (self.state_dir / "up.json").unlink(missing_ok=True)
        arguments: dict[str, Any] = {"--port": free_port(), "--gateway-port": free_port()}
        command = [sys.executable, "-m", "bosman_server.cli", "up", "--state-dir", str(self.state_dir)]
        command += [str(item) for pair in arguments.items() for item in pair]
        command += ["--agent" if self._agent else "--no-agent"]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, "BOSMAN_LOG_FORMAT": "json", **self._environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            await self._until_ready(self._process)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything that was started."""
        await self._stop()

    @property
    def about(self) -> About:
        """Where it is now; pids change when children are started again."""
        return read_about(self.state_dir)

    def group(self, name: str) -> list[int]:
        """The processes of `api`, `worker`, `agent`, `nats`, `postgres` or `up`."""
        if name == "nats":
            return self._nats()
        if name == "postgres":
            return [self._postmaster()]
        about = self.about
        return [about.pids[name]] if name in about.pids else []

    def _postmaster(self) -> int:
        """As PostgreSQL itself notes it beside its socket, wherever the data lie."""
        folder = parse_qs(urlsplit(self.about.database_urls["owner"]).query)["host"][0]
        return int(Path(folder, ".s.PGSQL.5432.lock").read_text().split("\n", 1)[0])

    def _nats(self) -> list[int]:
        """The one nats-server whose configuration lies below our state folder."""
        folder = str(self.state_dir / "nats")
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.name() == "nats-server" and any(folder in word for word in process.cmdline()):
                    found.append(process.pid)
        return found

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not (self.state_dir / "up.json").exists():
                    if process.returncode is not None:
                        raise ServerFailedError(self._tail())
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise ServerFailedError(self._tail()) from None

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
