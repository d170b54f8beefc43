"""What lets the api give rights, sign people in and end things: an entry about that row, by somebody there is."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from bosman_server.core.audit.service import Actor
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.rls import APP_ROLE
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.ids import uuid7
from testkit.attack import SESSION, Attack, record_now, refused, within

REFUSED = asyncpg.InsufficientPrivilegeError
POISON = asyncpg.CheckViolationError
NIL = UUID(int=0)
FAR = datetime(9000, 1, 1, tzinfo=UTC)


class TestSessions:
    """B8: one proof, one session; times are the database's."""

    async def _proof(self, connection: Any, attack: Attack, **changes: Any) -> None:
        actor = changes.get("actor", Actor("user", attack.second_id, "x"))
        await record_now(connection, PLATFORM, actor, "session.totp", target=("user", attack.second_id))

    async def _make(self, connection: Any, attack: Attack) -> UUID:
        session_id = uuid7()
        await connection.execute(SESSION, session_id, secrets.token_bytes(32), attack.second_id)
        return session_id

    async def test_one_proof_carries_one_session(self, attack):
        async with within(attack, NIL) as connection:
            await self._proof(connection, attack)
            await self._make(connection, attack)
        async with refused(attack, NIL, match="audit trail") as connection:
            await self._make(connection, attack)
        async with within(attack, NIL) as connection:
            await self._proof(connection, attack)
            await self._make(connection, attack)

    async def test_proof_is_the_persons_own(self, attack):
        for actor in (Actor("system", None, "x"), Actor("user", attack.owner_id, "x")):
            async with refused(attack, NIL, match="audit trail") as connection:
                await self._proof(connection, attack, actor=actor)
                await self._make(connection, attack)

    async def test_session_is_not_fresh_for_ever(self, attack, worker_database):
        async with within(attack, NIL) as connection:
            await self._proof(connection, attack)
            session_id = await self._make(connection, attack)
            await connection.execute(
                "UPDATE identity_session SET stepped_up_at = $2, last_seen_at = $2 WHERE id = $1", session_id, FAR
            )
        async with worker_database.reading(ALL_TENANTS) as connection:
            row = await connection.fetchrow("SELECT * FROM identity_session WHERE id = $1", session_id)
        assert max(row["stepped_up_at"], row["last_seen_at"]) < datetime.now(UTC) + timedelta(minutes=1)


class TestSecrets:
    """B8: passwords, factors and guesses change with an entry of the platform, about that person."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE identity_user SET password_hash = 'x' WHERE id = $1",
            "UPDATE identity_user SET totp_sealed = 'x', totp_confirmed_at = now() WHERE id = $1",
            "UPDATE identity_user SET name = 'Somebody else' WHERE id = $1",
            "INSERT INTO identity_recovery_code (user_id, code_hash) VALUES ($1, 'x')",
            "INSERT INTO identity_password_reset VALUES ('z', $1, now(), now() + interval '1 hour')",
        ],
    )
    async def test_change_without_an_entry_about_that_person_is_refused(self, statement, attack):
        for target in (None, attack.owner_id):
            async with refused(attack, NIL, match="audit trail") as connection:
                for action in ("user.password_change", "user.totp_replace", "user.update", "zzz"):
                    if target:
                        await attack.tell(connection, action, ("user", target), NIL)
                await connection.execute(statement, attack.second_id)

    async def test_link_ends_within_a_day(self, attack):
        async with refused(attack, NIL, match="within a day") as connection:
            await connection.execute(
                "INSERT INTO identity_password_reset (token_hash, user_id, created_at, expires_at)"
                " VALUES ('y', $1, now(), $2)", attack.second_id, FAR,
            )  # fmt: skip

    async def test_factor_is_not_taken_away(self, attack, worker_database):
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(
                "UPDATE identity_user SET totp_sealed = 'x', totp_confirmed_at = now(), totp_last_step = 9"
                " WHERE id = $1",
                attack.second_id,
            )
        for change in ("totp_confirmed_at = NULL", "totp_sealed = NULL", "totp_last_step = 8", "totp_last_step = NULL"):
            async with refused(attack, NIL, match="works once") as connection:
                await connection.execute(f"UPDATE identity_user SET {change} WHERE id = $1", attack.second_id)

    async def test_guesses_are_not_forgotten(self, attack, worker_database):
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(
                "INSERT INTO identity_second_factor_guesses VALUES ($1, 9, now(), now() + interval '1 hour')",
                attack.second_id,
            )
        for act in ("DELETE FROM {}", "UPDATE {} SET count = 0", "UPDATE {} SET locked_until = NULL"):
            async with refused(attack, NIL) as connection:
                statement = act.format("identity_second_factor_guesses")
                await connection.execute(f"{statement} WHERE user_id = $1", attack.second_id)


class TestGifts:
    """B8, B11, B12: what gives rights ends once, does not grow, and is somebody's."""

    @pytest.fixture
    async def gifts(self, attack, worker_database):
        ids = {"identity_api_key": uuid7(), "identity_invitation": uuid7(), "enrollment_token": uuid7()}
        values = (attack.customer.id, attack.owner_id)
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(
                "INSERT INTO identity_api_key (tenant_id, id, user_id, name, hint, token_hash, scopes, site_ids,"
                " created_at, expires_at, revoked_at)"
                " VALUES ($1, $3, $2, 'x', 'x', $4, '{}', '{}', now(), now() + interval '1 day', now())",
                *values, ids["identity_api_key"], secrets.token_bytes(8),
            )  # fmt: skip
            await tx.connection.execute(
                "INSERT INTO identity_invitation (tenant_id, id, email, role, site_ids, language, token_hash,"
                " created_at, created_by, created_by_name, expires_at, revoked_at)"
                " VALUES ($1, $3, 'x', 'owner', '{}', 'en', $4, now(), $2, 'x', now() + interval '1 day', now())",
                *values, ids["identity_invitation"], secrets.token_bytes(8),
            )  # fmt: skip
            await tx.connection.execute(
                "INSERT INTO enrollment_token (tenant_id, id, site_id, label, token_hash, created_at, created_by,"
                " created_by_name, expires_at, max_uses, use_count, revoked_at)"
                " VALUES ($1, $3, $4, 'x', $5, now(), $2, 'x', now() + interval '1 day', 1, 0, now())",
                *values, ids["enrollment_token"], attack.customer.site_id, secrets.token_bytes(8),
            )  # fmt: skip
        return ids

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            ("identity_api_key", "revoked_at = NULL"),
            ("identity_api_key", "site_ids = NULL"),
            ("identity_api_key", "site_ids = ARRAY[gen_random_uuid()]"),
            ("identity_invitation", "revoked_at = NULL"),
            ("identity_invitation", "token_hash = 'x'"),
            ("identity_invitation", "expires_at = now() + interval '90 years'"),
            ("identity_invitation", "site_ids = NULL"),
            ("enrollment_token", "revoked_at = NULL"),
        ],
    )
    async def test_what_has_ended_stays_so(self, table, change, gifts, attack):
        async with refused(attack) as connection:
            for action in ("api_key.revoke", "member.invite_again", "member.invite_revoke", "token.revoke"):
                await attack.tell(connection, action, ("x", gifts[table]))
            await connection.execute(f"UPDATE {table} SET {change} WHERE id = $1", gifts[table])

    @pytest.mark.parametrize(
        ("by", "uses", "valid"),
        [(None, 1, "1 day"), ("stranger", 1, "1 day"), ("owner", 2_000_000_000, "1 day"), ("owner", 1, "90 years")],
    )
    async def test_token_is_a_members_and_ends(self, by, uses, valid, attack):
        maker = {None: None, "stranger": uuid7(), "owner": attack.owner_id}[by]
        async with refused(attack, kind=(REFUSED, POISON)) as connection:
            token_id = uuid7()
            await attack.tell(connection, "token.create", ("token", token_id))
            await connection.execute(
                "INSERT INTO enrollment_token (tenant_id, id, site_id, label, token_hash, created_at, created_by,"
                " created_by_name, expires_at, max_uses, use_count)"
                f" VALUES ($1, $2, $3, 'x', $4, now(), $5, 'x', now() + interval '{valid}', $6, 0)",
                attack.customer.id, token_id, attack.customer.site_id, secrets.token_bytes(8), maker, uses,
            )  # fmt: skip

    @pytest.mark.parametrize("tenant_id", [NIL, uuid7()])
    async def test_nobody_is_a_member_of_the_platform_or_of_nothing(self, tenant_id, attack):
        async with refused(attack, tenant_id, kind=(POISON, asyncpg.ForeignKeyViolationError)) as connection:
            await attack.tell(connection, "member.join", ("user", attack.second_id), tenant_id)
            await connection.execute(
                "INSERT INTO identity_membership (id, tenant_id, user_id, role, created_at)"
                " VALUES ($1, $2, $3, 'owner', now())", uuid7(), tenant_id, attack.second_id,
            )  # fmt: skip

    async def test_entry_of_nobody_or_of_another_place_tells_nothing(self, attack):
        change = "UPDATE identity_membership SET role = 'owner' WHERE user_id = $1"
        target = ("user", attack.second_id)
        for tenant_id, actor in (
            (attack.customer.id, Actor("system", None, "x")),
            (attack.customer.id, Actor("user", uuid7(), "x")),
            (NIL, Actor("user", attack.owner_id, "x")),
        ):
            async with refused(attack, attack.customer.id, NIL, match="audit trail") as connection:
                await record_now(connection, tenant_id, actor, "member.update", target=target)
                await connection.execute(change, attack.second_id)

    async def test_nothing_is_cancelled_or_moved_unseen(self, attack, worker_database):
        task_id = await attack.wish()
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run("UPDATE tasks_task SET state = 'cancelled' WHERE id = $1", task_id)
        async with worker_database.writing(ALL_TENANTS) as tx:
            site_id = uuid7()
            await tx.connection.execute(
                "INSERT INTO tenancy_site (tenant_id, id, name, time_zone, created_at)"
                " VALUES ($1, $2, 'Other', 'UTC', now())",
                attack.customer.id,
                site_id,
            )
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run("UPDATE tenancy_device SET site_id = $1", site_id)

    async def test_trail_is_asked_for_each_change_and_the_question_cannot_be_taken_back(self, attack, globex):
        cancel = "UPDATE tasks_task SET state = 'cancelled' WHERE id = $1"
        task_id = await attack.wish()
        async with refused(attack, match="permission denied for table audit_question") as connection:
            await connection.execute(cancel, task_id)
            await connection.execute("DELETE FROM audit_question")
        async with refused(attack, attack.customer.id, globex.id, match="audit trail") as connection:
            await attack.tell(connection, "task.cancel", ("task", task_id), globex.id)
            await connection.execute(cancel, task_id)
        async with within(attack) as connection:
            await connection.execute(cancel, task_id)
            await attack.tell(connection, "task.cancel", ("task", task_id))


class TestMachine:
    """What the role may do to others' connections and accounts."""

    async def test_account_of_another_tenants_person_is_not_locked_nor_read(self, attack, globex, people):
        stranger = UUID((await (await people.owner(globex)).get("me")).json()["id"])
        with pytest.raises(REFUSED, match="not an account"):
            await attack.run("SELECT tasks_lock_account($1)", stranger)
        await attack.run("SELECT tasks_lock_account($1)", attack.owner_id)
        with pytest.raises(REFUSED):
            await attack.run(
                "INSERT INTO tasks_act (id, actor_id, action_class, device_count, at)"
                " VALUES ($1, $2, 'script', 9, now())",
                uuid7(), stranger,
            )  # fmt: skip

    @pytest.mark.parametrize("call", ["pg_terminate_backend(0)", "pg_cancel_backend(0)", "pg_sleep(0)"])
    async def test_function_is_closed(self, call, attack):
        with pytest.raises(REFUSED):
            await attack.run(f"SELECT {call}")

    async def test_connections_are_bounded(self, worker_database):
        async with worker_database.unscoped() as connection:
            row = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", APP_ROLE)
            open_to = [
                name for name in ("postgres", "template1")
                if await connection.fetchval("SELECT has_database_privilege($1, $2, 'CONNECT')", APP_ROLE, name)
            ]  # fmt: skip
        assert row["rolconnlimit"] == 60 and open_to == []
        assert "idle_in_transaction_session_timeout=15s" in row["rolconfig"]
