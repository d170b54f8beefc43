"""One transaction: both ways of writing on one connection, and what follows the commit."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import text

from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.database import Database, NotCommittedError
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.ids import uuid7

NEW = "INSERT INTO tenancy_tenant (id, name, created_at) VALUES ($1, $2, now())"


@pytest.fixture
async def database(stack):
    opened = await Database(stack.about()["database_urls"]["bosman_worker"], pool_size=2).open()
    yield opened
    await opened.close()


@pytest.fixture
def said(database):
    """What was published, in order."""
    found = []

    async def publish(subject, payload):
        if subject == "broken":
            raise ConnectionError("no bus")
        found.append((subject, payload))

    database.speak_through(publish)
    return found


class TestOneConnection:
    async def test_session_and_connection_are_one_backend_and_see_each_other(self, database):
        tenant_id = TenantId(uuid7())
        async with database.writing(TenantScope.of([tenant_id])) as tx:
            pid = await tx.connection.fetchval("SELECT pg_backend_pid()")
            assert (await tx.session.execute(text("SELECT pg_backend_pid()"))).scalar() == pid
            tx.session.add(Tenant(id=tenant_id, name="One"))
            await tx.session.flush()
            assert await tx.connection.fetchval("SELECT name FROM tenancy_tenant WHERE id = $1", tenant_id) == "One"

    async def test_going_on_after_a_statement_that_failed_is_no_success(self, database, said):
        tenant_id = TenantId(uuid7())

        async def go_on():
            async with database.writing(TenantScope.of([tenant_id])) as tx:
                await tx.connection.execute(NEW, tenant_id, "One")
                with suppress(asyncpg.UniqueViolationError):
                    await tx.connection.execute(NEW, tenant_id, "One")
                tx.publish("made")

        with pytest.raises(NotCommittedError):
            await go_on()
        assert said == []

    async def test_an_error_takes_both_back(self, database):
        tenant_id = TenantId(uuid7())

        async def fail():
            async with database.writing(TenantScope.of([tenant_id])) as tx:
                tx.session.add(Tenant(id=tenant_id, name="One"))
                await tx.session.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        async with database.reading(TenantScope.of([tenant_id])) as connection:
            assert not await connection.fetchval("SELECT count(*) FROM tenancy_tenant WHERE id = $1", tenant_id)

    async def test_settings_end_with_the_transaction(self, database):
        async with database.writing(TenantScope.of([TenantId(uuid7())])) as tx:
            assert await tx.connection.fetchval("SELECT current_setting('bosman.tenants')") != ""
        async with database.unscoped() as connection:
            assert await connection.fetchval("SELECT current_setting('bosman.tenants', true)") in ("", None)

    async def test_cancelled_in_the_middle_it_leaves_a_connection_that_others_can_use(self, database):
        async def hang():
            async with database.writing(EMPTY_SCOPE) as tx:
                await tx.connection.execute("SELECT pg_sleep(60)")

        for _ in range(4):
            task = asyncio.create_task(hang())
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        for _ in range(4):
            async with database.writing(EMPTY_SCOPE) as tx:
                assert await tx.connection.fetchval("SELECT 1") == 1

    async def test_nobody_goes_on_in_what_a_cancelled_task_had_begun(self, database):
        scope = TenantScope.of([TenantId(uuid7())])

        async def read():
            async with database.reading(scope) as connection:
                await connection.fetchval("SELECT pg_sleep(0.001)")

        for number in range(200):
            task = asyncio.create_task(read())
            await asyncio.sleep(0.00005 * (number % 40))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            async with database.unscoped() as connection:
                assert not await connection.fetchval("SELECT current_setting('bosman.tenants', true)")

    async def test_connection_that_died_is_replaced(self, database):
        async with database.unscoped() as connection:
            pid = await connection.fetchval("SELECT pg_backend_pid()")
        admin = await database.connect()
        await admin.execute("SELECT pg_terminate_backend($1)", pid)
        await admin.close()
        await asyncio.sleep(0.1)
        async with database.writing(EMPTY_SCOPE) as tx:
            assert await tx.connection.fetchval("SELECT pg_backend_pid()") != pid

    async def test_waiting_for_a_row_ends_where_it_was_bounded(self, database):
        tenant_id = TenantId(uuid7())
        scope = TenantScope.of([tenant_id])
        async with database.writing(scope) as tx:
            await tx.connection.execute(NEW, tenant_id, "One")
        async with database.writing(scope) as tx:
            await tx.connection.execute("SELECT FROM tenancy_tenant WHERE id = $1 FOR UPDATE", tenant_id)
            with pytest.raises(asyncpg.LockNotAvailableError):
                async with database.writing(scope, lock_seconds=1) as other:
                    await other.connection.execute("SELECT FROM tenancy_tenant WHERE id = $1 FOR UPDATE", tenant_id)


class TestAfterCommit:
    async def test_it_is_said_in_order_after_the_commit(self, database, said):
        async with database.writing(EMPTY_SCOPE) as tx:
            tx.publish("one", b"1")
            tx.publish("two", b"2")
            assert said == []
        assert said == [("one", b"1"), ("two", b"2")]

    async def test_nothing_is_said_of_what_was_rolled_back(self, database, said):
        async def fail():
            async with database.writing(EMPTY_SCOPE) as tx:
                tx.publish("one")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        assert said == []

    async def test_bus_that_is_away_fails_no_request_and_stops_nothing_else(self, database, said):
        async with database.writing(EMPTY_SCOPE) as tx:
            tx.publish("broken")
            tx.publish("two")
        assert said == [("two", b"")]

    async def test_others_get_their_turn_while_much_is_said(self, database, said):
        seen = []

        async def watch():
            while len(said) < 1000:
                seen.append(len(said))
                await asyncio.sleep(0)

        async with database.writing(EMPTY_SCOPE) as tx:
            tx.publish_each((f"nudge.{number}", b"") for number in range(1000))
            watching = asyncio.create_task(watch())
        await watching
        assert [subject for subject, _ in said] == [f"nudge.{number}" for number in range(1000)]
        assert len({count for count in seen if count}) >= 3


class TestDeferred:
    async def test_all_rows_of_one_kind_are_written_in_one_call_before_the_commit(self, database, said):
        calls = []

        async def write(_connection, rows):
            calls.append((list(rows), list(said)))

        async with database.writing(EMPTY_SCOPE) as tx:
            tx.publish("said")
            tx.defer(write, 1)
            tx.defer(write, 2)
        assert calls == [([1, 2], [])]
