"""What an attack by the api's role found open: rows that go by a cascade, poison, and old snapshots."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.ids import uuid7
from testkit.attack import JOB, TASK, Attack, refused, within

REFUSED = asyncpg.InsufficientPrivilegeError
POISON = asyncpg.CheckViolationError
NIL = UUID(int=0)
FAR = datetime(9000, 1, 1, tzinfo=UTC)


class TestCascades:
    """B1: what bounds a tenant does not go by the way of another row."""

    DELETE = "DELETE FROM tenancy_tenant WHERE id = $1"

    async def test_tenant_is_not_deleted_without_a_proof(self, attack, globex):
        for tenant_id in (attack.customer.id, globex.id):
            async with refused(attack, tenant_id, match="second factor") as connection:
                await attack.tell(connection, "tenant.delete", ("tenant", tenant_id), tenant_id)
                await connection.execute(self.DELETE, tenant_id)

    async def test_tenant_with_sites_stays_even_with_one(self, attack):
        async with refused(attack, session=attack.owner_session, kind=asyncpg.ForeignKeyViolationError) as connection:
            await attack.tell(connection, "tenant.delete", ("tenant", attack.customer.id))
            await connection.execute(self.DELETE, attack.customer.id)

    async def test_id_of_a_tenant_is_used_once(self, attack, people):
        gone = await people.customer()
        owner = await people.owner(gone)
        assert (await owner.delete(f"tenants/{gone.id}")).status_code == 204
        async with refused(attack, gone.id, match="used once") as connection:
            await attack.tell(connection, "tenant.create", ("tenant", gone.id), gone.id)
            await connection.execute(
                "INSERT INTO tenancy_tenant (id, name, created_at) VALUES ($1, 'x', now())", gone.id
            )

    async def test_device_is_revoked_before_it_is_deleted(self, attack):
        async with refused(attack, match="revoked first") as connection:
            await attack.tell(connection, "device.delete", ("device", attack.device.id))
            await connection.execute("DELETE FROM tenancy_device WHERE id = $1", attack.device.id)

    async def test_guards_look_at_the_connection_not_at_the_role_of_a_cascade(self, worker_database):
        query = """
        SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relname = ANY ($1) AND pg_get_triggerdef(t.oid) ~ 'BEFORE DELETE.*SESSION_USER'
        """
        tables = ["safety_budget", "safety_setting", "rollout_halt"]
        async with worker_database.reading(ALL_TENANTS) as connection:
            assert {row["relname"] for row in await connection.fetch(query, tables)} == set(tables)


class TestWork:
    """B3: tasks are what their job says, and the job is what the trail says."""

    async def test_task_is_not_put_onto_a_job_that_is_there(self, attack, worker_database):
        task_id = await attack.wish("diagnostics.echo", action_class=None)
        async with worker_database.reading(ALL_TENANTS) as connection:
            job_id = await connection.fetchval("SELECT job_id FROM tasks_task WHERE id = $1", task_id)
        for kind, class_ in (("script.run", "script"), ("diagnostics.echo", None)):
            values = (attack.customer.id, uuid7(), job_id, attack.device.id, kind, "queued", attack.owner_id, class_)
            with pytest.raises(REFUSED, match="with their job"):
                await attack.run(TASK, *values, None, None)

    async def test_task_is_of_the_jobs_kind_and_person(self, attack):
        with pytest.raises(REFUSED, match="with their job"):
            await attack.wish(job_kind="diagnostics.echo")
        with pytest.raises(REFUSED, match="with their job"):
            await attack.wish(by=attack.second_id)

    async def test_entry_about_another_job_tells_nothing(self, attack):
        for action, target in (("job.create", uuid7()), ("zzz", None)):
            job_id = uuid7()
            async with refused(attack, match="audit trail") as connection:
                await connection.execute(JOB, attack.customer.id, job_id, "script.run", attack.owner_id)
                await attack.tell(connection, action, ("job", target or job_id))


class TestPoison:
    """B4, B5, B10: no row stops what serves every tenant."""

    ENTRY = """
    INSERT INTO audit_entry (tenant_id, id, at, actor_kind, actor_id, actor_name, action, result, after)
    VALUES ($1, $2, $3, 'user', $4, $5, 'x', 'ok', $6)
    """

    async def _entry(self, attack: Attack, name: str = "x", after: Any = None, at: datetime = FAR) -> UUID:
        entry_id = uuid7()
        await attack.run(self.ENTRY, attack.customer.id, entry_id, at, attack.owner_id, name, after)
        return entry_id

    async def test_time_of_an_entry_is_the_databases(self, attack, worker_database):
        for at in (FAR, datetime(1, 1, 1, tzinfo=UTC)):
            entry_id = await self._entry(attack, at=at)
            async with worker_database.reading(ALL_TENANTS) as connection:
                found = await connection.fetchval("SELECT at FROM audit_entry WHERE id = $1", entry_id)
            assert abs(found - datetime.now(UTC)) < timedelta(minutes=1)

    async def test_entry_is_small_and_flat(self, attack):
        deep: Any = {}
        for _ in range(100):
            deep = {"a": [deep]}
        for after in ({"a": "x" * 70_000}, deep):
            with pytest.raises(REFUSED, match="small"):
                await self._entry(attack, after=after)
        with pytest.raises(POISON):
            await self._entry(attack, name="x" * 500)
        await self._entry(attack, after={"a": '}{"][' * 1000, "b": [[{}, "\\"]]})

    async def test_freeze_is_dated_by_the_database_and_says_little(self, attack, worker_database):
        body = {"tenant_id": str(attack.customer.id), "frozen": True, "reason": "test"}
        assert (await attack.owner.post("safety/freeze", json=body)).status_code == 200
        change = "UPDATE safety_freeze SET version = version + 1, {} WHERE tenant_id = $1"
        with pytest.raises(POISON):
            await attack.run(change.format("reason = repeat('x', 301)"), attack.customer.id)
        async with within(attack) as connection:
            await attack.tell(connection, "safety.freeze", ("tenant", attack.customer.id))
            await connection.execute(change.format("changed_at = 'infinity'"), attack.customer.id)
        async with worker_database.reading(ALL_TENANTS) as connection:
            at = await connection.fetchval(
                "SELECT changed_at FROM safety_freeze WHERE tenant_id = $1", attack.customer.id
            )
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            ("tasks_task", "expires_at = 'infinity'"),
            ("tasks_task", "not_before = '200000-01-01'"),
            ("tasks_task", "timeout_seconds = -1"),
            ("tasks_task", "timeout_seconds = 2147483647"),
            ("tasks_job", "expires_at = '200000-01-01'"),
            ("tenancy_tenant", "output_retention_days = 0"),
            ("tenancy_site", "name = repeat('x', 201)"),
            ("identity_session", "last_seen_at = 'infinity'"),
            ("identity_user", "name = repeat('x', 201)"),
        ],
    )
    async def test_column_has_bounds(self, table, change, attack, worker_database):
        await attack.wish()
        with pytest.raises(POISON):
            async with worker_database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute(f"UPDATE {table} SET {change}")

    async def test_wish_is_small_and_flat(self, attack):
        deep: Any = {}
        for _ in range(100):
            deep = {"a": deep}
        for params in (deep, {"a": "x" * 1_100_000}):
            with pytest.raises(REFUSED, match="too large"):
                await attack.run(
                    "INSERT INTO tasks_job (tenant_id, id, kind, params, created_at, created_by, created_by_name,"
                    " expires_at) VALUES ($1, $2, 'script.run', $3, now(), $4, 'x', now())",
                    attack.customer.id, uuid7(), params, attack.owner_id,
                )  # fmt: skip

    async def test_poison_is_refused_where_it_is_written(self, attack):
        wish = TASK.replace("'1 hour', 60", "'1 hour', -1")
        job_id = uuid7()
        async with refused(attack, kind=POISON) as connection:
            await connection.execute(JOB, attack.customer.id, job_id, "script.run", attack.owner_id)
            await connection.execute(
                wish, attack.customer.id, uuid7(), job_id, attack.device.id, "script.run", "queued",
                attack.owner_id, "script", None, None,
            )  # fmt: skip
        with pytest.raises(POISON):
            await attack.run("UPDATE tenancy_tenant SET output_retention_days = 2147483647")
        with pytest.raises(POISON):
            await attack.run(
                "INSERT INTO tasks_act (id, actor_id, action_class, device_count, at)"
                " VALUES ($1, $2, 'script', -100, now())", uuid7(), attack.owner_id,
            )  # fmt: skip


class TestSnapshots:
    """B9: a guard does not look at yesterday."""

    BUDGET = "INSERT INTO safety_budget VALUES ($1, 'script', 9999, 'delay')"

    async def test_guarded_changes_are_made_in_read_committed_alone(self, attack):
        for level in ("REPEATABLE READ", "SERIALIZABLE"):
            async with refused(attack, session=attack.owner_session, match="read committed") as connection:
                # Only before the first query: begun anew.
                await connection.execute(f"ROLLBACK; BEGIN ISOLATION LEVEL {level}")
                await connection.execute(f"SET LOCAL bosman.tenants = '{{{attack.customer.id}}}'")
                await connection.execute(self.BUDGET, attack.customer.id)

    async def test_somebody_who_was_removed_meanwhile_has_proved_nothing(self, attack, worker_database):
        async with refused(attack, session=attack.owner_session, match="second factor") as connection:
            await connection.fetchval("SELECT count(*) FROM safety_budget")
            async with worker_database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute("DELETE FROM identity_membership WHERE user_id = $1", attack.owner_id)
            await connection.execute(self.BUDGET, attack.customer.id)

    async def test_proof_grows_old_within_a_transaction(self, attack, worker_database):
        async with refused(attack, session=attack.owner_session, match="second factor") as connection:
            await connection.fetchval("SELECT now()")
            async with worker_database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute(
                    "UPDATE identity_session SET stepped_up_at = clock_timestamp() - interval '5 minutes 31 seconds'"
                    " WHERE id = $1", attack.owner_session,
                )  # fmt: skip
            await connection.execute(self.BUDGET, attack.customer.id)
