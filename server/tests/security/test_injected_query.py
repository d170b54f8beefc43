"""A query of somebody else in a tenant's transaction stays in its tenants, and finds nothing that signs people in."""

from typing import Any

import asyncpg
import pytest

from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from testkit.attack import Attack

REFUSED = asyncpg.InsufficientPrivilegeError


class TestInjectedQuery:
    """One SELECT in a tenant's transaction, wherever a hole would let it in."""

    async def scoped(self, attack: Attack, query: str, *values: Any) -> list[Any]:
        async with attack.api.reading(attack.scope) as connection:
            found: list[Any] = await connection.fetch(query, *values)
            return found

    @pytest.mark.parametrize(
        "change",
        [
            "set_config('bosman.tenants', $1, true)",
            "set_config('bosman.limits', $1, true)",
            "query_to_xml('SET LOCAL bosman.tenants = ''' || $1 || '''', true, true, '')::text",
            "(SELECT count(*)::text FROM ts_stat('SET LOCAL bosman.tenants = ''' || $1 || ''''))",
        ],
    )
    async def test_scope_does_not_change_within_a_query(self, change, attack, globex):
        query = (
            f"WITH x AS MATERIALIZED (SELECT {change} AS s) SELECT t.id FROM x,"
            " LATERAL (SELECT id FROM tenancy_tenant WHERE x.s IS NOT NULL) t"
        )
        with pytest.raises(asyncpg.PostgresError):
            await self.scoped(attack, query, f"{{{globex.id}}}")

    async def test_nor_by_a_view_of_the_settings_or_a_block(self, attack, globex):
        for query in (
            "UPDATE pg_settings SET setting = 'off' WHERE name = 'row_security'",
            f"SELECT 1; SET LOCAL bosman.tenants = '{{{globex.id}}}'",
        ):
            with pytest.raises(asyncpg.PostgresError):
                async with attack.api.writing(attack.scope) as tx:
                    await tx.connection.fetch(query)

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT password_hash FROM identity_user",
            "SELECT totp_sealed FROM identity_user",
            "SELECT * FROM identity_user",
        ],
    )
    async def test_hashes_and_seeds_cannot_be_selected(self, query, attack):
        for scope in (attack.scope, EMPTY_SCOPE, TenantScope.of([TenantId(PLATFORM)])):
            with pytest.raises(REFUSED):
                async with attack.api.reading(scope) as connection:
                    await connection.fetch(query)

    async def test_nor_asked_for_by_the_function(self, attack):
        query = "SELECT s.password_hash FROM identity_user u, identity_secrets(u.id) s"
        assert {row[0] for row in await self.scoped(attack, query)} <= {None}

    @pytest.mark.parametrize(
        "table",
        ["identity_session", "identity_recovery_code", "identity_known_browser", "identity_password_reset",
         "identity_setup_code", "kit_data_key"],
    )  # fmt: skip
    async def test_what_signs_people_in_is_not_seen(self, table, attack):
        assert await self.scoped(attack, f"SELECT * FROM {table}") == []

    async def test_people_of_other_tenants_are_not_seen(self, attack, people, globex):
        stranger = await people.owner(globex)
        email = (await stranger.get("me")).json()["email"]
        seen = {row["email"] for row in await self.scoped(attack, "SELECT email FROM identity_user")}
        assert seen and email not in seen
        tenants = {row[0] for row in await self.scoped(attack, "SELECT tenant_id FROM identity_membership")}
        assert tenants == {attack.customer.id}

    async def test_leaders_locks_cannot_be_held(self, attack):
        for query in ("SELECT pg_try_advisory_lock(1)", "SELECT pg_advisory_xact_lock_shared(1)"):
            with pytest.raises(REFUSED):
                await self.scoped(attack, query)
        with pytest.raises(REFUSED):
            await self.scoped(attack, "SELECT tasks_lock_budget(gen_random_uuid(), 'script')")
