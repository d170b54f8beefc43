"""What a worker has taken from the stream and not stored when it dies goes to another one."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import DeviceDirectory
from bosman_server.fleet.ingest.stream_consumer import StreamConsumer
from testkit.worker_bus import connect_worker

CHUNKS = 30


@pytest.fixture
async def dying(stack, worker_database):
    """A worker that takes its share, and dies before it has stored any of it."""
    bus = await connect_worker(stack)
    consumer = StreamConsumer(worker_database, bus, DeviceDirectory(worker_database), {}, DeviceTrail(worker_database))
    await consumer.start()
    feeding = asyncio.create_task(consumer.feed.run())
    yield consumer
    feeding.cancel()
    if not bus.is_closed:
        await bus.close()


async def last_event(client, task_id):
    kind, data = "", {}
    async with client.stream("GET", f"tasks/{task_id}/output/stream") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
    return kind, data


class TestDeadWorker:
    @pytest.mark.slow(reason="the bus gives a dead worker's messages to another after seconds")
    async def test_output_that_it_had_taken_is_waited_for(self, stack, dying, people, acme, new_device):
        client, device = await people.owner(acme), await new_device(acme)
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await device.lease()
        task_id, now = UUID(task["id"]), datetime.now(UTC)
        await device.report(TaskStarted(task_id, now))
        for number in range(CHUNKS):
            await device.report(OutputChunk(task_id, number, "stdout", now, f"line {number}\n"))
        assert dying.feed.in_hand, "it has taken nothing along"
        await dying._bus.close()
        await device.report(TaskFinished(task_id, "succeeded", now, chunk_count=CHUNKS))

        assert await last_event(client, task_id) == ("end", {"missing": False})

        said = (await client.get(f"tasks/{task_id}/output.txt")).text
        assert said == "".join(f"line {number}\n" for number in range(CHUNKS))
