"""One real stack for all server tests; every test makes its own tenants, people and devices in it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bosman_server import models, slices
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.pruner import Pruner
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.settings import Settings
from testkit import patience
from testkit.device import Identity, TestDevice, connect, enroll
from testkit.forks import get_ready
from testkit.mailbox import Mailbox
from testkit.people import Customer, People
from testkit.prepared import prepared_cluster
from testkit.stack import Stack, forked, temporary_stack

slices.check()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Where the stack's mail goes."""
    running = Mailbox().start()
    yield running
    running.stop()


HURRIED = {
    "BOSMAN_ACK_WAIT_SECONDS": "3",
    "BOSMAN_DEVICE_TRAIL_PERIOD_SECONDS": "5",
    "BOSMAN_SWEEPER_PERIOD_SECONDS": "1",
    "BOSMAN_MAIL_PERIOD_SECONDS": "0.2",
    "BOSMAN_OUTPUT_LINGER_SECONDS": "5",
}
"""What a worker does by the clock it does sooner for tests."""
NewStack = Callable[..., AbstractContextManager[Stack]]


@pytest.fixture(scope="session")
def new_stack(tmp_path_factory: pytest.TempPathFactory) -> NewStack:
    """Start a stack without an agent, quickly: see `testkit.forks` and `testkit.prepared`."""
    get_ready()
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    cluster = prepared_cluster(shared)

    def start(*, environment: dict[str, str] | None = None) -> AbstractContextManager[Stack]:
        settings = HURRIED | (environment or {})
        return temporary_stack("--no-agent", environment=settings, launch=forked, prepared=cluster)

    return start


@pytest.fixture(scope="session")
def stack(mailbox: Mailbox, new_stack: NewStack) -> Iterator[Stack]:
    # Tests may come from any address (X-Forwarded-For): limits by address are theirs alone then.
    environment = {"BOSMAN_TRUSTED_PROXIES": '["127.0.0.1"]', **mailbox.environment}
    with new_stack(environment=environment) as running:
        yield running


@pytest.fixture(scope="session")
async def worker_database(stack: Stack) -> AsyncIterator[Database]:
    """The worker's role: sees every tenant."""
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=4).open()
    yield database
    await database.close()


@pytest.fixture
def prune(worker_database: Database) -> Callable[[], Awaitable[dict[str, int]]]:
    """What the worker does once a minute."""
    return Pruner(worker_database, Settings(), models.RETENTIONS).run_once


@pytest.fixture(scope="session")
async def app_database(stack: Stack) -> AsyncIterator[Database]:
    """The api's role: row-level security applies."""
    database = await Database(stack.about()["database_urls"][APP_ROLE], pool_size=4).open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def people(stack: Stack, worker_database: Database) -> AsyncIterator[People]:
    made = People(stack.url, worker_database)
    yield made
    await made.close()


@pytest.fixture
async def acme(people: People) -> Customer:
    return await people.customer("Acme")


@pytest.fixture
async def globex(people: People) -> Customer:
    return await people.customer("Globex")


NewToken = Callable[..., Awaitable[str]]
NewDevice = Callable[..., Awaitable[TestDevice]]


@pytest.fixture
def new_token(people: People) -> NewToken:
    """Make an enrolment token through the API."""

    async def make(customer: Customer, **changes: Any) -> str:
        owner = await people.owner(customer)
        body = {"tenant_id": str(customer.id), "site_id": str(customer.site_id), **changes}
        answer = await owner.post("enrollment-tokens", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    return make


@pytest.fixture
def enroll_device(stack: Stack, new_token: NewToken) -> Callable[..., Awaitable[Identity]]:
    async def make(customer: Customer, **changes: Any) -> Identity:
        return await enroll(stack.about()["gateway_url"], await new_token(customer), **changes)

    return make


@pytest.fixture
async def new_device(enroll_device: Callable[..., Awaitable[Identity]]) -> AsyncIterator[NewDevice]:
    """Enrol and connect a device."""
    devices: list[TestDevice] = []

    async def make(customer: Customer, **changes: Any) -> TestDevice:
        device = await connect(await enroll_device(customer, **changes))
        devices.append(device)
        return device

    yield make
    for device in devices:
        await device.close()


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Awaitable[Any]]:
    """Wait until a question is answered with something true; the failure shows the last answer."""
    return patience.eventually
