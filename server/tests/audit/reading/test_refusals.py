"""What somebody may not do is recorded, the answer stays the same, and nobody can fill the disk with it."""

import httpx

from bosman_server.core.identity.permissions import Role


async def refusals(client, **params):
    answer = await client.get("audit", params={"action": "access.refused", "limit": 100, **params})
    return answer.json()["items"]


class TestRefusal:
    async def test_a_refusal_in_a_tenant_is_recorded_there(self, people, acme, globex, add, new_device):
        device = await new_device(acme)
        person = await people.client({acme.id: Role.VIEWER, globex.id: Role.OWNER})
        answer = await person.post(f"devices/{device.id}/revoke")
        assert answer.status_code == 403
        assert answer.json()["params"] == {"permission": "device:revoke"} and answer.json()["request_id"]
        (entry,) = await refusals(await people.owner(acme))
        assert (entry["target_kind"], entry["target_id"]) == ("device", str(device.id))
        assert entry["device_id"] == str(device.id)
        assert (entry["result"], entry["code"]) == ("refused", "permission.denied")
        assert entry["params"] == {
            "method": "POST", "route": "/devices/{device_id}/revoke", "permission": "device:revoke",
        }  # fmt: skip
        assert await refusals(person) == [], "not in the tenant where the person is an Owner"

    async def test_a_permission_held_nowhere_is_recorded_in_the_persons_only_tenant(self, people, acme):
        person = await people.client({acme.id: Role.VIEWER})
        assert (await person.post("tenants", json={"name": "x"})).status_code == 403
        (entry,) = await refusals(await people.owner(acme))
        assert entry["params"]["permission"] == "operator" and entry["target_id"] is None

    async def test_a_permission_held_nowhere_is_recorded_where_the_device_is(self, people, acme, globex, new_device):
        device = await new_device(acme)
        person = await people.client({acme.id: Role.VIEWER, globex.id: Role.VIEWER})
        assert (await person.post(f"devices/{device.id}/revoke")).status_code == 403
        (entry,) = await refusals(await people.owner(acme))
        assert entry["target_id"] == str(device.id)
        assert await refusals(await people.owner(globex)) == []

    async def test_somebody_elses_device_does_not_learn_of_it(self, people, acme, globex, new_device):
        device = await new_device(globex)
        person = await people.client({acme.id: Role.VIEWER})
        assert (await person.post(f"devices/{device.id}/revoke")).status_code == 403
        (entry,) = await refusals(await people.owner(acme))
        assert entry["target_id"] is None and await refusals(await people.owner(globex)) == []

    async def test_an_id_that_is_none_hides_nothing(self, people, acme):
        person = await people.client({acme.id: Role.VIEWER})
        assert (await person.post("devices/no-id/revoke")).status_code == 403
        (entry,) = await refusals(await people.owner(acme))
        assert entry["params"]["permission"] == "device:revoke"

    async def test_with_several_tenants_it_belongs_to_the_platform(self, people, acme, globex, operator):
        person = await people.client({acme.id: Role.VIEWER, globex.id: Role.VIEWER})
        me = (await person.get("me")).json()["id"]
        assert (await person.get("audit")).status_code == 403
        assert await refusals(await people.owner(acme, globex)) == []
        (entry,) = await refusals(await operator(acme), actor=me)
        assert entry["tenant_name"] is None and entry["params"]["permission"] == "audit:read"

    async def test_a_flood_is_answered_but_not_all_recorded(self, people, acme):
        person = await people.client({acme.id: Role.VIEWER})
        answers = [(await person.post("tenants", json={"name": "x"})).status_code for _ in range(60)]
        assert answers == [403] * 60
        assert 30 <= len(await refusals(await people.owner(acme))) < 50

    async def test_what_is_not_there_leaves_no_entry(self, people, acme, globex, new_device):
        device = await new_device(globex)
        person = await people.owner(acme)
        assert (await person.post(f"devices/{device.id}/revoke")).status_code == 404
        assert await refusals(await people.owner(globex)) == []


class TestSessions:
    async def test_signing_out_is_recorded_once(self, people, acme, operator):
        person = await people.owner(acme)
        me = (await person.get("me")).json()["id"]
        for _ in range(2):
            assert (await person.delete("session")).status_code == 204
        client = await operator(acme)
        found = (await client.get("audit", params={"actor": me, "tenant_id": "platform"})).json()["items"]
        assert [entry["action"] for entry in found] == ["session.sign_out"]

    async def test_a_made_up_cookie_signs_nobody_out(self, stack):
        async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", cookies={"bosman_session": "x" * 40}) as client:
            assert (await client.delete("session")).status_code == 204
