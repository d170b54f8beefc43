"""Fixtures of the agent's tests: an authority, a real NATS with TLS, whoever dispatches and listens, and agents."""

import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.agent import Agent
from bosman_agent.identity.config import AgentConfig
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.identity.keys import create_key
from testkit import patience
from testkit.agent_backend import Backend
from testkit.agent_harness import AgentProcess, agent_in_this_process, prepare
from testkit.authority import Authority
from testkit.bus import DEVICES, NatsServer, connect_backend
from testkit.package_manager import locked_package_manager

os.environ["BOSMAN_FORBID_RESTART"] = "1"

_device_numbers = itertools.count()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path_factory.mktemp("nats"), authority)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
async def backend_client(nats_server: NatsServer) -> AsyncIterator[Any]:
    client = await connect_backend(nats_server)
    yield client
    await client.close()


@pytest.fixture
async def backend(backend_client: Any, authority: Authority) -> Backend:
    made = Backend(backend_client, DEVICES[next(_device_numbers)], authority)
    await made.start()
    return made


@pytest.fixture
def own_nats(tmp_path: Path, authority: Authority) -> Iterator[NatsServer]:
    """A server that the test may kill."""
    server = NatsServer(tmp_path / "own-nats", authority)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def own_backend(own_nats: NatsServer, authority: Authority) -> AsyncIterator[Backend]:
    client = await connect_backend(own_nats)
    made = Backend(client, DEVICES[next(_device_numbers)], authority)
    await made.start()
    yield made
    await client.close()


@pytest.fixture
def agent_folder(
    tmp_path: Path, nats_server: NatsServer, backend: Backend
) -> Callable[..., tuple[DataDir, AgentConfig]]:
    return lambda **settings: prepare(tmp_path / "agent", nats_server, backend, **settings)


@pytest.fixture
def agent_process() -> Iterator[Callable[..., AgentProcess]]:
    made: list[AgentProcess] = []

    def make(data: DataDir, **environment: str) -> AgentProcess:
        made.append(AgentProcess(data, **environment))
        return made[-1]

    yield make
    for process in made:
        process.end()


@pytest.fixture
async def running_agent(agent_folder: Any) -> AsyncIterator[Callable[..., Any]]:
    """Starts agents inside this process on the bus that all tests share."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**settings: Any) -> Agent:
            return await stack.enter_async_context(agent_in_this_process(*agent_folder(**settings)))

        yield start


@pytest.fixture
def new_key() -> Callable[[], Any]:
    return create_key


@pytest.fixture
def prepare_folder() -> Callable[..., tuple[DataDir, AgentConfig]]:
    return prepare


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """For tests that have no event loop of their own."""

    return patience.until


@pytest.fixture
def package_manager() -> Iterator[None]:
    """The machine's dpkg for this test alone: other workers and other runs wait their turn."""
    pytest.importorskip("fcntl", reason="dpkg is Linux' own")
    with locked_package_manager():
        yield


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of twelve megabytes, where `agent_folder` puts the agent."""
    if sys.platform == "win32":
        pytest.skip("a small file system cannot be mounted here")
    mount = tmp_path / "agent"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(mount)]
    if os.geteuid() != 0 or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


@pytest.fixture
def fill_disk() -> Callable[[Path], Path]:
    """Writes a file until not one page more fits."""

    def fill(filler: Path) -> Path:
        with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096) == 4096:
                pass
        return filler

    return fill


@pytest.fixture
def files_in() -> Callable[[Path, str], list[Path]]:
    """The files of a folder by pattern, sorted."""
    return lambda folder, pattern: sorted(folder.glob(pattern))


@pytest.fixture
def until() -> Callable[..., Any]:
    return patience.eventually
