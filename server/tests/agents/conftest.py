"""A stack of its own: a release concerns every device of an installation, also those of other tests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from nats.aio.client import Client

from bosman_server.core.audit.service import SYSTEM
from bosman_server.features.agents import releases
from bosman_server.features.agents.build_folder import read_folder
from bosman_server.features.agents.rollout import Rollout
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from testkit.command_line import run_bosman
from testkit.device import TestDevice, connect, enroll
from testkit.patience import eventually
from testkit.people import Customer, People
from testkit.releases import Built, build
from testkit.stack import Stack
from testkit.worker_bus import connect_worker

_ADD = Callable[..., Awaitable[Built]]


@pytest.fixture(scope="session")
def own_stack(new_stack: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Stack]:
    # The worker looks once, at its start: from then on tests decide when it looks.
    with new_stack(environment={"BOSMAN_ROLLOUT_PERIOD_SECONDS": "86400"}) as running:
        yield running


@pytest.fixture(scope="session")
async def database(own_stack: Stack) -> AsyncIterator[Database]:
    """The worker's role."""
    opened = await Database(own_stack.about()["database_urls"][WORKER_ROLE], pool_size=4).open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def folk(own_stack: Stack, database: Database) -> AsyncIterator[People]:
    made = People(own_stack.url, database)
    yield made
    await made.close()


@pytest.fixture
async def tenant(folk: People) -> Customer:
    return await folk.customer("Acme")


@pytest.fixture(scope="session")
async def bus(own_stack: Stack) -> AsyncIterator[Client]:
    """The bus as the worker has it."""
    client = await connect_worker(own_stack)
    yield client
    await client.close()


@pytest.fixture
def rollout(database: Database, bus: Client) -> Rollout:
    database.speak_through(bus.publish)
    return Rollout(database, 30)


@pytest.fixture
async def no_releases(database: Database) -> None:
    """Begin without any release."""
    async with database.unscoped() as connection:
        await connection.execute("DELETE FROM releases_release")


@pytest.fixture
def bosman(own_stack: Stack) -> Callable[..., Awaitable[tuple[int, str]]]:
    """Run `bosman releases …` as an operator of the stack would. Returns exit code and everything it printed."""

    async def run(*arguments: str) -> tuple[int, str]:
        ran = await run_bosman("releases", *arguments, "--state-dir", str(own_stack.state_dir))
        return ran.code, ran.out + ran.err

    return run


@pytest.fixture
def release(no_releases: None, database: Database, tmp_path: Path) -> _ADD:
    """Build a release and add it, as the command line does."""

    async def make(version: str, platform: str = "windows-amd64", **changes: int) -> Built:
        folder = tmp_path / f"{version}-{platform}"
        built = build(folder, version, platform, **changes)  # type: ignore[arg-type]
        assert await releases.add(database, read_folder(folder), SYSTEM)
        return built

    return make


@pytest.fixture
async def devices(own_stack: Stack, folk: People) -> AsyncIterator[Callable[..., Awaitable[TestDevice]]]:
    """Enrol and connect devices; each runs version 1.0.0 unless told otherwise."""
    made: list[TestDevice] = []

    async def make(customer: Customer, **changes: str) -> TestDevice:
        owner = await folk.owner(customer)
        body = {"tenant_id": str(customer.id), "site_id": str(customer.site_id)}
        token = (await owner.post("enrollment-tokens", json=body)).json()["token"]
        identity = await enroll(own_stack.about()["gateway_url"], token, **{"agent_version": "1.0.0"} | changes)
        device = await connect(identity)
        made.append(device)

        async def online() -> bool:
            return bool((await owner.get(f"devices/{device.id}")).json()["online"])

        await eventually(online)
        return device

    yield make
    for device in made:
        await device.close()
