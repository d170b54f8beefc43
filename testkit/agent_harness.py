"""The agent as tests run it: as the process it really is, or inside the test's own event loop."""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bosman_agent.agent import Agent
from bosman_agent.identity.config import AgentConfig, Settings, TrustAnchor, save_config
from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_protocol.signing import public_part
from testkit.agent_backend import Backend
from testkit.bus import NatsServer
from testkit.patience import eventually, patient

DRAIN_SECONDS = 2.0


def prepare(root: Path, server: NatsServer, backend: Backend, **settings: Any) -> tuple[DataDir, AgentConfig]:
    """A data folder as enrolment leaves it."""
    data = DataDir(root)
    data.create()
    server.authority.pair(data.identity, str(backend.device_id))
    write_private(data.authority, server.authority.pem.encode())
    defaults: dict[str, Any] = {"reconnect_cap_seconds": 0.3, "automatic_reports": False, "shutdown_grace_seconds": 0}
    config = AgentConfig(
        device_id=backend.device_id,
        tenant_id=backend.tenant_id,
        server_url="https://localhost",
        bus_urls=(server.url,),
        signing_keys=(public_part(backend.signing_key),),
        enrolled_at=datetime.now(UTC),
        settings=Settings(**(defaults | settings)),
        trust=TrustAnchor(backend.installation_id, 1, (public_part(backend.root_key),)),
    )
    save_config(data, config)
    return data, config


class AgentProcess:
    """The agent as it really runs."""

    def __init__(self, data: DataDir, **environment: str) -> None:
        self.data = data
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> "AgentProcess":
        """Start the process; returns without waiting for anything."""
        # A pipe, because CPython under Wine does not start with a file as its output.
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "bosman_agent.main", "run", "--data-dir", str(self.data.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self._environment},
        )
        self._reader = threading.Thread(target=self._keep_log, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        return self

    def _keep_log(self, output: IO[bytes]) -> None:
        with output, (self.data.root / "agent.log").open("ab", buffering=0) as log:
            while said := os.read(output.fileno(), 65536):
                # A disk that is full on purpose costs lines.
                with contextlib.suppress(OSError):
                    log.write(said)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    def wait(self) -> int:
        """The exit code, once the process has ended by itself."""
        assert self._process is not None
        code = self._process.wait(patient())
        self._process = None
        if self._reader is not None:
            # What the agent had started may hold the pipe for longer.
            self._reader.join(DRAIN_SECONDS)
        return code

    def end(self, number: int | None = None) -> int:
        """Send a signal (None kills) and wait for the end; the exit code."""
        if self._process is None:
            return 0
        if number is None:
            self._process.kill()
        else:
            self._process.send_signal(number)
        return self.wait()

    def log(self) -> str:
        """Everything that the agent has written to its log; nothing before it has started."""
        path = self.data.root / "agent.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@contextlib.asynccontextmanager
async def agent_in_this_process(data: DataDir, config: AgentConfig, **options: Any) -> AsyncIterator[Agent]:
    """A connected agent: quick to start, and nothing of it is replaced."""
    stop = asyncio.Event()
    agent = Agent(data, config, **options)
    running = asyncio.create_task(agent.run(stop))
    try:
        await eventually(agent._connection_manager.connected.is_set)  # noqa: SLF001 - what `connected` means to the agent itself
        yield agent
    finally:
        stop.set()
        await asyncio.wait_for(running, patient())
