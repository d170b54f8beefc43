"""The second barrier alone: a hostile query under the api's role sees nothing of another tenant [R3]."""

import asyncpg
import pytest

from bosman_server.kit.db.database import ScopeTooWideError
from bosman_server.kit.db.scope import ALL_TENANTS, EMPTY_SCOPE, TenantScope
from bosman_server.migrations.rights import APP_RIGHTS
from bosman_server.models import GLOBAL_TABLES, PERSONAL_TABLES, metadata

TENANT_TABLES = sorted(set(metadata.tables) - set(GLOBAL_TABLES) - set(PERSONAL_TABLES))
_POLICIES = """
SELECT qual, coalesce(with_check, qual) AS written FROM pg_policies
WHERE schemaname = 'public' AND tablename = $1 AND 'bosman_app' = ANY (roles) AND cmd = 'ALL'
"""
UNREADABLE = {table for table, rights in APP_RIGHTS.items() if not rights.select}
"""Not even its own rows: the api's role has no SELECT there."""


class TestSchema:
    async def test_every_table_is_guarded_or_listed_with_a_reason(self, worker_database):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT relname, relrowsecurity AND relforcerowsecurity AS guarded FROM pg_class"
                " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            )
        unguarded = {row["relname"] for row in rows if not row["guarded"]}
        assert unguarded == set(GLOBAL_TABLES), "ENABLE and FORCE ROW LEVEL SECURITY, or `global_because` on its class"

    @pytest.mark.parametrize("table", TENANT_TABLES)
    async def test_policy_of_the_api_narrows_to_its_tenants_and_sites(self, table, worker_database):
        async with worker_database.unscoped() as connection:
            policies = await connection.fetch(_POLICIES, table)
        assert policies, f"its migration needs a policy {table}_tenant TO bosman_app"
        columns = set(metadata.tables[table].columns.keys())
        for policy in policies:
            assert "bosman_tenants()" in policy["qual"], "rows of other tenants are seen"
            assert "bosman_tenants()" in policy["written"], "rows of other tenants are written"
            if columns & {"device_id", "site_id"}:
                assert "bosman_limits()" in policy["qual"], "whoever has some sites sees the others' rows"

    @pytest.mark.parametrize("table", TENANT_TABLES)
    def test_tenant_is_part_of_the_primary_key(self, table):
        columns = {column.name for column in metadata.tables[table].primary_key}
        assert "tenant_id" in columns or table == "tenancy_tenant"

    async def test_roles_of_the_processes_cannot_bypass_it(self, app_database):
        async with app_database.unscoped() as connection:
            assert await connection.fetchval("SELECT current_user") == "bosman_app"
            assert not await connection.fetchval(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert not await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tableowner = 'bosman_app'")


class TestHostileQuery:
    @pytest.mark.parametrize("table", [table for table in TENANT_TABLES if table not in UNREADABLE])
    async def test_without_a_scope_nothing_is_seen(self, table, app_database, acme, new_device):
        await new_device(acme)
        async with app_database.reading(EMPTY_SCOPE) as connection:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0

    async def test_all_tenants_is_refused_to_the_api_and_is_everything_to_the_worker(
        self, app_database, worker_database, acme, globex
    ):
        with pytest.raises(ScopeTooWideError):
            async with app_database.reading(ALL_TENANTS):
                pass
        with pytest.raises(ScopeTooWideError):
            async with app_database.writing(ALL_TENANTS):
                pass
        async with worker_database.reading(ALL_TENANTS) as connection:
            found = await connection.fetch("SELECT id FROM tenancy_tenant")
        assert {acme.id, globex.id} <= {row["id"] for row in found}

    async def test_another_tenants_rows_are_neither_read_changed_nor_deleted(self, app_database, acme, globex):
        async with app_database.writing(TenantScope.of([globex.id])) as tx:
            assert await tx.connection.fetchval("SELECT count(*) FROM tenancy_tenant WHERE id = $1", acme.id) == 0
            assert (
                await tx.connection.execute("UPDATE tenancy_site SET name = 'x' WHERE id = $1", acme.site_id)
                == "UPDATE 0"
            )
            assert await tx.connection.execute("DELETE FROM tenancy_site WHERE id = $1", acme.site_id) == "DELETE 0"

    async def test_a_row_cannot_be_written_into_another_tenant(self, app_database, acme, globex):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with app_database.writing(TenantScope.of([globex.id])) as tx:
                await tx.connection.execute(
                    "INSERT INTO tenancy_site (tenant_id, id, name, time_zone, created_at)"
                    " VALUES ($1, gen_random_uuid(), 'x', 'Europe/Warsaw', now())",
                    acme.id,
                )

    async def test_the_scope_ends_with_the_transaction(self, app_database, acme):
        async with app_database.unscoped() as connection:
            async with connection.transaction():
                scope = TenantScope.of([acme.id]).settings["bosman.tenants"]
                await connection.execute(f"SET LOCAL bosman.tenants = '{scope}'")
                assert await connection.fetchval("SELECT count(*) FROM tenancy_tenant") == 1
            assert await connection.fetchval("SELECT count(*) FROM tenancy_tenant") == 0


class TestAuditTrail:
    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_entry SET actor_name = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
    )
    async def test_no_process_can_change_what_was_written(self, statement, app_database, worker_database, acme):
        for database in (app_database, worker_database):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.writing(TenantScope.of([acme.id])) as tx:
                    await tx.connection.execute(statement)
