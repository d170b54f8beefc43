"""Sealing while many write at once: without gaps, without waiting, by one process, and never over a cut."""

import asyncio
from functools import partial

import asyncpg
import pytest

from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.kit.db.scope import ALL_TENANTS, TenantScope
from testkit.patience import patient


class TestSeal:
    async def test_entries_of_many_writers_become_one_chain(self, acme, globex, write, wait_until_sealed, check):
        await asyncio.gather(*(write(customer.id, 20) for customer in (acme, globex) for _ in range(3)))
        for customer in (acme, globex):
            await wait_until_sealed(customer.id)
            report = await check(customer.id)
            assert report.finding is None and report.head.seq >= 60

    async def test_a_writer_does_not_wait_for_another_that_has_not_committed(self, acme, worker_database):
        async with worker_database.writing(TenantScope.of([acme.id])) as tx:
            record(tx, acme.id, SYSTEM, "site.update")
            await tx.flush()
            async with asyncio.timeout(patient()), worker_database.writing(TenantScope.of([acme.id])) as other:
                record(other, acme.id, SYSTEM, "site.create")

    async def test_a_late_commit_is_sealed_after_what_was_committed_before_it(
        self, acme, worker_database, write, wait_until_sealed, check, eventually
    ):
        async with worker_database.writing(TenantScope.of([acme.id])) as tx:
            record(tx, acme.id, SYSTEM, "site.delete")
            await tx.flush()
            await write(acme.id, 3)
            await eventually(partial(nothing_waits, worker_database, acme.id))
        await wait_until_sealed(acme.id)
        assert (await check(acme.id)).finding is None
        async with worker_database.unscoped() as connection:
            last = await connection.fetchval(
                "SELECT e.action FROM audit_link l"
                " JOIN audit_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id"
                " WHERE l.tenant_id = $1 ORDER BY l.seq DESC LIMIT 1",
                acme.id,
            )
        assert last == "site.delete"


class TestCutChain:
    async def test_the_running_worker_leaves_a_cut_chain_alone_and_seals_the_others(
        self, acme, globex, owner, write, wait_until_sealed, worker_database
    ):
        await write(acme.id, 3)
        await wait_until_sealed(acme.id)
        await owner.execute(
            "DELETE FROM audit_link WHERE tenant_id = $1"
            " AND seq = (SELECT max(seq) FROM audit_link WHERE tenant_id = $1)",
            acme.id,
        )
        await write(acme.id, 1)
        await write(globex.id, 1)
        await wait_until_sealed(globex.id)
        assert await pending(worker_database, acme.id) == 1


class TestRights:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_link SET hash = ''",
            "DELETE FROM audit_link",
            "TRUNCATE audit_link",
            "INSERT INTO audit_link SELECT gen_random_uuid(), 1, gen_random_uuid(), now(), ''",
            "INSERT INTO audit_pending (tenant_id, entry_id) VALUES (gen_random_uuid(), gen_random_uuid())",
            "UPDATE audit_pending SET added_at = now()",
            "DELETE FROM audit_pending",
        ],
    )
    async def test_the_api_cannot_touch_chain_or_queue(self, statement, app_database, acme):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with app_database.writing(TenantScope.of([acme.id])) as tx:
                await tx.connection.execute(statement)

    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_link SET hash = ''", "DELETE FROM audit_link", "TRUNCATE audit_link"]
    )
    async def test_the_worker_can_add_links_only(self, statement, worker_database):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with worker_database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute(statement)

    async def test_another_tenants_links_are_not_seen(self, acme, globex, app_database, wait_until_sealed):
        await wait_until_sealed(acme.id)
        async with app_database.reading(TenantScope.of([globex.id])) as connection:
            assert await connection.fetchval("SELECT count(*) FROM audit_link WHERE tenant_id = $1", acme.id) == 0
        async with app_database.reading(TenantScope.of([acme.id])) as connection:
            assert await connection.fetchval("SELECT count(*) FROM audit_link WHERE tenant_id = $1", acme.id) > 0


async def pending(database, tenant_id):
    async with database.unscoped() as connection:
        return await connection.fetchval("SELECT count(*) FROM audit_pending WHERE tenant_id = $1", tenant_id)


async def nothing_waits(database, tenant_id):
    return await pending(database, tenant_id) == 0
