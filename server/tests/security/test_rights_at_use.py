"""Rights that are handed on: nobody hands on more than they have, and nothing outlives the rights it came from."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bosman_server.core.identity.permissions import ROLE_PERMISSIONS, Permission, Role
from testkit.device import enrollment_body, new_request, post_enrollment
from testkit.second_api import second_api

P = Permission
PASSWORD = "Siedem-zielonych-lodzi"
KEY = {"name": "script", "sites": "all", "devices": "all"}


@pytest.fixture(scope="module")
def unmailed(stack):
    """An api without a mail server: links are passed on by hand."""
    with second_api(stack) as url:
        yield url


async def user_of(client):
    return UUID((await client.get("me")).json()["id"])


@pytest.fixture
def member_of(worker_database):
    async def find(client, tenant):
        async with worker_database.unscoped() as connection:
            query = "SELECT id FROM identity_membership WHERE tenant_id = $1 AND user_id = $2"
            return await connection.fetchval(query, tenant.id, await user_of(client))

    return find


async def invite(client, tenant, role="viewer", **changes):
    body = {"tenant_id": str(tenant.id), "email": f"{secrets.token_hex(6)}@example.com", "role": role, "sites": "all"}
    return await client.post("invitations", json=body | changes)


async def accept(people, link):
    body = {"token": link.split("#")[1], "name": "Ewa", "password": PASSWORD}
    return await people.anonymous().post("invitations/accept", json=body)


async def token_of(client, tenant, **changes):
    body = {"tenant_id": str(tenant.id), "site_id": str(tenant.site_id), "max_uses": 100, **changes}
    answer = await client.post("enrollment-tokens", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def spend(stack, token):
    answer = await post_enrollment(stack.about()["gateway_url"], enrollment_body(token, new_request()[1]))
    return answer.status_code, answer.json().get("code")


def may(giver, needed, held):
    return ROLE_PERMISSIONS[giver] >= ROLE_PERMISSIONS[held] | {needed}


class TestMatrix:
    """Every role × an object of every role × every door."""

    @pytest.mark.parametrize("held", list(Role))
    @pytest.mark.parametrize("giver", list(Role))
    async def test_nobody_gives_changes_or_takes_what_is_above_them(self, people, acme, member_of, giver, held):
        owner, client = await people.owner(acme), await people.client({acme.id: giver})
        viewer = await member_of(await people.client({acme.id: Role.VIEWER}), acme)
        holders = [await member_of(await people.client({acme.id: held}), acme) for _ in range(2)]
        made = [(await invite(owner, acme, held.value)).json()["id"] for _ in range(2)]
        there = f"{secrets.token_hex(6)}@example.com"
        await invite(owner, acme, held.value, email=there)
        role = {"role": held.value, "sites": "all"}
        answers = {
            "invite": (P.MEMBER_INVITE, await invite(client, acme, held.value)),
            "resend": (P.MEMBER_INVITE, await client.post(f"invitations/{made[0]}/resend")),
            "revoke": (P.MEMBER_INVITE, await client.post(f"invitations/{made[1]}/revoke")),
            "replace": (P.MEMBER_INVITE, await invite(client, acme, "viewer", email=there)),
            "raise": (P.MEMBER_UPDATE, await client.patch(f"members/{viewer}", json=role)),
            "lower": (
                P.MEMBER_UPDATE,
                await client.patch(f"members/{holders[0]}", json={"role": "viewer", "sites": "all"}),
            ),
            "remove": (P.MEMBER_REMOVE, await client.delete(f"members/{holders[1]}")),
        }
        for door, (needed, answer) in answers.items():
            assert (answer.status_code < 300) == may(giver, needed, held), (door, answer.text)
            assert answer.status_code < 300 or answer.json()["code"] in {"permission.denied", "member.above_you"}

    @pytest.mark.parametrize("giver", list(Role))
    async def test_keys_and_tokens_ask_too(self, people, acme, giver):
        owner, client = await people.owner(acme), await people.client({acme.id: giver})
        key = (await owner.post("api-keys", json=KEY | {"tenant_id": str(acme.id), "scopes": ["audit:read"]})).json()
        token = (await token_of(owner, acme))["id"]
        body = {"tenant_id": str(acme.id), "site_id": str(acme.site_id)}
        scopes = {"tenant_id": str(acme.id), "scopes": ["audit:read"]}
        answers = {
            "create key": (P.API_KEY_CREATE, await client.post("api-keys", json=KEY | scopes)),
            "revoke key": (P.API_KEY_REVOKE, await client.post(f"api-keys/{key['id']}/revoke")),
            "create token": (P.TOKEN_CREATE, await client.post("enrollment-tokens", json=body)),
            "revoke token": (P.TOKEN_REVOKE, await client.post(f"enrollment-tokens/{token}/revoke")),
        }
        for door, (needed, answer) in answers.items():
            assert (answer.status_code < 300) == (needed in ROLE_PERMISSIONS[giver]), (door, answer.text)

    async def test_at_another_site_there_is_no_door(self, people, acme):
        owner = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        elsewhere = (await owner.post("sites", json=body)).json()["id"]
        limited = await people.client({acme.id: Role.ADMIN}, site_ids=[UUID(elsewhere)])
        token = (await token_of(owner, acme))["id"]
        made = (await invite(owner, acme)).json()["id"]
        assert (await limited.post(f"enrollment-tokens/{token}/revoke")).status_code == 404
        wanted = {"tenant_id": str(acme.id), "site_id": str(acme.site_id)}
        assert (await limited.post("enrollment-tokens", json=wanted)).status_code == 404
        assert (await limited.post(f"invitations/{made}/revoke")).status_code in {403, 404}


class TestLink:
    async def test_admin_gets_no_owners_link_by_sending_it_again(self, people, acme, unmailed):
        owner = await people.client({acme.id: Role.OWNER}, url=unmailed)
        admin = await people.client({acme.id: Role.ADMIN}, url=unmailed)
        made = (await invite(owner, acme, "owner")).json()
        assert made["link"], "whoever makes it sees it once"
        answer = await admin.post(f"invitations/{made['id']}/resend")
        assert (answer.status_code, answer.json()["code"]) == (403, "member.above_you")
        assert (await accept(people, made["link"])).status_code == 200, "the link is still the Owner's"

    async def test_nobody_but_its_maker_sees_a_link(self, people, acme, unmailed):
        maker = await people.client({acme.id: Role.ADMIN}, url=unmailed)
        other = await people.client({acme.id: Role.OWNER}, url=unmailed)
        made = (await invite(maker, acme)).json()
        answer = await other.post(f"invitations/{made['id']}/resend")
        assert (answer.status_code, answer.json()["code"]) == (409, "invitation.not_yours")
        assert "link" not in answer.json()
        assert (await maker.post(f"invitations/{made['id']}/resend")).json()["link"] != made["link"]


class TestAfterTheMaker:
    async def test_invitation_of_a_removed_owner_opens_nothing(self, people, acme, unmailed, member_of):
        owner, evil = await people.owner(acme), await people.client({acme.id: Role.OWNER}, url=unmailed)
        link = (await invite(evil, acme, "owner")).json()["link"]
        assert (await owner.delete(f"members/{await member_of(evil, acme)}")).status_code == 204
        answer = await accept(people, link)
        assert (answer.status_code, answer.json()["code"]) == (403, "invitation.unknown")
        rows = (await owner.get("invitations", params={"state": "revoked"})).json()["items"]
        assert len(rows) == 1, "ended with the removal, and the list says so"
        trail = (await owner.get("audit", params={"action": "member.invite_revoke"})).json()["items"]
        assert len(trail) == 1

    async def test_demotion_ends_what_is_above_the_rest_and_leaves_the_rest(self, people, acme, unmailed, member_of):
        owner, other = await people.owner(acme), await people.client({acme.id: Role.OWNER}, url=unmailed)
        above = (await invite(other, acme, "owner")).json()["link"]
        within = (await invite(other, acme, "viewer")).json()["link"]
        body = {"role": "admin", "sites": "all"}
        assert (await owner.patch(f"members/{await member_of(other, acme)}", json=body)).status_code == 200
        assert (await accept(people, above)).status_code == 403
        assert (await accept(people, within)).status_code == 200

    async def test_rights_are_asked_again_when_the_link_is_used(self, people, acme, unmailed, worker_database):
        """Even where nothing ended it: the tables were changed past the api."""
        await people.owner(acme)
        evil = await people.client({acme.id: Role.OWNER}, url=unmailed)
        link = (await invite(evil, acme, "admin")).json()["link"]
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE identity_membership SET role = 'viewer' WHERE user_id = $1", await user_of(evil)
            )
        answer = await accept(people, link)
        assert (answer.status_code, answer.json()["code"]) == (403, "invitation.unknown")
        seen = await people.anonymous().post("invitations/inspect", json={"token": link.split("#")[1]})
        assert seen.status_code == 403

    async def test_enrolment_token_of_a_removed_member_enrols_nothing(self, stack, people, acme, member_of):
        owner, technician = await people.owner(acme), await people.client({acme.id: Role.TECHNICIAN})
        made = await token_of(technician, acme)
        assert await spend(stack, made["token"]) == (201, None)
        assert (await owner.delete(f"members/{await member_of(technician, acme)}")).status_code == 204
        assert await spend(stack, made["token"]) == (403, "token.revoked")
        rows = (await owner.get("enrollment-tokens", params={"state": "revoked"})).json()["items"]
        assert [row["id"] for row in rows] == [made["id"]]

    async def test_enrolment_token_ends_when_its_maker_loses_the_site(self, stack, people, acme, member_of):
        owner, technician = await people.owner(acme), await people.client({acme.id: Role.TECHNICIAN})
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        elsewhere = (await owner.post("sites", json=body)).json()["id"]
        here = await token_of(technician, acme)
        there = await token_of(technician, acme, site_id=elsewhere)
        limit = {"role": "technician", "sites": [elsewhere]}
        assert (await owner.patch(f"members/{await member_of(technician, acme)}", json=limit)).status_code == 200
        assert await spend(stack, here["token"]) == (403, "token.revoked")
        assert await spend(stack, there["token"]) == (201, None)

    async def test_token_is_judged_by_its_maker_when_it_is_spent(self, stack, people, acme, worker_database):
        technician = await people.client({acme.id: Role.TECHNICIAN})
        made = await token_of(technician, acme)
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE identity_membership SET role = 'viewer' WHERE user_id = $1", await user_of(technician)
            )
        assert await spend(stack, made["token"]) == (403, "token.revoked")

    async def test_what_a_key_made_ends_with_the_key(self, stack, people, acme, new_device):
        owner, device = await people.owner(acme), await new_device(acme)
        wanted = KEY | {"tenant_id": str(acme.id), "scopes": ["token:create", "task:create", "site:read"]}
        key = (await owner.post("api-keys", json=wanted)).json()
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {key['token']}"
        made = await token_of(program, acme)
        later = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        work = {"kind": "diagnostics.echo", "not_before": later}
        assert (await program.post(f"devices/{device.id}/tasks", json=work)).status_code == 201
        now = await program.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        assert await spend(stack, made["token"]) == (201, None)
        assert (await owner.post(f"api-keys/{key['id']}/revoke")).status_code == 204
        assert await spend(stack, made["token"]) == (403, "token.revoked")
        assert (await device.lease()).envelopes == (), "nor is what it wished signed any more"
        row = (await owner.get(f"tasks/{now.json()['id']}")).json()
        assert (row["state"], row["error_code"]) == ("failed", "permission.denied")

    async def test_site_that_is_gone_leaves_invitations_and_keys_with_nothing(self, people, acme, unmailed):
        owner = await people.client({acme.id: Role.OWNER}, url=unmailed)
        body = {"tenant_id": str(acme.id), "name": "Łódź", "time_zone": "Europe/Warsaw"}
        site = (await owner.post("sites", json=body)).json()["id"]
        link = (await invite(owner, acme, sites=[site])).json()["link"]
        wanted = KEY | {"tenant_id": str(acme.id), "scopes": ["device:read", "site:read"], "sites": [site]}
        key = (await owner.post("api-keys", json=wanted)).json()["token"]
        assert (await owner.delete(f"sites/{site}")).status_code == 204
        program = people.anonymous()
        assert (await program.get("sites", headers={"authorization": f"Bearer {key}"})).json()["total"] == 0
        assert (await accept(people, link)).status_code == 200
        rows = (await owner.get("members", params={"role": "viewer"})).json()["items"]
        assert [row["site_ids"] for row in rows] == [[]], "sees nothing, not everything"


class TestKeysOfAnAccount:
    @pytest.fixture
    async def keyed(self, people, acme, mailbox):
        """A person with a key, of which they have been told, and a program that uses it."""
        person = await people.client({acme.id: Role.ADMIN})
        wanted = KEY | {"tenant_id": str(acme.id), "scopes": ["device:read"]}
        token = (await person.post("api-keys", json=wanted)).json()["token"]
        assert '"script"' in (await mailbox.next_to((await person.get("me")).json()["email"])).text
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {token}"
        assert (await program.get("devices")).status_code == 200
        return person, program

    async def test_signing_out_everywhere_ends_them_where_that_is_asked_for(self, keyed):
        person, program = keyed
        assert (await person.post("me/sessions/end-others", json={})).json()["api_keys"] == 0
        assert (await program.get("devices")).status_code == 200
        assert (await person.post("me/sessions/end-others", json={"api_keys": True})).json()["api_keys"] == 1
        assert (await program.get("devices")).json()["code"] == "api_key.unknown"

    async def test_password_reset_by_mail_ends_them(self, keyed, people, mailbox):
        person, program = keyed
        email = (await person.get("me")).json()["email"]
        before = len(mailbox.to(email))
        assert (await people.anonymous().post("password-reset", json={"email": email})).status_code == 202
        link = (await mailbox.next_to(email, after=before)).link
        body = {"token": link.split("#")[1], "password": PASSWORD}
        assert (await people.anonymous().post("password-reset/complete", json=body)).status_code == 204
        assert (await program.get("devices")).json()["code"] == "api_key.unknown"


class TestInput:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("invitations", {"email": "a@example.com", "role": "viewer"}),
            ("invitations", {"email": "a@example.com", "role": "viewer", "sites": None}),
            ("invitations", {"email": "a@example.com", "role": "viewer", "sites": []}),
            ("invitations", {"email": "a@example.com", "role": "viewer", "sites": "all", "site_ids": []}),
            ("api-keys", {"name": "x", "scopes": ["device:read"], "sites": "all"}),
            ("api-keys", {"name": "x", "scopes": ["device:read"], "devices": "all"}),
            ("api-keys", {"name": "x", "scopes": ["device:read"], "sites": "all", "devices": "all", "valid_day": 1}),
        ],
    )
    async def test_what_is_left_out_or_misspelt_never_means_everything(self, people, acme, path, body):
        owner = await people.owner(acme)
        answer = await owner.post(path, json={"tenant_id": str(acme.id), **body})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")

    async def test_change_of_a_limited_member_says_sites(self, people, acme, member_of):
        owner = await people.owner(acme)
        limited = await member_of(await people.client({acme.id: Role.TECHNICIAN}, site_ids=[acme.site_id]), acme)
        for body in ({"role": "technician"}, {"role": "technician", "siteIds": [str(acme.site_id)]}):
            assert (await owner.patch(f"members/{limited}", json=body)).status_code == 422
