"""Trying again: one task, or all that failed of a job, and how tries know of each other."""

from uuid import UUID, uuid4

import pytest

from bosman_protocol.failures import ErrorDetail

ECHO = {"kind": "diagnostics.echo", "params": {"text": "hello"}}


@pytest.fixture
async def scene(people, acme, new_device):
    return await people.owner(acme), await new_device(acme)


@pytest.fixture
def fail(eventually):
    """Let the device fail whatever it is given next."""

    async def do(client, device):
        (envelope,) = device.open(await device.lease())
        await device.run(envelope.task_id, state="failed", error=ErrorDetail("agent.internal", {}, "broken"))

        async def failed():
            return (await client.get(f"tasks/{envelope.task_id}")).json()["state"] == "failed"

        await eventually(failed)

    return do


async def start(client, device):
    return (await client.post(f"devices/{device.id}/tasks", json=ECHO)).json()


class TestTask:
    async def test_failed_task_is_made_anew_with_the_same_settings(self, scene, fail):
        client, device = scene
        task = await start(client, device)
        await fail(client, device)
        answer = await client.post(f"tasks/{task['id']}/retry", json={})
        assert answer.status_code == 201, answer.text
        fresh = (await client.get(f"tasks/{answer.json()['id']}")).json()
        assert (fresh["state"], fresh["params"]["text"]) == ("queued", "hello") and fresh["job_id"] != task["job_id"]

    async def test_all_tries_know_each_other_in_their_order(self, scene, fail):
        client, device = scene
        ids = [(await start(client, device))["id"]]
        for _ in range(2):
            await fail(client, device)
            ids.append((await client.post(f"tasks/{ids[-1]}/retry", json={})).json()["id"])
        for task_id in ids:
            found = (await client.get(f"tasks/{task_id}")).json()["attempts"]
            assert [attempt["id"] for attempt in found] == ids
        assert [attempt["state"] for attempt in found] == ["failed", "failed", "queued"]

    async def test_task_that_was_tried_once_has_no_attempts(self, scene):
        client, device = scene
        task = await start(client, device)
        assert (await client.get(f"tasks/{task['id']}")).json()["attempts"] == []

    async def test_task_that_has_not_failed_is_refused(self, scene):
        client, device = scene
        task = await start(client, device)
        answer = await client.post(f"tasks/{task['id']}/retry", json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "job.nothing_to_retry")

    async def test_said_again_it_makes_one_task(self, scene, fail):
        client, device = scene
        task = await start(client, device)
        await fail(client, device)
        headers = {"Idempotency-Key": str(uuid4())}
        answers = [await client.post(f"tasks/{task['id']}/retry", json={}, headers=headers) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {201}
        assert answers[0].json()["id"] == answers[1].json()["id"]

    async def test_device_that_is_shut_out_is_refused(self, scene, fail):
        client, device = scene
        task = await start(client, device)
        await fail(client, device)
        await client.post(f"devices/{device.id}/revoke")
        answer = await client.post(f"tasks/{task['id']}/retry", json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "device.revoked")

    async def test_trail_says_what_it_is_another_try_of(self, scene, fail):
        client, device = scene
        task = await start(client, device)
        await fail(client, device)
        fresh = (await client.post(f"tasks/{task['id']}/retry", json={})).json()
        entries = (await client.get("audit", params={"action": ["job.create"]})).json()["items"]
        entry = next(entry for entry in entries if entry["target_id"] == fresh["job_id"])
        assert (await client.get(f"audit/{entry['id']}")).json()["after"]["retry_of"] == task["job_id"]


class TestJob:
    async def test_retry_names_the_first_job_and_both_list_each_other(self, scene, fail):
        client, device = scene
        first = (await start(client, device))["job_id"]
        await fail(client, device)
        second = (await client.post(f"jobs/{first}/retry", json={"expected_count": 1})).json()
        await fail(client, device)
        third = (await client.post(f"jobs/{second['id']}/retry", json={"expected_count": 1})).json()
        assert second["retry_of"] == third["retry_of"] == first
        found = (await client.get(f"jobs/{third['id']}")).json()["attempts"]
        assert [attempt["id"] for attempt in found] == [first, second["id"], third["id"]]
        assert (await client.get(f"jobs/{first}")).json()["attempts"] == found

    async def test_job_for_one_device_is_listed_with_its_task(self, scene):
        client, device = scene
        task = await start(client, device)
        (job,) = (await client.get("jobs")).json()["items"]
        assert (job["only_task"]["id"], job["only_task"]["device_id"]) == (task["id"], str(device.id))


class TestFilters:
    async def test_jobs_are_found_by_the_state_and_the_device_of_any_task(self, people, acme, new_device, fail):
        client = await people.owner(acme)
        bad, good = await new_device(acme, hostname="BAD-PC"), await new_device(acme, hostname="GOOD-PC")
        target = {"device_ids": [str(bad.id), str(good.id)]}
        both = (await client.post("jobs", json=ECHO | {"target": target})).json()["id"]
        await fail(client, bad)
        other = (await start(client, good))["job_id"]

        async def found(**filters):
            return {job["id"] for job in (await client.get("jobs", params=filters)).json()["items"]}

        assert await found() == {both, other}
        assert await found(state="failed") == await found(q="bad-pc") == await found(failed_within="day") == {both}
        assert await found(site_id=str(acme.site_id)) == {both, other}
        assert await found(site_id=str(UUID(int=1))) == set()

    async def test_failure_at_a_second_customer_is_found_in_a_job_for_both(
        self, people, acme, globex, new_device, fail
    ):
        client = await people.owner(acme, globex)
        devices = [await new_device(acme), await new_device(globex)]
        target = {"device_ids": [str(device.id) for device in devices]}
        job = (await client.post("jobs", json=ECHO | {"target": target})).json()["id"]
        for device in devices:
            assert job not in {found["id"] for found in (await client.get("jobs?state=timed_out")).json()["items"]}
            await fail(client, device)
            assert [found["id"] for found in (await client.get("jobs?state=failed")).json()["items"]] == [job]
