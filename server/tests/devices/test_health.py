"""The last look at a device's disks stays with the device."""

import msgspec
import pytest

from bosman_protocol.health import DiskHealth, HealthResult

WORSE = HealthResult((DiskHealth("/dev/sda", verdict="ok"), DiskHealth("/dev/sdb", verdict="failing")), ())
BETTER = HealthResult((DiskHealth("/dev/sda", verdict="ok"),), ())


@pytest.fixture
async def looked(people, acme, new_device, eventually):
    """Has a device look at its disks; returns what the API then tells of it."""
    client, device = await people.owner(acme), await new_device(acme)

    async def run(result, *, state="succeeded"):
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "health.collect"})).json()
        (leased,) = device.open(await device.lease())
        await device.run(leased.task_id, state=state, result=msgspec.Raw(msgspec.json.encode(result)))

        async def ended():
            return (await client.get(f"tasks/{task['id']}")).json()["state"] == state

        await eventually(ended)
        return task["id"], (await client.get(f"devices/{device.id}")).json()

    return run, client


class TestHealth:
    async def test_result_is_kept_and_the_worst_disk_is_in_the_list(self, looked):
        look, client = looked
        task_id, device = await look(WORSE)
        assert device["health"]["task_id"] == task_id
        assert [disk["verdict"] for disk in device["health"]["result"]["disks"]] == ["ok", "failing"]
        (row,) = (await client.get("devices", params={"disk_verdict": "failing"})).json()["items"]
        assert row["disk_verdict"] == "failing"

    async def test_later_look_takes_its_place(self, looked):
        look, _ = looked
        await look(WORSE)
        task_id, device = await look(BETTER)
        assert (device["health"]["task_id"], device["disk_verdict"]) == (task_id, "ok")

    async def test_look_that_failed_changes_nothing(self, looked):
        look, _ = looked
        task_id, _ = await look(WORSE)
        _, device = await look(BETTER, state="failed")
        assert device["health"]["task_id"] == task_id

    async def test_device_that_nobody_has_looked_at_says_so(self, people, acme, new_device):
        client, device = await people.owner(acme), await new_device(acme)
        told = (await client.get(f"devices/{device.id}")).json()
        assert (told["health"], told["disk_verdict"]) == (None, None)
