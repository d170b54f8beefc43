"""Tenants, sites and the place of devices, seen by their owners and by strangers."""

from uuid import uuid4

import pytest

from bosman_server.core.identity.permissions import Role


class TestCreateTenant:
    async def test_operator_who_makes_it_owns_it(self, people, acme):
        client = await people.client({acme.id: Role.OWNER}, operator=True)
        answer = await client.post("tenants", json={"name": f"Nowy {uuid4()}"})
        assert answer.status_code == 201
        memberships = (await client.get("me")).json()["memberships"]
        assert {"owner"} == {item["role"] for item in memberships}
        assert answer.json()["id"] in {item["tenant_id"] for item in memberships}

    async def test_a_name_that_one_sees_already_is_refused(self, people, acme):
        client = await people.client({acme.id: Role.OWNER}, operator=True)
        answer = await client.post("tenants", json={"name": acme.name})
        assert answer.status_code == 409 and answer.json()["code"] == "tenant.name_taken"

    @pytest.mark.parametrize("name", ["", "   ", "x" * 121, "\u202e\u200b"])
    async def test_a_bad_name_is_refused(self, people, acme, name):
        client = await people.client({acme.id: Role.OWNER}, operator=True)
        answer = await client.post("tenants", json={"name": name})
        assert answer.status_code == 422 and answer.json()["code"] == "request.invalid"

    @pytest.mark.parametrize("role", list(Role))
    async def test_nobody_else_may(self, people, acme, role):
        client = await people.client({acme.id: role})
        answer = await client.post("tenants", json={"name": "x"})
        assert answer.status_code == 403
        assert answer.json()["params"] == {"permission": "operator"}


class TestIsolation:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "tenants/{tenant}"),
            ("PATCH", "tenants/{tenant}"),
            ("DELETE", "tenants/{tenant}"),
            ("PATCH", "sites/{site}"),
            ("DELETE", "sites/{site}"),
            ("GET", "devices/{device}"),
            ("PATCH", "devices/{device}"),
            ("DELETE", "devices/{device}"),
            ("POST", "devices/{device}/revoke"),
            ("POST", "devices/{device}/tasks"),
            ("GET", "devices/{device}/software"),
            ("GET", "devices/{device}/updates"),
        ],
    )
    async def test_another_tenants_object_is_not_found(self, people, acme, globex, enroll_device, method, path):
        device = await enroll_device(acme)
        stranger = await people.owner(globex)
        bodies = {"tenants": {"name": "x"}, "sites": {"name": "x"}, "devices": {"site_id": str(globex.site_id)}}
        body = {"kind": "diagnostics.echo"} if path.endswith("tasks") else bodies[path.split("/")[0]]
        target = path.format(tenant=acme.id, site=acme.site_id, device=device.id)
        answer = await stranger.request(
            method, target, json=body if method == "PATCH" or path.endswith("tasks") else None
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "object.not_found")

    async def test_lists_show_only_ones_own(self, people, acme, globex, enroll_device):
        await enroll_device(acme)
        stranger = await people.owner(globex)
        for path in ("devices", "updates/devices", "tasks", "jobs", "enrollment-tokens"):
            assert (await stranger.get(path, params={"tenant_id": str(acme.id)})).json()["total"] == 0, path
        assert {item["id"] for item in (await stranger.get("tenants")).json()["items"]} == {str(globex.id)}

    async def test_a_user_without_any_tenant_is_denied_not_shown_everything(self, people):
        client = await people.client({})
        answer = await client.get("devices")
        assert answer.status_code == 403


class TestSites:
    async def test_a_bad_time_zone_is_an_error_never_utc(self, people, acme):
        client = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdańsk", "time_zone": "Europe/Krakow"}
        answer = await client.post("sites", json=body)
        assert answer.status_code == 422 and answer.json()["code"] == "site.bad_time_zone"

    async def test_a_site_with_devices_cannot_be_deleted(self, people, acme, enroll_device):
        await enroll_device(acme)
        client = await people.owner(acme)
        answer = await client.delete(f"sites/{acme.site_id}")
        assert answer.status_code == 409 and answer.json()["code"] == "site.not_empty"

    async def test_an_empty_site_is_deleted_and_audited(self, people, acme, worker_database):
        client = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "name": "Łódź", "time_zone": "Europe/Warsaw"}
        site = (await client.post("sites", json=body)).json()
        assert (await client.delete(f"sites/{site['id']}")).status_code == 204
        async with worker_database.unscoped() as connection:
            actions = await connection.fetch(
                "SELECT action FROM audit_entry WHERE target_id = $1 ORDER BY at", site["id"]
            )
        assert [row["action"] for row in actions] == ["site.create", "site.delete"]


class TestMoveDevice:
    async def test_device_moves_within_its_tenant(self, people, acme, enroll_device):
        client = await people.owner(acme)
        device = await enroll_device(acme)
        body = {"tenant_id": str(acme.id), "name": "Wrocław", "time_zone": "Europe/Warsaw"}
        site = (await client.post("sites", json=body)).json()
        answer = await client.post("devices/move", json={"device_ids": [str(device.id)], "site_id": site["id"]})
        assert answer.json() == {"moved": 1}
        assert (await client.get(f"devices/{device.id}")).json()["site_name"] == "Wrocław"

    async def test_device_does_not_move_to_another_tenant(self, people, acme, globex, enroll_device):
        client = await people.owner(acme, globex)
        device = await enroll_device(acme)
        answer = await client.patch(f"devices/{device.id}", json={"site_id": str(globex.site_id)})
        assert answer.status_code == 409 and answer.json()["code"] == "site.other_tenant"


class TestDeleteTenant:
    async def test_tenant_with_devices_stays(self, people, acme, enroll_device):
        await enroll_device(acme)
        client = await people.owner(acme)
        answer = await client.delete(f"tenants/{acme.id}")
        assert answer.status_code == 409 and answer.json()["code"] == "tenant.not_empty"

    async def test_empty_tenant_goes(self, people, acme, globex):
        client = await people.owner(acme, globex)
        assert (await client.delete(f"tenants/{acme.id}")).status_code == 204
        assert (await client.get(f"tenants/{acme.id}")).status_code == 404


class TestAgentUpdates:
    async def test_switch_is_on_at_first_and_its_change_is_audited(self, people, acme, worker_database):
        client = await people.owner(acme)
        assert (await client.get(f"tenants/{acme.id}")).json()["agent_updates"] is True
        answer = await client.patch(f"tenants/{acme.id}", json={"agent_updates": False})
        assert (answer.status_code, answer.json()["agent_updates"], answer.json()["name"]) == (200, False, acme.name)
        (row,) = [row for row in (await client.get("tenants")).json()["items"] if row["id"] == str(acme.id)]
        assert row["agent_updates"] is False
        async with worker_database.unscoped() as connection:
            entry = await connection.fetchrow(
                "SELECT before->>'agent_updates' AS before, after->>'agent_updates' AS after FROM audit_entry"
                " WHERE tenant_id = $1 AND action = 'tenant.update'",
                acme.id,
            )
        assert (entry["before"], entry["after"]) == ("true", "false")
