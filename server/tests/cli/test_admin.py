"""`bosman admin` beside a running installation: asked, done, audited."""

import getpass
import secrets
from dataclasses import dataclass
from uuid import UUID

import httpx
import pyotp
import pytest

from bosman_server.core.identity.models import RecoveryCode, User
from bosman_server.core.identity.passwords import Hasher
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.encryption import PLATFORM, EnvelopeCipher
from bosman_server.kit.crypto.master_key import FileHolder, MasterKeys
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.ids import uuid7
from testkit.patience import patient

PASSWORD = "Siedem-zielonych-lodzi"


@dataclass
class Person:
    id: UUID
    email: str
    secret: str
    client: httpx.AsyncClient


@pytest.fixture
async def person(stack, worker_database):
    """Somebody with a password, an authenticator app, a recovery code and a complete session."""
    cipher = EnvelopeCipher(MasterKeys((FileHolder(stack.state_dir / "keys" / "master.key"),)), worker_database)
    user_id, secret, email = uuid7(), pyotp.random_base32(), f"{secrets.token_hex(6)}@example.com"
    sealed = await cipher.encrypt(PLATFORM, secret.encode(), f"identity_user.totp_sealed:{user_id}")
    encoded = await Hasher(64).hash(PASSWORD)
    async with worker_database.writing(ALL_TENANTS) as tx:
        tx.session.add(
            User(
                id=user_id,
                email=email,
                name="Ewa Lis",
                password_hash=encoded,
                totp_sealed=sealed,
                totp_confirmed_at=utc_now(),
            )
        )
        await tx.session.flush()
        tx.session.add(RecoveryCode(user_id=user_id, code_hash=b"x" * 32))
    address = {"x-forwarded-for": f"203.0.113.{secrets.randbelow(250)}"}
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", headers=address, timeout=patient()) as client:
        await client.post("session", json={"email": email, "password": PASSWORD})
        assert (await client.post("session/totp", json={"code": pyotp.TOTP(secret).now()})).status_code == 200
        yield Person(user_id, email, secret, client)


@pytest.fixture
def audited(worker_database):
    async def read(action, target_id):
        async with worker_database.reading(ALL_TENANTS) as connection:
            return await connection.fetchrow(
                "SELECT actor_kind, actor_name, tenant_id, result FROM audit_entry"
                " WHERE action = $1 AND target_id = $2",
                action,
                target_id,
            )

    return read


@pytest.fixture
def state_of(worker_database):
    async def read(user_id):
        async with worker_database.reading(ALL_TENANTS) as connection:
            return await connection.fetchrow(
                "SELECT totp_sealed, is_operator,"
                " (SELECT count(*) FROM identity_session WHERE user_id = u.id) AS sessions,"
                " (SELECT count(*) FROM identity_recovery_code WHERE user_id = u.id) AS codes"
                " FROM identity_user u WHERE id = $1",
                user_id,
            )

    return read


class TestAsk:
    @pytest.mark.parametrize(
        ("command", "typed"),
        [
            ("reset-totp", "yes\n"),
            ("end-sessions", "no\n"),
            ("unlock", ""),
            ("reset-password", "yes\n"),
            ("make-operator", "other@example.com\n"),
        ],
    )
    async def test_anything_but_the_word_changes_nothing(self, command, typed, person, bosman, state_of):
        before = await state_of(person.id)
        ran = await bosman("admin", command, person.email, typed=typed)
        assert ran.code == 1 and "Nothing was changed" in ran.err and f"Ewa Lis <{person.email}>" in ran.out
        assert await state_of(person.id) == before

    async def test_unknown_address_is_said_to_be(self, bosman):
        ran = await bosman("admin", "reset-totp", "nobody@example.com", "--yes")
        assert ran.code == 1 and "Nobody has an account with nobody@example.com" in ran.err
        assert "Traceback" not in ran.err

    async def test_without_an_installation_it_says_what_to_do(self, bosman, tmp_path):
        ran = await bosman("admin", "unlock", "a@example.com", state_dir=False, BOSMAN_STATE_DIR=str(tmp_path))
        assert ran.code == 1 and "BOSMAN_WORKER_DATABASE_URL" in ran.err and "--state-dir" in ran.err


class TestResetPassword:
    async def test_link_sets_a_password_once_without_any_mail(self, person, bosman, audited):
        ran = await bosman("admin", "reset-password", person.email, "--yes")
        assert ran.code == 0, ran.err
        body = {"token": ran.out.strip().rsplit("#", 1)[1], "password": "Osiem-niebieskich-rowerow"}
        assert (await person.client.post("password-reset/complete", json=body)).status_code == 204
        assert (await person.client.post("password-reset/complete", json=body)).status_code == 403
        assert (await person.client.get("me")).status_code == 401
        entry = await audited("user.password_reset_request", person.id)
        assert entry["actor_kind"] == "system"


class TestResetTotp:
    async def test_app_codes_and_sessions_end_and_the_next_sign_in_enrols(self, person, bosman, state_of, audited):
        ran = await bosman("admin", "reset-totp", person.email, typed=f"{person.email}\n")
        assert ran.code == 0, ran.err
        row = await state_of(person.id)
        assert (row["totp_sealed"], row["sessions"], row["codes"]) == (None, 0, 0)
        assert (await person.client.get("me")).status_code == 401
        answer = await person.client.post("session", json={"email": person.email, "password": PASSWORD})
        assert answer.json() == {"state": "totp_enrollment_required"}
        entry = await audited("user.totp_reset", person.id)
        assert entry["actor_kind"] == "system" and getpass.getuser() in entry["actor_name"]


class TestUnlock:
    async def test_blocked_account_may_try_again_at_once(self, person, bosman, audited, people):
        stranger = people.anonymous()
        for number in range(60):
            headers = {"x-forwarded-for": f"192.0.2.{number}"}
            answer = await stranger.post("session", json={"email": person.email, "password": "wrong"}, headers=headers)
            if answer.status_code == 429:
                break
        assert answer.status_code == 429, "the guesses must have run into the limit of the account"
        ran = await bosman("admin", "unlock", person.email, "--yes")
        assert ran.code == 0 and "1 api process" in ran.out, ran
        headers = {"x-forwarded-for": "192.0.2.200"}
        body = {"email": person.email, "password": PASSWORD}
        assert (await stranger.post("session", json=body, headers=headers)).status_code == 200
        assert (await audited("user.unlock", person.id))["result"] == "ok"


class TestEndSessions:
    async def test_they_are_signed_out_everywhere(self, person, bosman, audited):
        assert (await person.client.get("me")).status_code == 200
        ran = await bosman("admin", "end-sessions", person.email, "--yes")
        assert ran.code == 0 and "ended: 1" in ran.out
        assert (await person.client.get("me")).status_code == 401
        assert await audited("session.end_all", person.id)


class TestAddOwner:
    async def test_they_own_the_tenant_by_name_or_id(self, person, bosman, audited, acme, globex):
        for tenant in (acme.name, str(globex.id)):
            ran = await bosman("admin", "add-owner", person.email, tenant, "--yes")
            assert ran.code == 0, ran.err
        for customer in (acme, globex):
            assert (await person.client.get(f"tenants/{customer.id}")).status_code == 200
        assert (await audited("member.update", person.id))["tenant_id"] in {acme.id, globex.id}

    async def test_lesser_role_limited_to_sites_becomes_owner_of_all(self, person, bosman, acme, worker_database):
        async with worker_database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(
                "INSERT INTO identity_membership (tenant_id, user_id, id, role, site_ids, created_at)"
                " VALUES ($1, $2, $3, $4, $5, now())",
                acme.id, person.id, uuid7(), Role.VIEWER, [acme.site_id],
            )  # fmt: skip
        assert (await bosman("admin", "add-owner", person.email, acme.name, "--yes")).code == 0
        async with worker_database.reading(ALL_TENANTS) as connection:
            row = await connection.fetchrow(
                "SELECT role, site_ids FROM identity_membership WHERE tenant_id = $1 AND user_id = $2",
                acme.id,
                person.id,
            )
        assert tuple(row) == ("owner", None)

    async def test_unknown_tenant_lists_those_there_are(self, person, bosman, acme):
        ran = await bosman("admin", "add-owner", person.email, "No such tenant", "--yes")
        assert ran.code == 1 and "There is no tenant 'No such tenant'" in ran.err


class TestMakeOperator:
    async def test_given_and_taken_away(self, person, bosman, state_of, audited):
        assert (await bosman("admin", "make-operator", person.email, "--yes")).code == 0
        assert (await state_of(person.id))["is_operator"] is True
        assert (await bosman("admin", "make-operator", person.email, "--take-away", "--yes")).code == 0
        assert (await state_of(person.id))["is_operator"] is False
        assert await audited("user.operator", person.id)


class TestRevokeAgents:
    async def test_devices_of_the_tenant_are_cut_and_stay_out_others_stay(
        self, bosman, acme, globex, new_device, new_token, people, audited, eventually
    ):
        mine, other = [await new_device(acme) for _ in range(3)], await new_device(globex)
        await new_token(acme)
        ran = await bosman("admin", "revoke-agents", "--tenant", acme.name, typed=f"{acme.name}\n")
        assert ran.code == 0 and "devices shut out: 3" in ran.out, ran
        owner = await people.owner(acme, globex)

        async def cut():
            rows = [(await owner.get(f"devices/{device.id}")).json() for device in mine]
            return all(row["status"] == "revoked" and not row["online"] for row in rows)

        await eventually(cut)
        rest = (await owner.get(f"devices/{other.id}")).json()
        assert rest["status"] == "active" and rest["online"]
        tokens = (await owner.get("enrollment-tokens", params={"tenant_id": str(acme.id)})).json()["items"]
        assert tokens and {token["state"] for token in tokens} <= {"revoked", "used_up"}
        for device in mine:
            assert (await audited("device.revoke", device.id))["actor_kind"] == "system"

    async def test_another_name_typed_changes_nothing(self, bosman, acme, new_device, people):
        device = await new_device(acme)
        ran = await bosman("admin", "revoke-agents", "--tenant", acme.name, typed="Acme\n")
        assert ran.code == 1
        owner = await people.owner(acme)
        assert (await owner.get(f"devices/{device.id}")).json()["status"] == "active"


class TestFreeze:
    async def test_tenant_is_frozen_at_once_and_unfrozen_after_the_word(self, acme, bosman, worker_database):
        async def frozen():
            async with worker_database.reading(ALL_TENANTS) as connection:
                return await connection.fetchrow(
                    "SELECT frozen, reason FROM safety_freeze WHERE tenant_id = $1", acme.id
                )

        ran = await bosman("admin", "freeze", "--tenant", acme.name, "--reason", "worm")
        assert ran.code == 0, ran.err
        assert tuple(await frozen()) == (True, "worm")
        refused = await bosman("admin", "unfreeze", "--tenant", acme.name, typed="no\n")
        assert refused.code == 1 and (await frozen())["frozen"]
        lifted = await bosman("admin", "unfreeze", "--tenant", acme.name, typed=f"{acme.name}\n")
        assert lifted.code == 0 and not (await frozen())["frozen"]

    @pytest.mark.parametrize("arguments", [(), ("--fleet", "--tenant", "Acme")])
    async def test_where_must_be_said_once(self, arguments, bosman):
        ran = await bosman("admin", "freeze", *arguments)
        assert ran.code == 1 and "--fleet" in ran.err
