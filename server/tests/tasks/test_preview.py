"""Before work is wished: whom it would be for, and what it would ask for."""

from bosman_server.core.identity.permissions import Role


class TestPreview:
    async def test_devices_are_told_by_customer(self, people, acme, globex, new_device):
        first, second = await new_device(acme), await new_device(globex, os_family="linux")
        client = await people.owner(acme, globex)
        target = {"device_ids": [str(first.id), str(second.id)]}
        told = (await client.post("jobs/preview", json={"kind": "updates.scan", "target": target})).json()
        shares = {share["tenant_id"]: share for share in told["shares"]}
        assert told["device_count"] == 2 and shares.keys() == {str(acme.id), str(globex.id)}
        assert shares[str(globex.id)]["servers"] == 1 and shares[str(globex.id)]["windows"] == 0
        assert (told["confirm_count"], told["step_up"]) == (None, False)

    async def test_what_can_do_harm_says_what_it_will_ask_for(self, people, acme, new_device):
        device, client = await new_device(acme), await people.owner(acme)
        target = {"device_ids": [str(device.id)]}
        told = (await client.post("jobs/preview", json={"kind": "system.restart", "target": target})).json()
        assert (told["confirm_count"], told["step_up"]) == (None, True)

    async def test_work_of_the_last_minutes_counts(self, people, acme, new_device):
        client = await people.owner(acme)
        devices = [await new_device(acme) for _ in range(6)]
        target = {"device_ids": [str(device.id) for device in devices]}
        body = {"kind": "system.restart", "target": target}
        assert (await client.post("jobs", json=body)).status_code == 201
        assert (await client.post("jobs/preview", json=body)).json()["confirm_count"] == 12

    async def test_count_that_has_changed_is_told_and_not_refused(self, people, acme, new_device):
        await new_device(acme)
        client = await people.owner(acme)
        target = {"filter": {"all": True}, "expected_count": 7}
        told = (await client.post("jobs/preview", json={"kind": "updates.scan", "target": target})).json()
        assert told["device_count"] == 1

    async def test_nothing_is_made(self, people, acme, new_device):
        device, client = await new_device(acme), await people.owner(acme)
        await client.post("jobs/preview", json={"kind": "updates.scan", "target": {"device_ids": [str(device.id)]}})
        assert (await client.get("jobs")).json()["total"] == 0

    async def test_foreign_device_is_not_there(self, people, acme, globex, new_device):
        device = await new_device(globex)
        client = await people.client({acme.id: Role.OWNER})
        body = {"kind": "updates.scan", "target": {"device_ids": [str(device.id)]}}
        assert (await client.post("jobs/preview", json=body)).status_code == 404
