"""A viewer sees every chunk once and in order, whenever they come and however often they come back."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted


def now():
    return datetime.now(UTC)


@pytest.fixture
async def scene(people, acme, new_device):
    client, device = await people.owner(acme), await new_device(acme)
    answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
    task_id = UUID(answer.json()["id"])
    await device.lease()
    await device.report(TaskStarted(task_id, now()))
    return client, device, task_id


async def read(client, task_id, *, last_event_id=None, stop_after=None):
    """Events until `end`, or until so many chunks were read: (kind, data) pairs."""
    headers = {"last-event-id": str(last_event_id)} if last_event_id is not None else {}
    events, kind = [], ""
    async with client.stream("GET", f"tasks/{task_id}/output/stream", headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                events.append((kind, json.loads(line[6:])))
                chunks = sum(name == "chunk" for name, _ in events)
                if kind == "end" or (stop_after is not None and chunks >= stop_after):
                    return events
    return events


def seqs(events):
    return [data["seq"] for kind, data in events if kind == "chunk"]


async def write(device, task_id, numbers):
    for number in numbers:
        await device.report(OutputChunk(task_id, number, "stdout", now(), f"line {number}\n"))


async def finish(device, task_id, count):
    await device.report(TaskFinished(task_id, "succeeded", now(), chunk_count=count))


class TestStream:
    async def test_late_viewer_gets_the_whole_replay_and_the_end(self, scene):
        client, device, task_id = scene
        await write(device, task_id, range(20))
        await finish(device, task_id, 20)
        events = await read(client, task_id)
        assert seqs(events) == list(range(20))
        assert events[-1] == ("end", {"missing": False})
        assert [data["state"] for kind, data in events if kind == "state"][-1] == "succeeded"

    async def test_viewer_who_comes_back_resumes_where_they_were(self, scene):
        client, device, task_id = scene
        await write(device, task_id, range(5))
        first = seqs(await read(client, task_id, stop_after=3))
        await write(device, task_id, range(5, 9))
        await finish(device, task_id, 9)
        second = seqs(await read(client, task_id, last_event_id=first[-1]))
        assert first + second == list(range(9))

    async def test_chunks_out_of_order_and_repeated_are_shown_once_in_order(self, scene):
        client, device, task_id = scene
        await write(device, task_id, [2, 0, 1, 1, 4, 0, 3])
        await finish(device, task_id, 5)
        assert seqs(await read(client, task_id)) == list(range(5))

    @pytest.mark.slow(reason="missing output is waited for")
    async def test_output_that_never_arrived_is_said_to_be_missing(self, scene):
        client, device, task_id = scene
        await write(device, task_id, [0])
        await finish(device, task_id, 3)
        events = await read(client, task_id)
        assert events[-1] == ("end", {"missing": True})

    async def test_strangers_see_nothing(self, scene, people, globex):
        _, _, task_id = scene
        stranger = await people.owner(globex)
        for path in ("output", "output.txt", "output/stream"):
            assert (await stranger.get(f"tasks/{task_id}/{path}")).status_code == 404


class TestChanges:
    async def test_a_user_hears_of_their_own_tenants_only(self, people, acme, globex):
        mine, theirs = await people.owner(acme), await people.owner(globex)
        async with mine.stream("GET", "events") as answer:
            lines = answer.aiter_lines()
            async for line in lines:
                if line == "event: ready":
                    break
            for client, customer in ((theirs, globex), (mine, acme)):
                body = {"tenant_id": str(customer.id), "name": "Nowa", "time_zone": "Europe/Warsaw"}
                assert (await client.post("sites", json=body)).status_code == 201
            async for line in lines:
                if line.startswith('data: {"topic"'):
                    assert json.loads(line[6:])["tenant_id"] == str(acme.id)
                    break

    @pytest.mark.slow(reason="a quiet stream says every 15 s that it lives")
    async def test_page_hears_which_web_app_is_handed_out_and_that_the_server_lives(self, people, acme):
        client = await people.owner(acme)
        lines = []
        async with client.stream("GET", "events") as answer:
            async for line in answer.aiter_lines():
                lines.append(line)
                if line == "event: heartbeat":
                    break
        assert lines[1] == "event: ready" and len(json.loads(lines[2][6:])["web_version"]) == 16
