"""Two workers on one bus: each message is dealt with once, and what only one may do goes on when that one dies."""

import os
import signal
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from testkit.device import connect, enroll
from testkit.forks import ForkedBosman
from testkit.patience import patient, until
from testkit.people import People
from testkit.stack import free_port

CHUNKS = 60
DEVICES = 3


@pytest.fixture
def own_stack(new_stack):
    with new_stack() as running:
        yield running
        os.kill(running.process.pid, signal.SIGCONT)


@pytest.fixture
def second_worker(own_stack):
    """Another worker with the keys of the first, and what it prints."""
    about, log = own_stack.about(), own_stack.state_dir / "second-worker.log"
    environment = {
        **os.environ,
        "BOSMAN_STATE_DIR": str(own_stack.state_dir),
        "BOSMAN_WORKER_DATABASE_URL": about["database_urls"][WORKER_ROLE],
        "BOSMAN_BUS_URL": about["bus_url"],
        "BOSMAN_GATEWAY_PORT": str(free_port()),
        "BOSMAN_SWEEPER_PERIOD_SECONDS": "1",
        "BOSMAN_ACK_WAIT_SECONDS": "3",
    }
    process = ForkedBosman(["worker"], environment=environment, output=log)
    until(lambda: log.exists() and "worker_ready" in log.read_text())
    yield log
    process.terminate()
    process.wait(patient())


@pytest.fixture
async def people(own_stack):
    database = await Database(own_stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    made = People(own_stack.url, database)
    yield made
    await made.close()
    await database.close()


@pytest.fixture
async def devices(own_stack, people, acme):
    """Connected devices of a tenant, which outlive a worker."""
    owner = await people.owner(acme)
    body = {"tenant_id": str(acme.id), "site_id": str(acme.site_id), "max_uses": DEVICES}
    token = (await owner.post("enrollment-tokens", json=body)).json()["token"]
    gateway = own_stack.about()["gateway_url"]
    made = [await connect(await enroll(gateway, token), allow_reconnect=True) for _ in range(DEVICES)]
    yield owner, made
    for device in made:
        await device.close()


async def start(owner, device):
    answer = await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def ended(owner, task_id):
    return (await owner.get(f"tasks/{task_id}")).json()["state"] == "succeeded"


class TestTwoWorkers:
    @pytest.mark.slow(reason="who leads is asked every five seconds")
    async def test_every_message_is_stored_once_and_the_second_leads_when_the_first_dies(
        self, own_stack, second_worker, devices, eventually
    ):
        owner, fleet = devices
        tasks = [await start(owner, device) for device in fleet]
        now = datetime.now(UTC)
        for device, task_id in zip(fleet, tasks, strict=True):
            assert [envelope.task_id for envelope in device.open(await device.lease())] == [task_id]
            await device.report(TaskStarted(task_id, now))
        # The first dies while the bus deals out to both, and nobody starts it again.
        os.kill(own_stack.process.pid, signal.SIGSTOP)
        for number in range(CHUNKS):
            if number == CHUNKS // 2:
                os.kill(own_stack.pid("worker"), signal.SIGKILL)
            for device, task_id in zip(fleet, tasks, strict=True):
                await device.report(OutputChunk(task_id, number, "stdout", now, f"line {number}\n"))
        for device, task_id in zip(fleet, tasks, strict=True):
            await device.report(TaskFinished(task_id, "succeeded", now, started_at=now, chunk_count=CHUNKS))

        for task_id in tasks:
            await eventually(lambda task_id=task_id: ended(owner, task_id))

            async def whole(task_id=task_id):
                said = (await owner.get(f"tasks/{task_id}/output.txt")).text
                return said == "".join(f"line {number}\n" for number in range(CHUNKS))

            await eventually(whole)
        await eventually(lambda: "leader_elected" in second_worker.read_text())
        assert [
            (await owner.get("tasks", params={"device_id": str(device.id)})).json()["total"] for device in fleet
        ] == [1] * DEVICES
        later = await start(owner, fleet[0])
        assert [envelope.task_id for envelope in fleet[0].open(await fleet[0].lease(*tasks))] == [later]
