"""The api process is the attacker's, with all that it holds: its environment, its keys, its role in the database.

What it can still do (wish work in the name of people who may, sign in as them, and be seen doing so) stands in
docs/security.md. What it holds on the bus is tried in test_taken_over_bus.py.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil
import pytest

from bosman_server.audit.service import Actor, record_raw
from bosman_server.cli.environment import OWN_SECRETS, SECRETS
from bosman_server.identity.permissions import Role
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.kit.vault import PLATFORM
from testkit.device import TestDevice
from testkit.people import Customer

REFUSED = asyncpg.InsufficientPrivilegeError
JOB = """
INSERT INTO tasks_job (tenant_id, id, kind, params, created_at, created_by, created_by_name, expires_at)
VALUES ($1, $2, $3, '{}', now(), $4, 'x', now() + interval '1 hour')
"""
TASK = """
INSERT INTO tasks_task (tenant_id, id, job_id, device_id, kind, params, state, created_at, created_by,
                        created_by_name, expires_at, timeout_seconds, action_class, waiting_for, approval_id)
VALUES ($1, $2, $3, $4, $5, '{}', $6, now(), $7, 'x', now() + interval '1 hour', 60, $8, $9, $10)
"""
ASK = """
INSERT INTO tasks_approval (tenant_id, id, job_id, action_class, reason, device_count, per_hour, used,
                            requested_by, requested_by_name, requested_at, expires_at)
VALUES ($1, $2, $3, 'script', 'budget', 1, 0, 0, $4, 'x', now(), now() + interval '1 hour')
"""
SESSION = """
INSERT INTO identity_session (id, token_hash, user_id, state, created_at, last_seen_at, stepped_up_at)
VALUES ($1, $2, $3, 'complete', now(), now(), now())
"""


@dataclass
class Attack:
    """A tenant with an Owner, a second person and a device; the api's role, open on it."""

    api: Database
    customer: Customer
    owner: Any
    owner_id: UUID
    owner_session: UUID
    second_id: UUID
    device: TestDevice

    @property
    def scope(self) -> TenantScope:
        return TenantScope.of([self.customer.id])

    async def wish(self, kind: str = "script.run", **changes: Any) -> UUID:
        """A job with one task, as the api writes them."""
        job_id, task_id = uuid7(), uuid7()
        known = {"state": "queued", "by": self.owner_id, "action_class": "script", "waiting_for": None} | changes
        async with self.api.writing(self.scope) as connection:
            await connection.execute(JOB, self.customer.id, job_id, changes.get("job_kind", kind), self.owner_id)
            if not changes.get("untold"):
                await record_raw(connection, self.customer.id, Actor("user", self.owner_id, "x"), "job.create")
            if "approval_id" in changes:
                await connection.execute(ASK, self.customer.id, changes["approval_id"], job_id, self.owner_id)
            await connection.execute(
                TASK, self.customer.id, task_id, job_id, self.device.id, kind, known["state"], known["by"],
                known["action_class"], known["waiting_for"], changes.get("approval_id"),
            )  # fmt: skip
        return task_id

    async def run(self, statement: str, *values: Any, session: UUID | None = None) -> str:
        """One statement within the tenant, with a session shown to the database."""
        async with self.api.writing(self.scope) as connection:
            if session is not None:
                await connection.execute(f"SET LOCAL bosman.session = '{session}'")
            return await connection.execute(statement, *values)


@pytest.fixture
async def attack(app_database, people, acme, new_device, worker_database):
    owner, device = await people.owner(acme), await new_device(acme)
    second = await people.client({acme.id: Role.ADMIN})
    ids = [UUID((await client.get("me")).json()["id"]) for client in (owner, second)]
    session = UUID((await owner.get("me/sessions")).json()["items"][0]["id"])
    return Attack(app_database, acme, owner, ids[0], session, ids[1], device)


@pytest.fixture
async def frozen(attack):
    body = {"tenant_id": str(attack.customer.id), "frozen": True, "reason": "test"}
    assert (await attack.owner.post("safety/freeze", json=body)).status_code == 200
    return attack


async def no_budget(attack: Attack, beyond: str = "approval") -> None:
    where = {"tenant_id": str(attack.customer.id)}
    rules = (await attack.owner.get("safety/settings", params=where)).json()
    body = {"confirm_above": rules["confirm_above"], "budgets": rules["budgets"]}
    for budget in body["budgets"]:
        budget |= {"per_hour": 0, "beyond": beyond}
    assert (await attack.owner.put("safety/settings", params=where, json=body)).status_code == 200


class TestProcess:
    def test_each_child_has_its_own_secrets_only(self, stack):
        urls = stack.about()["database_urls"]
        for name, own_role in (("api", APP_ROLE), ("worker", WORKER_ROLE)):
            found = psutil.Process(stack.pid(name)).environ()
            assert set(found) & SECRETS <= OWN_SECRETS[name], name
            assert [role for role, url in urls.items() if url in found.values()] == [own_role]

    def test_api_has_a_folder_of_its_own_keys(self, stack):
        folder = Path(psutil.Process(stack.pid("api")).environ()["BOSMAN_KEYS_DIR"])
        assert {path.name for path in folder.iterdir()} == {
            "ca.pem", "master.key", "api.seed", "svc-api.pem", "svc-api.key"
        }  # fmt: skip
        assert folder.stat().st_mode & 0o777 == 0o700
        assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())

    async def test_metrics_are_not_on_the_browsers_port(self, people):
        answer = await people.anonymous().get(str(people.url) + "/metrics")
        assert answer.status_code == 404 and "bosman_requests_total" not in answer.text


class TestWork:
    @pytest.mark.parametrize("action_class", [None, "restart", "install"])
    async def test_class_that_the_kind_has_not_is_refused(self, attack, action_class):
        with pytest.raises(asyncpg.CheckViolationError):
            await attack.wish(action_class=action_class)

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "leased"},
            {"state": "running"},
            {"state": "succeeded"},
            {"by": None},
            {"state": "waiting", "waiting_for": "budget"},
            {"state": "queued", "waiting_for": "approval"},
            {"state": "waiting", "waiting_for": "approval"},
        ],
    )
    async def test_only_a_wish_can_be_written(self, attack, changes):
        with pytest.raises(REFUSED):
            await attack.wish(**changes)

    async def test_no_wish_is_made_unseen(self, attack):
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.wish("diagnostics.echo", action_class=None, untold=True)

    async def test_frozen_tenant_hands_out_nothing_guarded(self, frozen):
        for kind, action_class in (("script.run", "script"), ("system.restart", "restart"), ("no.such", "script")):
            await frozen.wish(kind, action_class=action_class)
        assert (await frozen.device.lease()).envelopes == ()

    async def test_work_beyond_the_budget_waits_whatever_was_written(self, attack):
        await no_budget(attack)
        for _ in range(5):
            await attack.wish()
        assert (await attack.device.lease()).envelopes == ()

    async def test_unknown_kind_is_refused_and_holds_up_nothing_else(self, attack):
        await attack.wish("no.such_kind", action_class="script")
        harmless = await attack.wish("diagnostics.echo", action_class=None)
        (envelope,) = attack.device.open(await attack.device.lease())
        assert envelope.task_id == harmless

    async def test_what_waits_for_a_second_person_is_not_released(self, attack):
        await no_budget(attack)
        task_id = await attack.wish(state="waiting", waiting_for="approval", approval_id=uuid7())
        for change in ("state = 'queued', waiting_for = NULL", "waiting_for = 'time'"):
            with pytest.raises(REFUSED):
                await attack.run(f"UPDATE tasks_task SET {change} WHERE id = $1", task_id)
        with pytest.raises(REFUSED):
            await attack.run("UPDATE tasks_task SET approval_id = NULL WHERE id = $1", task_id)

    async def test_approval_of_one_job_carries_no_other_work(self, attack):
        with pytest.raises(REFUSED):
            await attack.wish(job_kind="diagnostics.echo", state="waiting", waiting_for="approval", approval_id=uuid7())

    async def test_results_states_and_leases_are_not_written(self, attack):
        task_id = await attack.wish()
        for change in ("leased_at = now()", "result = '{}'", "kind = 'system.restart'", "params = '{}'",
                       "created_by = NULL", "action_class = NULL", "exit_code = 0"):  # fmt: skip
            with pytest.raises(REFUSED):
                await attack.run(f"UPDATE tasks_task SET {change} WHERE id = $1", task_id)
        for state in ("succeeded", "running", "leased", "waiting"):
            with pytest.raises(REFUSED):
                await attack.run("UPDATE tasks_task SET state = $2 WHERE id = $1", task_id, state)


class TestSecondPerson:
    @pytest.fixture
    async def approval_id(self, attack):
        await no_budget(attack)
        approval_id = uuid7()
        await attack.wish(state="waiting", waiting_for="approval", approval_id=approval_id)
        return approval_id

    DECIDE = "UPDATE tasks_approval SET decision = 'approved', decided_by = $2, decided_by_name = 'x' WHERE id = $1"

    async def test_a_made_up_decision_is_refused(self, attack, approval_id):
        with pytest.raises(REFUSED):
            await attack.run(self.DECIDE, approval_id, attack.second_id)

    async def test_whoever_asked_does_not_decide_with_a_second_name(self, attack, approval_id):
        with pytest.raises(REFUSED):
            await attack.run(self.DECIDE, approval_id, attack.second_id, session=attack.owner_session)

    async def test_another_requester_cannot_be_written(self, attack, approval_id):
        with pytest.raises(REFUSED):
            await attack.run("UPDATE tasks_approval SET requested_by = $2 WHERE id = $1", approval_id, uuid7())
        with pytest.raises(REFUSED):
            await attack.run(ASK, attack.customer.id, uuid7(), uuid7(), attack.second_id)

    async def test_approval_of_one_device_carries_no_second(self, attack, approval_id, people, worker_database):
        async with worker_database.reading(EMPTY_SCOPE) as connection:
            job_id = await connection.fetchval("SELECT job_id FROM tasks_approval WHERE id = $1", approval_id)
        values = (attack.customer.id, uuid7(), job_id, attack.device.id, "script.run", "waiting", attack.owner_id)
        await attack.run(TASK, *values, "script", "approval", approval_id)
        client = await people.client({attack.customer.id: Role.TECHNICIAN})
        session = UUID((await client.get("me/sessions")).json()["items"][0]["id"])
        with pytest.raises(REFUSED, match="more tasks"):
            await attack.run(self.DECIDE, approval_id, attack.second_id, session=session)

    async def test_nobody_decides_unseen(self, attack, approval_id, people):
        client = await people.client({attack.customer.id: Role.TECHNICIAN})
        session = UUID((await client.get("me/sessions")).json()["items"][0]["id"])
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run(self.DECIDE, approval_id, attack.second_id, session=session)

    async def test_decision_names_whoever_proved_a_second_factor(self, attack, approval_id, people, worker_database):
        client = await people.client({attack.customer.id: Role.TECHNICIAN})
        assert (await client.post(f"approvals/{approval_id}/approve", json={})).status_code == 200
        me = UUID((await client.get("me")).json()["id"])
        async with worker_database.reading(EMPTY_SCOPE) as connection:
            found = await connection.fetchrow("SELECT * FROM tasks_approval WHERE id = $1", approval_id)
        assert (found["decided_by"], found["decided_by_name"]) == (me, "Test Person")


class TestBarriers:
    BUDGET = "INSERT INTO safety_budget VALUES ($1, 'script', 9999, 'delay')"
    ONGOING = "UPDATE safety_freeze SET frozen = false, version = version + 1 WHERE tenant_id = $1"

    async def test_budget_wants_a_proof_and_an_entry(self, attack):
        with pytest.raises(REFUSED, match="second factor"):
            await attack.run(self.BUDGET, attack.customer.id)
        with pytest.raises(REFUSED, match="second factor"):
            await attack.run(self.BUDGET, attack.customer.id, session=uuid7())
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run(self.BUDGET, attack.customer.id, session=attack.owner_session)

    async def test_stale_proof_or_one_of_somebody_who_may_not_is_none(self, attack, people):
        for role, changes in ((Role.TECHNICIAN, {}), (Role.OWNER, {"stepped_up": False})):
            client = await people.client({attack.customer.id: role}, **changes)
            session = UUID((await client.get("me/sessions")).json()["items"][0]["id"])
            with pytest.raises(REFUSED, match="second factor"):
                await attack.run(self.BUDGET, attack.customer.id, session=session)

    async def test_threshold_and_freeze_want_the_same(self, frozen):
        with pytest.raises(REFUSED, match="second factor"):
            await frozen.run("INSERT INTO safety_setting VALUES ($1, 5000)", frozen.customer.id)
        with pytest.raises(REFUSED, match="second factor"):
            await frozen.run(self.ONGOING, frozen.customer.id)
        with pytest.raises(REFUSED, match="audit trail"):
            await frozen.run(self.ONGOING, frozen.customer.id, session=frozen.owner_session)

    async def test_version_of_a_freeze_does_not_run_away(self, frozen):
        for version in (0, 2**62):
            statement = "UPDATE safety_freeze SET version = $2 WHERE tenant_id = $1"
            with pytest.raises(REFUSED, match="versions"):
                await frozen.run(statement, frozen.customer.id, version)

    async def test_session_is_not_made_unseen(self, attack):
        with pytest.raises(REFUSED, match="audit trail"):
            async with attack.api.writing(TenantScope.of([TenantId(PLATFORM)])) as connection:
                await connection.execute(SESSION, uuid7(), secrets.token_bytes(32), attack.second_id)

    async def test_session_that_the_trail_knows_of_can_be_made(self, attack):
        """What a taken-over api can still do: it is the one that signs people in."""
        async with attack.api.writing(TenantScope.of([TenantId(PLATFORM)])) as connection:
            actor = Actor("user", attack.second_id, "x")
            await record_raw(connection, PLATFORM, actor, "session.totp", target=("user", attack.second_id))
            await connection.execute(SESSION, uuid7(), secrets.token_bytes(32), attack.second_id)

    async def test_rights_are_not_given_unseen(self, attack):
        for statement in (
            "UPDATE identity_membership SET role = 'owner' WHERE user_id = $1",
            "DELETE FROM identity_membership WHERE user_id = $1",
        ):
            with pytest.raises(REFUSED, match="audit trail"):
                await attack.run(statement, attack.second_id)
        for statement in ("UPDATE tenancy_tenant SET output_retention_days = 0", "UPDATE tenancy_site SET name = 'x'"):
            with pytest.raises(REFUSED, match="audit trail"):
                await attack.run(statement)

    async def test_nobody_becomes_an_operator(self, attack):
        with pytest.raises(REFUSED):
            await attack.run("UPDATE identity_user SET is_operator = true WHERE id = $1", attack.owner_id)
        with pytest.raises(REFUSED, match="first account"):
            async with attack.api.writing(EMPTY_SCOPE) as connection:
                await connection.execute(
                    "INSERT INTO identity_user (id, email, name, password_hash, is_operator, created_at)"
                    " VALUES ($1, $2, 'x', 'x', true, now())",
                    uuid7(), f"{secrets.token_hex(6)}@example.com",
                )  # fmt: skip

    async def test_revoked_device_stays_revoked(self, attack):
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run("UPDATE tenancy_device SET status = 'revoked' WHERE id = $1", attack.device.id)
        assert (await attack.owner.post(f"devices/{attack.device.id}/revoke")).status_code == 200
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run("DELETE FROM tenancy_device WHERE id = $1", attack.device.id)
        with pytest.raises(REFUSED):
            await attack.run("UPDATE tenancy_device SET status = 'active' WHERE id = $1", attack.device.id)


class TestReadOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE enrollment_certificate SET fingerprint = 'x'",
            "UPDATE enrollment_presence SET online = true",
            "UPDATE enrollment_token SET use_count = 0",
            "UPDATE releases_release SET manifest = NULL",
            "UPDATE releases_part SET data = ''",
            "DELETE FROM releases_file",
            "DELETE FROM tasks_chunk",
            "DELETE FROM tasks_task",
            "DELETE FROM tasks_approval",
            "DELETE FROM safety_budget",
            "DELETE FROM safety_freeze",
            "DELETE FROM rollout_halt",
            "UPDATE inventory_facts SET facts = '{}'",
            "UPDATE updates_scan SET security_count = 0",
            "UPDATE audit_entry SET actor_name = 'x'",
            "DELETE FROM audit_entry",
            "DELETE FROM audit_pending",
            "UPDATE kit_data_key SET wrapped = ''",
            "SELECT params_sealed FROM notifications_mail",
            "DELETE FROM identity_role_permission",
            "CREATE TABLE x ()",
            "CREATE TEMPORARY TABLE x ()",
            "ALTER TABLE tasks_task DISABLE TRIGGER ALL",
            "SET LOCAL session_replication_role = replica",
            "SET LOCAL ROLE bosman_worker",
            "SELECT lo_from_bytea(0, 'x')",
        ],
    )
    async def test_statement_is_refused(self, statement, attack):
        with pytest.raises(REFUSED):
            await attack.run(statement)


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
                async with attack.api.writing(attack.scope) as connection:
                    await connection.fetch(query)

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
