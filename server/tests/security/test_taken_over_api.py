"""The api process is the attacker's, with all that it holds: its environment, its keys, its role in the database.

What it can still do (wish work in the name of people who may, sign in as them, and be seen doing so) stands in
docs/security.md. What it holds on the bus is tried in test_bus_borders.py, injected queries in test_injected_query.py.
"""

import secrets
from uuid import UUID

import asyncpg
import pytest

from bosman_server.core.audit.service import Actor, record
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.scope import ALL_TENANTS, EMPTY_SCOPE, TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from testkit.attack import ASK, SESSION, TASK, Attack
from testkit.editing import edit
from testkit.rules import settable

REFUSED = asyncpg.InsufficientPrivilegeError


@pytest.fixture
async def frozen(attack):
    body = {"tenant_id": str(attack.customer.id), "frozen": True, "reason": "test"}
    assert (await attack.owner.post("safety/freeze", json=body)).status_code == 200
    return attack


async def no_budget(attack: Attack, on_overflow: str = "approval") -> None:
    place = f"tenants/{attack.customer.id}/safety"
    rules = (await attack.owner.get(place)).json()
    body = settable(rules)
    for budget in body["budgets"]:
        budget |= {"per_hour": 0, "on_overflow": on_overflow}
    assert (await edit(attack.owner, place, body, "PUT")).status_code == 200


class TestMetrics:
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
        for change in ("leased_at = now()", "result = '{}'", "kind = 'system.restart'",
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

    async def test_approval_of_one_device_carries_no_second(self, attack, approval_id, worker_database):
        async with worker_database.reading(ALL_TENANTS) as connection:
            job_id = await connection.fetchval("SELECT job_id FROM tasks_approval WHERE id = $1", approval_id)
        values = (attack.customer.id, uuid7(), job_id, attack.device.id, "script.run", "waiting", attack.owner_id)
        with pytest.raises(REFUSED, match="with their job"):
            await attack.run(TASK, *values, "script", "approval", approval_id)

    async def test_nobody_decides_unseen(self, attack, approval_id, people):
        client = await people.client({attack.customer.id: Role.TECHNICIAN})
        session = UUID((await client.get("me/sessions")).json()["items"][0]["id"])
        with pytest.raises(REFUSED, match="audit trail"):
            await attack.run(self.DECIDE, approval_id, attack.second_id, session=session)

    async def test_decision_names_whoever_proved_a_second_factor(self, attack, approval_id, people, worker_database):
        client = await people.client({attack.customer.id: Role.TECHNICIAN})
        assert (await client.post(f"approvals/{approval_id}/approve", json={})).status_code == 200
        me = UUID((await client.get("me")).json()["id"])
        async with worker_database.reading(ALL_TENANTS) as connection:
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
            async with attack.api.writing(TenantScope.of([TenantId(PLATFORM)])) as tx:
                await tx.connection.execute(SESSION, uuid7(), secrets.token_bytes(32), attack.second_id)

    async def test_session_that_the_trail_knows_of_can_be_made(self, attack):
        """What a taken-over api can still do: it is the one that signs people in."""
        async with attack.api.writing(TenantScope.of([TenantId(PLATFORM)])) as tx:
            actor = Actor("user", attack.second_id, "x")
            record(tx, PLATFORM, actor, "session.totp", target=("user", attack.second_id))
            await tx.connection.execute(SESSION, uuid7(), secrets.token_bytes(32), attack.second_id)

    async def test_rights_are_not_given_unseen(self, attack):
        for statement in (
            "UPDATE identity_membership SET role = 'owner' WHERE user_id = $1",
            "DELETE FROM identity_membership WHERE user_id = $1",
        ):
            with pytest.raises(REFUSED, match="audit trail"):
                await attack.run(statement, attack.second_id)
        for statement in ("UPDATE tenancy_tenant SET output_retention_days = 1", "UPDATE tenancy_site SET name = 'x'"):
            with pytest.raises(REFUSED, match="audit trail"):
                await attack.run(statement)

    async def test_nobody_becomes_an_operator(self, attack):
        with pytest.raises(REFUSED):
            await attack.run("UPDATE identity_user SET is_operator = true WHERE id = $1", attack.owner_id)
        with pytest.raises(REFUSED, match="first account"):
            async with attack.api.writing(EMPTY_SCOPE) as tx:
                await tx.connection.execute(
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
