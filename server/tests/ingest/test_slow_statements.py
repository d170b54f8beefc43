"""A message that the database takes too long over, each time: others are stored, and it is given up and told of."""

from typing import Any
from uuid import uuid4

import pytest

from bosman_protocol.uplink import TaskUnknown
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import DeviceDirectory, KnownDevice
from bosman_server.fleet.ingest import failed_tries, stream_consumer
from bosman_server.fleet.ingest.batch import Position, Received
from bosman_server.fleet.ingest.failed_tries import TRIES
from bosman_server.fleet.ingest.stream_consumer import StreamConsumer
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db import database as databases
from bosman_server.kit.db.database import Database, DatabaseUnavailableError
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import ALL_TENANTS
from testkit.scene import make_scene

ENTRIES = "SELECT count(*) FROM audit_entry WHERE device_id = $1 AND action = 'device.report' AND result = 'refused'"


class _Feed:
    """What became of each message."""

    def __init__(self):
        self.done_with: list[int] = []
        self.given_back: list[int] = []

    async def done(self, message):
        self.done_with.append(message)

    async def give_back(self, message, _delay):
        self.given_back.append(message)


@pytest.fixture
async def database(stack, monkeypatch):
    """As the worker's, with less patience."""
    monkeypatch.setattr(databases, "_COMMAND_SECONDS", 0.5)
    made = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    yield made
    await made.close()


@pytest.fixture
async def devices(worker_database):
    scenes = [await make_scene(worker_database) for _ in range(3)]
    return [KnownDevice(scene.device_id, scene.tenant_id, "pc", active=True) for scene in scenes]


@pytest.fixture
def consumer(database, monkeypatch):
    """A consumer whose handler sleeps in the database over what is called slow, and notes what is stored."""
    monkeypatch.setattr(stream_consumer, "STATEMENT_SECONDS", 1)
    stored: list[int] = []

    async def handle(ingest, received):
        for one in received:
            if one.position.seq in made.slow:
                await ingest.tx.connection.execute("SELECT pg_sleep(60)")
        stored.extend(one.position.seq for one in received)

    bus: Any = None
    made: Any = StreamConsumer(database, bus, DeviceDirectory(database), {TaskUnknown: handle},
                               DeviceTrail(database))  # fmt: skip
    made.feed, made.slow, made.stored = _Feed(), set(), stored
    return made


def batch(devices, count=6) -> Any:
    make: Any = stream_consumer._Item
    return [
        make(number, Received(devices[number % len(devices)], TaskUnknown(uuid4(), utc_now()), Position(1, number)))
        for number in range(count)
    ]


async def fail(consumer, items):
    with pytest.raises(DatabaseUnavailableError):
        await consumer._store_or_divide(items)


@pytest.mark.slow(reason="the database is given its time, again and again")
class TestSlowStatement:
    async def test_it_is_divided_from_others_and_given_up_after_some_tries(self, consumer, devices, worker_database):
        items = batch(devices)
        consumer.slow.add(4)
        for _ in range(TRIES - 1):
            await fail(consumer, items)
        assert consumer.feed.done_with == []

        await consumer._store_or_divide(items)
        assert sorted(consumer.feed.done_with) == [0, 1, 2, 3, 5]
        assert consumer.feed.given_back == [4]
        for _ in range(TRIES - 1):
            await consumer._store_or_divide([items[4]], 1)

        assert sorted(consumer.feed.done_with) == [0, 1, 2, 3, 4, 5]
        assert 4 not in consumer.stored
        async with worker_database.reading(ALL_TENANTS) as connection:
            told = [await connection.fetchval(ENTRIES, device.id) for device in devices]
        assert told == [0, 1, 0]

    async def test_it_is_stored_once_it_is_quick_enough(self, consumer, devices):
        items = batch(devices)
        consumer.slow.add(4)
        for _ in range(TRIES - 1):
            await fail(consumer, items)
        await consumer._store_or_divide(items)
        consumer.slow.clear()
        await consumer._store_or_divide([items[4]])
        assert 4 in consumer.stored

    async def test_database_that_is_away_gives_nothing_up_however_often(self, consumer, devices, database, monkeypatch):
        items = batch(devices, 1)
        consumer.slow.add(0)

        async def is_up():
            return False

        monkeypatch.setattr(database, "is_up", is_up)
        for _ in range(3 * TRIES):
            await fail(consumer, items)
        assert consumer.feed.done_with == []


class TestLock:
    async def test_row_that_somebody_holds_is_waited_for_and_never_given_up(
        self, consumer, devices, worker_database, monkeypatch
    ):
        async def handle(ingest, _received):
            await ingest.tx.connection.execute("SET LOCAL lock_timeout = '20ms'")
            await ingest.tx.connection.execute("SELECT FROM tenancy_device WHERE id = $1 FOR UPDATE", devices[0].id)

        consumer._handlers[TaskUnknown] = handle
        (item,) = batch(devices, 1)
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute("SELECT FROM tenancy_device WHERE id = $1 FOR UPDATE", devices[0].id)
            for _ in range(3 * TRIES):
                await consumer._store_or_divide([item])
        assert (consumer.feed.given_back, consumer.feed.done_with) == ([0] * 3 * TRIES, [])
        await consumer._store_or_divide([item])
        assert consumer.feed.done_with == [0]


class TestBounds:
    async def test_oldest_counts_are_forgotten_first(self, database, monkeypatch):
        monkeypatch.setattr(failed_tries, "_MOST", 3)
        tries = failed_tries.FailedTries(database)
        for position in (1, 2, 3, 4, 1):
            assert not tries.is_hopeless(position)
        assert len(tries._alone) == 3
