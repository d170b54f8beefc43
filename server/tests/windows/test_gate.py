"""Work whose class has maintenance windows is handed out while one is open, and waits else."""

from uuid import UUID

import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.work.tasks.sweeper import TaskSweeper
from testkit.editing import edit
from testkit.window_bodies import around_now

RESTART = {"kind": "system.restart"}


@pytest.fixture
async def scene(people, acme, new_device):
    """An Owner, and a connected device."""
    return await people.owner(acme), await new_device(acme)


async def ask(client, device, **changes):
    answer = await client.post(f"devices/{device.id}/tasks", json=RESTART | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def handed_out(device, *holding):
    return [str(envelope.task_id) for envelope in device.open(await device.lease(*holding))]


async def task(client, task_id):
    return (await client.get(f"tasks/{task_id}")).json()


def is_queued(client, task_id):
    async def ask_again():
        return (await task(client, task_id))["state"] == "queued"

    return ask_again


async def state_of(client, device, window_class="restart"):
    states = (await client.get(f"devices/{device.id}/windows")).json()["states"]
    return next(one for one in states if one["window_class"] == window_class)


class TestHold:
    async def test_without_a_window_of_the_class_nothing_changes(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, classes=["update"], timing=around_now(2, 3))
        task_id = await ask(client, device)
        assert await handed_out(device) == [task_id]
        assert (await state_of(client, device))["state"] == "unbound"

    async def test_closed_work_waits_and_says_until_when_and_for_what(self, scene, acme, make_window):
        client, device = scene
        made = await make_window(client, acme, timing=around_now(2, 3))
        task_id = await ask(client, device)
        assert await handed_out(device) == []
        found = await task(client, task_id)
        assert (found["state"], found["waiting_for"]) == ("waiting", "window")
        assert found["wait_reason"]["until"] == made["next"]["start"] and found["wait_reason"]["reason"] == "Nights"
        state = await state_of(client, device)
        assert (state["state"], state["until"], state["window"]) == ("closed", made["next"]["start"], "Nights")

    async def test_open_work_is_handed_out(self, scene, acme, make_window):
        client, device = scene
        made = await make_window(client, acme, timing=around_now(-1, 1))
        task_id = await ask(client, device)
        assert await handed_out(device) == [task_id]
        state = await state_of(client, device)
        assert (state["state"], state["ends"]) == ("open", made["next"]["end"])

    async def test_nothing_begins_in_the_last_minutes(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, timing=around_now(-1, 0.5), margin_minutes=60)
        await ask(client, device)
        assert await handed_out(device) == []
        assert (await state_of(client, device))["state"] == "closed"

    async def test_blackout_alone_closes_while_it_lasts(self, scene, acme, make_window):
        client, device = scene
        made = await make_window(client, acme, kind="blackout", timing=around_now(-1, 1))
        await ask(client, device)
        assert await handed_out(device) == []
        state = await state_of(client, device)
        assert (state["state"], state["until"]) == ("blackout", made["next"]["end"])

    async def test_blackout_to_come_changes_nothing_yet(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, kind="blackout", timing=around_now(1, 2))
        task_id = await ask(client, device)
        assert await handed_out(device) == [task_id]

    async def test_window_that_is_over_binds_nobody(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, timing=around_now(-72, -70))
        task_id = await ask(client, device)
        assert await handed_out(device) == [task_id]

    async def test_window_of_the_device_wins_over_that_of_the_customer(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, timing=around_now(-1, 1))
        await make_window(client, acme, name="Own", scope="device", device_id=str(device.id), timing=around_now(1, 2))
        await ask(client, device)
        assert await handed_out(device) == []

    async def test_broken_window_lets_nothing_begin(self, scene, acme, make_window, worker_database):
        client, device = scene
        made = await make_window(client, acme, timing=around_now(-1, 1))
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE windows_window SET timing = jsonb_set(timing, '{zone}', '\"Gone\"') WHERE id = $1",
                UUID(made["id"]),
            )
        await ask(client, device)
        assert await handed_out(device) == []

    async def test_member_of_the_site_sees_windows_of_the_whole_customer(self, scene, acme, make_window, people):
        client, device = scene
        await make_window(client, acme, timing=around_now(2, 3))
        member = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[acme.site_id])
        assert (await state_of(member, device))["state"] == "closed"


class TestRelease:
    async def test_work_goes_on_when_its_window_opens(self, scene, acme, make_window, worker_database, eventually):
        client, device = scene
        made = await make_window(client, acme, timing=around_now(2, 3))
        task_id = await ask(client, device)
        assert await handed_out(device) == []
        await TaskSweeper(worker_database).run_once()
        assert (await task(client, task_id))["state"] == "waiting"
        assert (await edit(client, f"windows/{made['id']}", {"timing": around_now(-1, 1)})).status_code == 200
        await eventually(is_queued(client, task_id))
        assert await handed_out(device) == [task_id]

    async def test_work_goes_on_when_its_window_is_gone(self, scene, acme, make_window, eventually):
        client, device = scene
        made = await make_window(client, acme, timing=around_now(2, 3))
        task_id = await ask(client, device)
        assert await handed_out(device) == []
        assert (await client.delete(f"windows/{made['id']}")).status_code == 204
        await eventually(is_queued(client, task_id))
        assert await handed_out(device) == [task_id]


class TestOverride:
    async def test_work_begins_outside_of_windows_for_a_reason_that_is_told(self, scene, acme, make_window):
        client, device = scene
        await make_window(client, acme, timing=around_now(2, 3))
        task_id = await ask(client, device, outside_windows="The server is on fire")
        assert await handed_out(device) == [task_id]
        job = (await client.get(f"jobs/{(await task(client, task_id))['job_id']}")).json()
        assert job["outside_windows"] == "The server is on fire"
        told = (await client.get("audit", params={"tenant_id": str(acme.id), "action": "window.override"})).json()
        (entry,) = told["items"]
        assert (await client.get(f"audit/{entry['id']}")).json()["after"]["reason"] == "The server is on fire"

    async def test_without_a_reason_it_is_refused(self, scene):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json=RESTART | {"outside_windows": " "})
        assert answer.status_code == 422

    async def test_api_key_never_may(self, scene, acme, people):
        client, device = scene
        body = {
            "tenant_id": str(acme.id), "name": "Nightly", "scopes": ["task:create", "system:restart"], "sites": "all",
            "devices": "all",
        }  # fmt: skip
        token = (await client.post("api-keys", json=body)).json()["token"]
        answer = await people.anonymous().post(
            f"devices/{device.id}/tasks",
            json=RESTART | {"outside_windows": "Now"},
            headers={"authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 403
        assert answer.json()["params"]["permission"] == "window:override"


class TestShare:
    async def test_preview_of_a_wish_says_how_many_have_to_wait_and_until_when(self, scene, acme, make_window):
        client, device = scene
        body = RESTART | {"target": {"device_ids": [str(device.id)]}}
        assert (await client.post("jobs/preview", json=body)).json()["windows"] is None
        made = await make_window(client, acme, timing=around_now(2, 3))
        share = (await client.post("jobs/preview", json=body)).json()["windows"]
        assert (share["bound"], share["shut"], share["never"]) == (1, 1, 0)
        assert share["first_opens_at"] == share["last_opens_at"] == made["next"]["start"]
        assert share["may_override"] is True
