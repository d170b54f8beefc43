"""One's own account: password, mailed links, sessions, a second factor anew."""

import secrets
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from bosman_server.core.identity.models import User
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import ALL_TENANTS

PASSWORD = "Siedem-zielonych-lodzi"
FRESH = "Osiem-niebieskich-rowerow"


async def invite(people, tenant, mailbox, *, role="technician", language="pl", email=None, **changes):
    """An open invitation: the address and the token of its link."""
    email = email or f"{secrets.token_hex(6)}@example.com"
    owner, before = await people.owner(tenant), len(mailbox.to(email))
    body = {"tenant_id": str(tenant.id), "email": email, "role": role, "language": language, "sites": "all", **changes}
    answer = await owner.post("invitations", json=body)
    assert answer.status_code == 201 and answer.json()["link"] is None, answer.text
    mail = await mailbox.next_to(email, after=before)
    return email, mail.link.split("#")[1]


async def join(people, tenant, mailbox, **changes):
    """Somebody who came by an invitation: client, address, TOTP secret, recovery codes."""
    email, token = await invite(people, tenant, mailbox, **changes)
    client = people.anonymous()
    body = {"token": token, "name": "Ewa Lis", "password": PASSWORD}
    assert (await client.post("invitations/accept", json=body)).json() == {"state": "totp_enrollment_required"}
    secret = (await client.post("session/totp/enrollment")).json()["secret"]
    code = {"code": pyotp.TOTP(secret).now()}
    codes = (await client.post("session/totp/enrollment/confirm", json=code)).json()["recovery_codes"]
    return client, email, secret, codes


class TestInvitation:
    async def test_link_makes_an_account_with_role_and_sites_once(self, people, acme, mailbox):
        email, token = await invite(people, acme, mailbox, role="viewer", sites=[str(acme.site_id)])
        stranger = people.anonymous()
        view = (await stranger.post("invitations/inspect", json={"token": token})).json()
        assert (view["email"], view["role"], view["tenant_name"]) == (email, "viewer", acme.name)
        assert view["account_exists"] is False
        body = {"token": token, "name": "Ewa", "password": PASSWORD}
        assert (await stranger.post("invitations/accept", json=body)).status_code == 200
        assert (await stranger.get("me")).json()["code"] == "session.totp_required"
        again = await people.anonymous().post("invitations/accept", json=body)
        assert (again.status_code, again.json()["code"]) == (403, "invitation.unknown")

    async def test_weak_password_leaves_the_link_good(self, people, acme, mailbox):
        _, token = await invite(people, acme, mailbox)
        stranger = people.anonymous()
        weak = await stranger.post("invitations/accept", json={"token": token, "name": "Ewa", "password": "short"})
        assert weak.json()["code"] == "password.too_short"
        assert (await stranger.post("invitations/inspect", json={"token": token})).status_code == 200

    async def test_somebody_with_an_account_joins_only_signed_in_as_themselves(self, people, acme, globex, mailbox):
        member, email, *_ = await join(people, acme, mailbox)
        _, token = await invite(people, globex, mailbox, email=email)
        stranger, other = people.anonymous(), await people.client({acme.id: Role.VIEWER})
        view = (await stranger.post("invitations/inspect", json={"token": token})).json()
        assert view["account_exists"] is True
        taken = await stranger.post("invitations/accept", json={"token": token, "name": "X", "password": FRESH})
        assert taken.json()["code"] == "invitation.sign_in_first"
        wrong = await other.post("invitations/accept", json={"token": token})
        assert wrong.json()["code"] == "invitation.other_person"
        assert (await member.post("invitations/accept", json={"token": token})).json() == {"state": "complete"}
        assert {row["tenant_name"] for row in (await member.get("me")).json()["memberships"]} == {
            acme.name,
            globex.name,
        }

    async def test_revoked_and_replaced_links_open_nothing(self, people, acme, mailbox):
        email, first = await invite(people, acme, mailbox)
        _, second = await invite(people, acme, mailbox, email=email)
        owner = await people.owner(acme)
        rows = (await owner.get("invitations", params={"state": "open", "q": email})).json()["items"]
        assert len(rows) == 1
        assert (await owner.post(f"invitations/{rows[0]['id']}/revoke")).status_code == 204
        for token in (first, second):
            answer = await people.anonymous().post("invitations/inspect", json={"token": token})
            assert (answer.status_code, answer.json()["code"]) == (403, "invitation.unknown")

    async def test_nobody_invites_above_themselves(self, people, acme):
        admin = await people.client({acme.id: Role.ADMIN})
        body = {"tenant_id": str(acme.id), "email": "boss@example.com", "role": "owner", "sites": "all"}
        answer = await admin.post("invitations", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "member.above_you")

    async def test_link_of_one_tenant_opens_no_other(self, people, acme, globex, mailbox):
        _, token = await invite(people, acme, mailbox)
        _, other = await invite(people, globex, mailbox)
        mixed = other.split(".")[0] + "." + token.split(".", 1)[1]
        answer = await people.anonymous().post("invitations/inspect", json={"token": mixed})
        assert (answer.status_code, answer.json()["code"]) == (403, "invitation.unknown")


class TestPasswordReset:
    async def test_mailed_link_sets_a_password_once_and_ends_every_session(self, people, acme, mailbox):
        client, email, *_ = await join(people, acme, mailbox)
        stranger, before = people.anonymous(), len(mailbox.to(email))
        assert (await stranger.post("password-reset", json={"email": email.upper()})).status_code == 202
        token = (await mailbox.next_to(email, after=before)).link.split("#")[1]
        weak = await stranger.post("password-reset/complete", json={"token": token, "password": "x"})
        assert weak.json()["code"] == "password.too_short"
        body = {"token": token, "password": FRESH}
        assert (await stranger.post("password-reset/complete", json=body)).status_code == 204
        assert (await client.get("me")).json()["code"] == "session.required"
        again = await stranger.post("password-reset/complete", json=body)
        assert (again.status_code, again.json()["code"]) == (403, "password.bad_link")
        old = await stranger.post("session", json={"email": email, "password": PASSWORD})
        assert old.json()["code"] == "session.bad_credentials"
        new = await stranger.post("session", json={"email": email, "password": FRESH})
        assert new.json() == {"state": "totp_required"}

    async def test_answer_does_not_tell_who_has_an_account(self, people, acme, mailbox):
        _, email, *_ = await join(people, acme, mailbox)
        answers = [
            await people.anonymous().post("password-reset", json={"email": one})
            for one in (email, "nobody@example.com")
        ]
        assert {(answer.status_code, answer.text) for answer in answers} == {(202, "null")}


class TestPasswordChange:
    async def test_needs_the_old_one_and_ends_the_other_sessions(self, people, acme, mailbox):
        client, email, _, codes = await join(people, acme, mailbox)
        other = people.anonymous()
        await other.post("session", json={"email": email, "password": PASSWORD})
        await other.post("session/totp", json={"recovery_code": codes[0]})
        assert (await other.get("me")).status_code == 200
        wrong = await client.post("me/password", json={"current_password": "x", "new_password": FRESH})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "password.wrong")
        common = await client.post("me/password", json={"current_password": PASSWORD, "new_password": "password1234"})
        assert common.json()["code"] == "password.too_common"
        body = {"current_password": PASSWORD, "new_password": FRESH}
        assert (await client.post("me/password", json=body)).status_code == 204
        assert (await client.get("me")).status_code == 200
        assert (await other.get("me")).json()["code"] == "session.required"


class TestSessions:
    async def test_are_listed_with_browser_and_place_and_can_be_ended(self, people, acme, mailbox):
        client, email, _, codes = await join(people, acme, mailbox)
        other = people.anonymous()
        other.headers["user-agent"] = (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0"
            " Safari/537.36"
        )
        await other.post("session", json={"email": email, "password": PASSWORD})
        await other.post("session/totp", json={"recovery_code": codes[0]})
        rows = (await client.get("me/sessions")).json()["items"]
        assert [row["current"] for row in rows].count(True) == 1
        theirs = next(row for row in rows if not row["current"])
        assert (theirs["browser"], theirs["os"], theirs["place"]) == ("Chrome", "Windows", "this_server")
        assert (await client.delete(f"me/sessions/{theirs['id']}")).status_code == 204
        assert (await other.get("me")).json()["code"] == "session.required"

    async def test_somebody_elses_session_is_not_there(self, people, acme):
        first, second = await people.owner(acme), await people.owner(acme)
        row = (await second.get("me/sessions")).json()["items"][0]["id"]
        assert (await first.delete(f"me/sessions/{row}")).status_code == 404
        assert (await second.get("me")).status_code == 200

    async def test_all_others_end_at_once(self, people, acme, mailbox):
        client, email, _, codes = await join(people, acme, mailbox)
        other = people.anonymous()
        await other.post("session", json={"email": email, "password": PASSWORD})
        await other.post("session/totp", json={"recovery_code": codes[0]})
        assert (await client.post("me/sessions/end-others", json={})).json() == {"ended": 1, "api_keys": 0}
        assert (await other.get("me")).status_code == 401


class TestStepUp:
    async def test_fresh_code_opens_dangerous_acts_and_a_wrong_one_does_not(
        self, people, acme, mailbox, worker_database
    ):
        client, email, _, codes = await join(people, acme, mailbox, role="owner")
        body = {"tenant_id": str(acme.id), "name": "x", "scopes": ["device:read"], "sites": "all", "devices": "all"}
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE identity_session SET stepped_up_at = now() - interval '6 minutes'"
                " WHERE user_id = (SELECT id FROM identity_user WHERE email = $1)",
                email,
            )
        answer = await client.post("api-keys", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "session.step_up_required")
        wrong = await client.post("session/step-up", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "session.bad_code")
        assert (await client.post("session/step-up", json={"recovery_code": codes[1]})).status_code == 204
        assert (await client.post("api-keys", json=body)).status_code == 201

    async def test_guessing_is_bounded(self, people, acme):
        client = await people.owner(acme)
        answers = [await client.post("session/step-up", json={"code": "000000"}) for _ in range(8)]
        assert answers[-1].json()["code"] == "session.rate_limited"


class TestSecondFactor:
    async def test_code_given_for_something_else_is_told_as_a_proof(self, people, acme, mailbox, worker_database):
        """The database lets a session count as proved only where the platform's trail was told of it just now."""
        client, _, _, codes = await join(people, acme, mailbox)
        user_id = UUID((await client.get("me")).json()["id"])
        proofs = "SELECT count(*) FROM audit_entry WHERE target_id = $1 AND action = 'session.step_up'"
        async with worker_database.unscoped() as connection:
            before = await connection.fetchval(proofs, user_id)
            assert (await client.post("me/recovery-codes", json={"recovery_code": codes[1]})).status_code == 200
            assert await connection.fetchval(proofs, user_id) == before + 1

    async def test_new_recovery_codes_end_the_old_ones(self, people, acme, mailbox):
        client, email, _, codes = await join(people, acme, mailbox)
        fresh = (await client.post("me/recovery-codes", json={"recovery_code": codes[1]})).json()["recovery_codes"]
        assert len(fresh) == 10 and not set(fresh) & set(codes)
        await client.post("session", json={"email": email, "password": PASSWORD})
        assert (await client.post("session/totp", json={"recovery_code": codes[0]})).status_code == 401
        assert (await client.post("session/totp", json={"recovery_code": fresh[0]})).status_code == 200

    async def test_replacing_the_authenticator_ends_the_old_one_once_the_new_one_is_confirmed(
        self, people, acme, mailbox, worker_database
    ):
        client, email, _, codes = await join(people, acme, mailbox)
        answer = await client.post("me/totp/replace", json={"recovery_code": codes[0]})
        assert answer.status_code == 200, answer.text
        query = select(User).where(User.email == email).options(undefer(User.totp_sealed))
        async with worker_database.writing(ALL_TENANTS) as tx:
            before = await tx.session.scalar(query)
        code = {"code": pyotp.TOTP(answer.json()["secret"]).now()}
        fresh = (await client.post("me/totp/replace/confirm", json=code)).json()["recovery_codes"]
        async with worker_database.writing(ALL_TENANTS) as tx:
            after = await tx.session.scalar(query)
        assert before.totp_sealed != after.totp_sealed and not set(fresh) & set(codes)
        assert (await client.get("me")).status_code == 200


class TestPasswordRule:
    @pytest.mark.parametrize(
        "password", ["password1234", "qwertyuiop12", "Bosman-Bosman-1", "aaaaaaaaaaaa", "Krótkie1!"]
    )
    async def test_weak_passwords_are_refused(self, people, acme, mailbox, password):
        _, token = await invite(people, acme, mailbox)
        body = {"token": token, "name": "Ewa", "password": password}
        answer = await people.anonymous().post("invitations/accept", json=body)
        assert answer.status_code == 422 and answer.json()["code"].startswith("password.")
