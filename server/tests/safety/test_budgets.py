"""The dispatcher is the gate: what goes beyond the hour's budget is not signed, and goes on when the hour does."""

import asyncio
from uuid import UUID

import pytest

from bosman_protocol.codes import Code
from testkit.editing import edit
from testkit.patience import patient
from testkit.rules import settable


@pytest.fixture
async def scene(people, acme, new_device, set_budget):
    """An Owner, three connected devices, and a budget of two restarts an hour."""
    client = await people.owner(acme)
    devices = [await new_device(acme, hostname=f"PC-{number}") for number in range(3)]
    await set_budget(client, acme, per_hour=2)
    return client, devices


@pytest.fixture
def pass_time(worker_database):
    """Make what was handed out in a tenant look older than it is."""

    async def back(customer, minutes):
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE tasks_handout SET at = at - make_interval(mins => $2) WHERE tenant_id = $1",
                customer.id, minutes,
            )  # fmt: skip

    return back


async def handed_out(device, *holding):
    return [envelope.task_id for envelope in device.open(await device.lease(*holding))]


class TestLease:
    async def test_tasks_beyond_the_budget_go_back_to_waiting_instead_of_being_signed(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        counts = [len(await handed_out(device)) for device in devices]
        tasks = await tasks_of(client, job["id"])

        assert counts == [1, 1, 0]
        (held,) = [task for task in tasks if task["state"] == "waiting"]
        assert held["waiting_for"] == "budget" and held["leased_at"] is None

    async def test_detail_says_when_it_will_probably_go_on(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        for device in devices:
            await device.lease()
        tasks = await tasks_of(client, job["id"])
        (held,) = [task for task in tasks if task["state"] == "waiting"]
        first = min(task["leased_at"] for task in tasks if task["leased_at"])
        reason = (await client.get(f"tasks/{held['id']}")).json()["wait_reason"]

        assert reason["kind"] == "budget" and reason["per_hour"] == 2
        assert reason["until"][11:13] != first[11:13] and reason["until"][14:19] == first[14:19]

    async def test_many_devices_that_ask_at_once_do_not_get_more_than_the_budget(
        self, people, acme, new_device, set_budget, make_job
    ):
        client = await people.owner(acme)
        devices = [await new_device(acme, hostname=f"PC-{number}") for number in range(8)]
        await set_budget(client, acme, per_hour=3)
        assert (await make_job(client, devices)).status_code == 201
        handed = await asyncio.gather(*(handed_out(device) for device in devices))

        assert sum(len(ids) for ids in handed) == 3

    async def test_deleting_a_device_gives_no_budget_back(self, scene, make_job):
        client, devices = scene
        await make_job(client, devices)
        assert [len(await handed_out(device)) for device in devices[:2]] == [1, 1]
        for device in devices[:2]:
            assert (await client.post(f"devices/{device.id}/revoke")).status_code == 200
            assert (await client.delete(f"devices/{device.id}")).status_code == 204
        assert await handed_out(devices[2]) == []

    async def test_delivery_again_counts_no_second_time(self, scene, make_job):
        client, devices = scene
        await make_job(client, devices[:2])
        first = await handed_out(devices[0])
        assert await handed_out(devices[0]) == first
        assert len(await handed_out(devices[1])) == 1

    async def test_work_that_only_reads_is_never_held_back(self, scene, set_budget, acme):
        client, devices = scene
        await set_budget(client, acme, per_hour=0)
        await client.post(f"devices/{devices[0].id}/tasks", json={"kind": "system.restart"})
        await client.post(f"devices/{devices[0].id}/tasks", json={"kind": "diagnostics.echo"})
        kinds = [envelope.kind for envelope in devices[0].open(await devices[0].lease())]

        assert kinds == ["diagnostics.echo"]

    async def test_other_work_behind_what_was_held_back_is_asked_for_at_once(self, scene, set_budget, acme):
        client, devices = scene
        device = devices[0]
        await set_budget(client, acme, per_hour=0)
        for kind in ("system.restart", "diagnostics.echo"):
            await client.post(f"devices/{device.id}/tasks", json={"kind": kind})
        while not device.nudges.empty():
            device.nudges.get_nowait()
        assert (await device.lease(capacity=1)).envelopes == ()
        await asyncio.wait_for(device.nudges.get(), patient())
        assert len(await handed_out(device)) == 1

    async def test_budgets_of_tenants_are_their_own(self, scene, people, globex, new_device, make_job):
        client, devices = scene
        await make_job(client, devices)
        for device in devices:
            await device.lease()
        other = await new_device(globex)
        await make_job(await people.owner(globex), [other])

        assert len(await handed_out(other)) == 1

    async def test_refused_work_of_a_creator_without_permission_uses_nothing_up(
        self, people, acme, scene, make_job, worker_database
    ):
        client, devices = scene
        fired = await people.owner(acme)
        await make_job(fired, [devices[0]])
        me = UUID((await fired.get("me")).json()["id"])
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE identity_membership SET role = 'viewer' WHERE user_id = $1", me)
        assert await handed_out(devices[0]) == []
        settings = (await client.get(f"tenants/{acme.id}/safety")).json()

        assert {item["action_class"]: item["used"] for item in settings["budgets"]}["restart"] == 0


class TestHourMovesOn:
    async def test_waiting_tasks_go_on_oldest_first(
        self, scene, acme, make_job, tasks_of, pass_time, eventually, set_budget
    ):
        client, devices = scene
        await set_budget(client, acme, per_hour=1)
        jobs = [(await make_job(client, [device])).json()["id"] for device in devices]
        for device in devices:
            await device.lease()
        await pass_time(acme, 61)

        async def second_is_queued():
            return [(await tasks_of(client, job))[0]["state"] for job in jobs]

        async def moved():
            return await second_is_queued() == ["leased", "queued", "waiting"]

        await eventually(moved)
        await asyncio.wait_for(devices[1].nudges.get(), patient())
        assert len(await handed_out(devices[1])) == 1

    async def test_new_work_does_not_overtake_what_waits(self, scene, acme, make_job, pass_time):
        client, devices = scene
        await make_job(client, devices)
        held = [await handed_out(device) for device in devices]
        await pass_time(acme, 61)
        # One of the two places belongs to the third device, whose task has waited; two newer ones want both.
        await make_job(client, devices[:2])
        newer = [len(await handed_out(device, *ids)) for device, ids in zip(devices[:2], held, strict=False)]

        assert sum(newer) == 1

    async def test_device_that_is_away_holds_up_nobody(
        self, scene, acme, make_job, tasks_of, pass_time, eventually, set_budget
    ):
        client, devices = scene
        await set_budget(client, acme, per_hour=1)
        jobs = [(await make_job(client, [device])).json()["id"] for device in devices]
        for device in devices:
            await device.lease()
        await devices[1].close()

        async def away():
            return not (await client.get(f"devices/{devices[1].id}")).json()["online"]

        await eventually(away)
        await pass_time(acme, 61)

        async def third_goes_first():
            states = [(await tasks_of(client, job))[0]["state"] for job in jobs]
            return states[1:] == ["waiting", "queued"]

        await eventually(third_goes_first)


class TestConfirm:
    async def test_guarded_work_on_many_devices_wants_their_number(self, scene, acme, make_job, set_budget):
        client, devices = scene
        await set_budget(client, acme, per_hour=50, confirm_above=2)
        refused = await make_job(client, devices)
        assert (refused.status_code, refused.json()["code"]) == (409, Code.JOB_CONFIRM_REQUIRED)
        assert refused.json()["params"] == {"count": 3}

        assert (await make_job(client, devices, confirmed_count=2)).status_code == 409
        assert (await make_job(client, devices, confirmed_count=3)).status_code == 201

    async def test_up_to_the_threshold_and_for_what_only_reads_nothing_is_asked(
        self, scene, acme, make_job, set_budget
    ):
        client, devices = scene
        await set_budget(client, acme, per_hour=50, confirm_above=2)
        assert (await make_job(client, devices[:2])).status_code == 201
        assert (await make_job(client, devices, "diagnostics.echo")).status_code == 201

    async def test_another_try_on_many_devices_wants_it_too(self, scene, acme, make_job, set_budget, worker_database):
        client, devices = scene
        await set_budget(client, acme, per_hour=50, confirm_above=2)
        job = (await make_job(client, devices, confirmed_count=3)).json()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET state = 'failed' WHERE job_id = $1", UUID(job["id"]))
        seen = {"expected_count": 3}
        refused = await client.post(f"jobs/{job['id']}/retry", json=seen)
        assert (refused.status_code, refused.json()["code"]) == (409, Code.JOB_CONFIRM_REQUIRED)
        both = await client.post(f"jobs/{job['id']}/retry", json=seen | {"confirmed_count": 6})
        assert both.status_code == 201, "both count"


class TestStepUp:
    @pytest.fixture
    async def stale(self, people, acme):
        """An Owner whose second factor is not fresh."""
        return await people.client({acme.id: "owner"}, stepped_up=False)

    @pytest.mark.parametrize(
        ("kind", "params"),
        [("system.restart", {}), ("updates.install", {"select": "all", "restart": "if_required"})],
    )
    async def test_work_that_may_restart_devices_wants_a_fresh_factor_from_one_device_on(
        self, scene, stale, make_job, kind, params
    ):
        _, devices = scene
        for count in (2, 1):
            refused = await make_job(stale, devices[:count], kind, params=params)
            assert (refused.status_code, refused.json()["code"]) == (403, Code.SESSION_STEP_UP_REQUIRED)

    async def test_install_without_a_restart_does_not(self, scene, stale, make_job):
        _, devices = scene
        answer = await make_job(stale, devices[:2], "updates.install", params={"select": "all"})
        assert answer.status_code == 201

    async def test_another_try_wants_it_too(self, scene, stale, make_job, worker_database):
        client, devices = scene
        job = (await make_job(client, devices[:2])).json()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET state = 'failed' WHERE job_id = $1", UUID(job["id"]))
        refused = await stale.post(f"jobs/{job['id']}/retry", json={"expected_count": 2})
        assert (refused.status_code, refused.json()["code"]) == (403, Code.SESSION_STEP_UP_REQUIRED)


class TestSettings:
    async def test_defaults_hold_until_somebody_says_otherwise(self, people, globex):
        client = await people.owner(globex)
        settings = (await client.get(f"tenants/{globex.id}/safety")).json()

        assert settings["confirm_above"] == 10
        assert {item["action_class"]: (item["per_hour"], item["on_overflow"]) for item in settings["budgets"]} == {
            "script": (50, "delay"),
            "restart": (50, "delay"),
            "install": (200, "delay"),
        }

    async def test_change_is_audited_with_before_and_after(self, scene, acme, worker_database):
        async with worker_database.unscoped() as connection:
            row = await connection.fetchrow(
                "SELECT before -> 'budgets' -> 'restart' ->> 'per_hour' AS before,"
                " after -> 'budgets' -> 'restart' ->> 'per_hour' AS after"
                " FROM audit_entry WHERE tenant_id = $1 AND action = 'safety.update'",
                acme.id,
            )
        assert (row["before"], row["after"]) == ("50", "2")

    async def test_use_of_the_running_hour_is_told(self, scene, acme, make_job):
        client, devices = scene
        await make_job(client, devices)
        await devices[0].lease()
        settings = (await client.get(f"tenants/{acme.id}/safety")).json()
        (restart,) = [item for item in settings["budgets"] if item["action_class"] == "restart"]

        assert (restart["used"], restart["pending"]) == (1, 2)

    async def test_change_wants_a_fresh_factor_and_the_permission(self, scene, people, acme):
        client, _ = scene
        body = settable((await client.get(f"tenants/{acme.id}/safety")).json())
        put = {"json": body, "headers": {"if-match": '"0"'}}
        rules = f"tenants/{acme.id}/safety"
        stale = await people.client({acme.id: "owner"}, stepped_up=False)
        technician = await people.client({acme.id: "technician"})

        assert (await stale.put(rules, **put)).json()["code"] == Code.SESSION_STEP_UP_REQUIRED
        assert (await technician.put(rules, **put)).json()["code"] == Code.PERMISSION_DENIED

    @pytest.mark.parametrize("changes", [{"confirm_above": 0}, {"budgets": []}, {"confirm_above": 5001}])
    async def test_nonsense_is_refused(self, scene, acme, changes):
        client, _ = scene
        body = settable((await client.get(f"tenants/{acme.id}/safety")).json()) | changes
        answer = await edit(client, f"tenants/{acme.id}/safety", body, "PUT")
        assert answer.status_code == 422

    async def test_strangers_find_nothing(self, acme, people, globex):
        stranger = await people.owner(globex)
        assert (await stranger.get(f"tenants/{acme.id}/safety")).status_code == 404
