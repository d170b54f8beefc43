"""Memberships: who may make whom what, sites, and the Owner who cannot vanish."""

import asyncio
from uuid import uuid4

from bosman_server.core.identity.permissions import Role


async def member_id(client, email_of):
    me = (await email_of.get("me")).json()
    rows = (await client.get("members", params={"q": me["email"]})).json()["items"]
    return rows[0]["id"]


class TestChange:
    async def test_new_role_holds_from_the_next_request_on(self, people, acme):
        owner, viewer = await people.owner(acme), await people.client({acme.id: Role.VIEWER})
        assert (await viewer.get("members")).status_code == 403
        row = await member_id(owner, viewer)
        answer = await owner.patch(f"members/{row}", json={"role": "admin", "sites": "all"})
        assert (answer.status_code, answer.json()["role"]) == (200, "admin")
        assert (await viewer.get("members")).status_code == 200

    async def test_last_owner_can_neither_step_down_nor_leave(self, people, acme):
        owner = await people.owner(acme)
        row = await member_id(owner, owner)
        for answer in (
            await owner.patch(f"members/{row}", json={"role": "admin", "sites": "all"}),
            await owner.delete(f"members/{row}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "member.last_owner")

    async def test_two_owners_who_leave_at_once_leave_one_behind(self, people, acme):
        first, second = await people.owner(acme), await people.owner(acme)
        rows = [await member_id(first, first), await member_id(first, second)]
        answers = await asyncio.gather(first.delete(f"members/{rows[0]}"), second.delete(f"members/{rows[1]}"))
        assert sorted(answer.status_code for answer in answers) == [204, 409]

    async def test_admin_makes_no_owner_and_touches_none(self, people, acme):
        owner, admin = await people.owner(acme), await people.client({acme.id: Role.ADMIN})
        await people.owner(acme)
        own, other = await member_id(owner, admin), await member_id(owner, owner)
        for answer in (
            await admin.patch(f"members/{own}", json={"role": "owner", "sites": "all"}),
            await admin.patch(f"members/{other}", json={"role": "viewer", "sites": "all"}),
            await admin.delete(f"members/{other}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "member.above_you")

    async def test_owner_is_never_limited_to_sites(self, people, acme):
        owner = await people.owner(acme)
        row = await member_id(owner, owner)
        answer = await owner.patch(f"members/{row}", json={"role": "owner", "sites": [str(acme.site_id)]})
        assert (answer.status_code, answer.json()["code"]) == (422, "member.owner_everywhere")

    async def test_sites_of_another_tenant_are_refused(self, people, acme, globex):
        owner, viewer = await people.owner(acme), await people.client({acme.id: Role.VIEWER})
        row = await member_id(owner, viewer)
        for site_id in (globex.site_id, uuid4()):
            answer = await owner.patch(f"members/{row}", json={"role": "viewer", "sites": [str(site_id)]})
            assert (answer.status_code, answer.json()["code"]) == (409, "site.other_tenant")
        assert (await owner.get("members", params={"role": "viewer"})).json()["items"][0]["site_ids"] is None

    async def test_no_sites_is_no_answer(self, people, acme):
        owner, viewer = await people.owner(acme), await people.client({acme.id: Role.VIEWER})
        row = await member_id(owner, viewer)
        assert (await owner.patch(f"members/{row}", json={"role": "viewer", "sites": []})).status_code == 422


class TestRemove:
    async def test_who_is_removed_sees_nothing_any_more_and_their_keys_end(self, people, acme):
        owner, admin = await people.owner(acme), await people.client({acme.id: Role.ADMIN})
        body = {
            "tenant_id": str(acme.id),
            "name": "script",
            "scopes": ["device:read"],
            "sites": "all",
            "devices": "all",
        }
        token = (await admin.post("api-keys", json=body)).json()["token"]
        program = people.anonymous()
        bearer = {"authorization": f"Bearer {token}"}
        assert (await program.get("devices", headers=bearer)).status_code == 200
        assert (await owner.delete(f"members/{await member_id(owner, admin)}")).status_code == 204
        assert (await admin.get("devices")).status_code == 403
        assert (await program.get("devices", headers=bearer)).json()["code"] == "api_key.unknown"


class TestSites:
    async def test_limited_member_sees_and_does_only_what_is_at_their_sites(self, people, acme, new_device):
        owner = await people.owner(acme)
        device = await new_device(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdańsk", "time_zone": "Europe/Warsaw"}
        elsewhere = (await owner.post("sites", json=body)).json()["id"]
        here = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[acme.site_id])
        there = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[elsewhere])
        assert (await here.get("devices")).json()["total"] == 1
        assert (await there.get("devices")).json()["total"] == 0
        assert [row["id"] for row in (await there.get("sites")).json()["items"]] == [elsewhere]
        task = {"kind": "diagnostics.echo"}
        assert (await here.post(f"devices/{device.id}/tasks", json=task)).status_code == 201
        assert (await there.post(f"devices/{device.id}/tasks", json=task)).status_code == 404
        everything = {"kind": "diagnostics.echo", "target": {"filter": {"all": True}, "expected_count": 1}}
        assert (await there.post("jobs", json=everything)).json()["code"] == "job.empty_target"
        # Not even by way of a move: neither out of a foreign site nor into one.
        assert (await there.patch(f"devices/{device.id}", json={"site_id": elsewhere})).status_code == 404
        assert (await here.patch(f"devices/{device.id}", json={"site_id": elsewhere})).status_code == 404

    async def test_work_wished_before_the_site_was_taken_away_is_not_signed(self, people, acme, new_device, eventually):
        owner, device = await people.owner(acme), await new_device(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdańsk", "time_zone": "Europe/Warsaw"}
        elsewhere = (await owner.post("sites", json=body)).json()["id"]
        technician = await people.client({acme.id: Role.TECHNICIAN})
        task = (await technician.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        change = {"role": "technician", "sites": [elsewhere]}
        await owner.patch(f"members/{await member_id(owner, technician)}", json=change)
        assert (await device.lease()).envelopes == ()
        row = (await owner.get(f"tasks/{task['id']}")).json()
        assert (row["state"], row["error_code"]) == ("failed", "permission.denied")

    async def test_site_that_is_deleted_leaves_its_members_with_nothing_not_with_everything(self, people, acme):
        owner = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "name": "Łódź", "time_zone": "Europe/Warsaw"}
        site = (await owner.post("sites", json=body)).json()["id"]
        limited = await people.client({acme.id: Role.VIEWER}, site_ids=[site])
        assert (await owner.delete(f"sites/{site}")).status_code == 204
        assert (await limited.get("sites")).json()["total"] == 0
        assert (await limited.get("devices")).json()["total"] == 0


class TestRoles:
    async def test_table_is_the_one_that_the_server_uses(self, people, acme):
        viewer = await people.client({acme.id: Role.VIEWER})
        table = {row["role"]: row["permissions"] for row in (await viewer.get("roles")).json()["roles"]}
        assert "tenant:delete" in table["owner"] and "tenant:delete" not in table["admin"]
        assert (await viewer.get("me")).json()["memberships"][0]["permissions"] == table["viewer"]
