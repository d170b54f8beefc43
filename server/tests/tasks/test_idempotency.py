"""The same wish under one Idempotency-Key makes work once, however often and however fast it is told."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from bosman_protocol.uplink import TaskFinished, TaskStarted
from bosman_server.kit.clock import utc_now
from testkit.patience import eventually

ECHO = {"kind": "diagnostics.echo", "params": {"text": "hello"}}


@pytest.fixture
async def scene(people, acme, new_device):
    """A tenant's owner and one connected device."""
    return await people.owner(acme), await new_device(acme)


def key_header():
    return {"idempotency-key": uuid4().hex}


async def number_of_jobs(client):
    return (await client.get("jobs")).json()["total"]


class TestCreate:
    async def test_wish_said_again_is_answered_with_the_first_job(self, scene):
        client, device = scene
        wish = ECHO | {"target": {"device_ids": [str(device.id)]}}
        headers = key_header()
        first, second = [await client.post("jobs", json=wish, headers=headers) for _ in range(2)]
        assert first.status_code == second.status_code == 201
        assert first.json()["id"] == second.json()["id"]
        assert await number_of_jobs(client) == 1

    async def test_ten_at_once_make_one(self, scene):
        client, device = scene
        headers = key_header()
        answers = await asyncio.gather(
            *(client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers) for _ in range(10))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert await number_of_jobs(client) == 1

    async def test_without_a_key_every_call_makes_work(self, scene):
        client, device = scene
        for _ in range(2):
            await client.post(f"devices/{device.id}/tasks", json=ECHO)
        assert await number_of_jobs(client) == 2

    async def test_another_wish_under_the_same_key_is_refused(self, scene):
        client, device = scene
        headers = key_header()
        await client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)
        other = ECHO | {"params": {"text": "something else"}}
        answer = await client.post(f"devices/{device.id}/tasks", json=other, headers=headers)
        assert answer.status_code == 422 and answer.json()["code"] == "job.idempotency_mismatch"
        assert await number_of_jobs(client) == 1

    async def test_key_of_a_refused_wish_is_free_again(self, scene):
        client, device = scene
        headers = key_header()
        wrong = {"kind": "diagnostics.echo", "params": {"nonsense": 1}}
        assert (await client.post(f"devices/{device.id}/tasks", json=wrong, headers=headers)).status_code == 422
        assert (await client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)).status_code == 201

    async def test_keys_of_two_people_are_two(self, scene, people, acme):
        client, device = scene
        headers = key_header()
        other = await people.owner(acme)
        mine = await client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)
        theirs = await other.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)
        assert mine.json()["id"] != theirs.json()["id"]

    @pytest.mark.parametrize("key", ["", "a b", "x" * 256])
    async def test_bad_key_is_refused(self, scene, key):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json=ECHO, headers={"idempotency-key": key})
        assert answer.status_code == 422 and answer.json()["code"] == "request.invalid"
        assert await number_of_jobs(client) == 0


class TestRetry:
    async def test_retry_said_again_makes_one_job(self, scene):
        client, device = scene
        made = await client.post("jobs", json=ECHO | {"target": {"device_ids": [str(device.id)]}})
        job_id = made.json()["id"]
        (envelope,) = device.open(await device.lease())
        await device.report(TaskStarted(envelope.task_id, utc_now()))
        await device.report(TaskFinished(envelope.task_id, "failed", utc_now()))
        await self._until_failed(client, job_id)
        headers = key_header()
        answers = [
            await client.post(f"jobs/{job_id}/retry", json={"expected_count": 1}, headers=headers) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert len({answer.json()["id"] for answer in answers} - {job_id}) == 1
        assert await number_of_jobs(client) == 2

    async def _until_failed(self, client, job_id):
        async def has_failed():
            return (await client.get(f"jobs/{job_id}")).json()["counts"]["failed"] == 1

        await eventually(has_failed)


class TestRetention:
    async def test_key_is_forgotten_after_a_day(self, scene, worker_database, prune):
        client, device = scene
        headers = key_header()
        await client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE tasks_idempotency_key SET created_at = created_at - $1::interval", timedelta(hours=25)
            )
        await prune()
        await client.post(f"devices/{device.id}/tasks", json=ECHO, headers=headers)
        assert await number_of_jobs(client) == 2
