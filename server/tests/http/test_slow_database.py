"""A database that is slow, not dead: what waits for it waits alone, and is answered when it can be."""

import asyncio

import asyncpg
import pytest

from testkit.patience import patient

WAITING = "SELECT count(*) FROM pg_locks WHERE relation = 'tenancy_site'::regclass AND NOT granted"


@pytest.fixture
async def held(stack):
    """Somebody who holds the table of sites for themselves, as a migration does, until told to let go."""
    connection = await asyncpg.connect(stack.about()["database_urls"]["owner"])
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("LOCK TABLE tenancy_site IN ACCESS EXCLUSIVE MODE")
    yield connection, transaction
    if not connection.is_closed():
        await connection.close()


class TestHeldTable:
    async def test_who_needs_it_waits_and_nobody_else_does(self, people, acme, held, eventually):
        connection, transaction = held
        owner = await people.owner(acme)
        waiting = [asyncio.create_task(owner.get("sites")) for _ in range(3)]

        async def all_wait():
            return await connection.fetchval(WAITING) == len(waiting)

        await eventually(all_wait)
        # Whoever needs nothing of it is served meanwhile.
        assert (await owner.get("me")).status_code == 200
        assert (await owner.get("tasks")).status_code == 200
        assert not any(task.done() for task in waiting)
        await transaction.rollback()

        answers = await asyncio.wait_for(asyncio.gather(*waiting), patient())
        assert [answer.status_code for answer in answers] == [200] * 3
        assert all(answer.json()["total"] == 1 for answer in answers)
