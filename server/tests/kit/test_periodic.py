"""Work that runs once in the whole installation: elected, repeated, handed over, and on a connection of its own."""

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from bosman_server.kit import periodic
from bosman_server.kit.db.database import Database
from bosman_server.kit.metrics import BACKGROUND_FAILURES
from bosman_server.kit.periodic import Leaders, Periodic


class Rounds:
    """Counts rounds; fails in those that are named."""

    def __init__(self, *failing):
        self.count = 0
        self.begun = 0
        self.failing = failing

    async def begin(self):
        self.begun += 1

    async def run_once(self):
        self.count += 1
        if self.count in self.failing:
            raise RuntimeError("a round that fails")


def holds(question):
    """A question for `eventually`."""

    async def ask():
        return question()

    return ask


@asynccontextmanager
async def leading(database, *works):
    task = asyncio.create_task(Leaders(database, works).run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(periodic, "_LOOK_SECONDS", 0.1)


class TestLeaders:
    async def test_one_of_two_works_and_the_other_takes_over(self, worker_database, eventually):
        first, second = Rounds(), Rounds()
        async with leading(worker_database, Periodic("test.handover", 0.05, first.run_once)):
            await eventually(holds(lambda: first.count > 1))
            async with leading(worker_database, Periodic("test.handover", 0.05, second.run_once)):
                seen = first.count
                await eventually(holds(lambda: first.count > seen + 3))
                assert second.count == 0
        async with leading(worker_database, Periodic("test.handover", 0.05, second.run_once)):
            await eventually(holds(lambda: second.count > 1))

    async def test_round_that_fails_is_counted_and_followed_by_another(self, worker_database, eventually):
        rounds = Rounds(1)
        failures = BACKGROUND_FAILURES.labels("test.failing")
        async with leading(worker_database, Periodic("test.failing", 0.05, rounds.run_once, begin=rounds.begin)):
            await eventually(holds(lambda: rounds.count > 2))
        assert failures._value.get() == 1 and rounds.begun == 1

    async def test_lost_connection_ends_the_work_and_a_new_one_begins_it_anew(self, worker_database, eventually):
        rounds = Rounds()
        async with leading(worker_database, Periodic("test.lost", 0.05, rounds.run_once, begin=rounds.begin)):
            await eventually(holds(lambda: rounds.count > 1))
            async with worker_database.unscoped() as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND (classid::bigint << 32 | objid::bigint) = hashtextextended('bosman.test.lost', 0)"
                )
            await eventually(holds(lambda: rounds.begun == 2))

    async def test_ten_works_need_no_connection_of_a_pool_of_two(self, stack, eventually):
        database = await Database(stack.about()["database_urls"]["bosman_worker"], pool_size=2).open()
        works = [Rounds() for _ in range(10)]

        async def ask(rounds):
            await rounds.run_once()
            async with database.unscoped() as connection:
                await connection.fetchval("SELECT 1")

        pieces = [Periodic(f"test.pool.{number}", 0.05, partial(ask, rounds)) for number, rounds in enumerate(works)]
        async with leading(database, *pieces):
            await eventually(holds(lambda: all(rounds.count > 1 for rounds in works)))
        assert await database.is_up()
        await database.close()
