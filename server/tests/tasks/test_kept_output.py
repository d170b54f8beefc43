"""What lists show of output, and how long it is kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted
from bosman_server.work.tasks.sweeper import TaskSweeper
from testkit.editing import edit


@pytest.fixture
async def scene(people, acme, new_device):
    return await people.owner(acme), await new_device(acme)


@pytest.fixture
def run_task(eventually):
    """A finished task with this output."""

    async def run(client, device, *pieces):
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        task_id = UUID(answer.json()["id"])
        await device.lease()
        at = answer.json()["created_at"]
        await device.report(TaskStarted(task_id, at))
        for number, (stream, text) in enumerate(pieces):
            await device.report(OutputChunk(task_id, number, stream, at, text))
        await device.report(TaskFinished(task_id, "failed", at, exit_code=3, chunk_count=len(pieces)))

        async def finished():
            return (await client.get(f"tasks/{task_id}")).json()["state"] == "failed"

        await eventually(finished)
        return task_id

    return run


async def row_of(client, device):
    (row,) = (await client.get("tasks", params={"device_id": str(device.id)})).json()["items"]
    return row


class TestTails:
    async def test_list_shows_exit_code_and_the_last_words_of_each_stream(self, scene, run_task):
        client, device = scene
        await run_task(
            client, device, ("stdout", "one\n"), ("stderr", "E: zażółć\n"), ("stdout", "two\n"), ("system", "x\n")
        )
        row = await row_of(client, device)

        assert (row["exit_code"], row["stdout_tail"], row["stderr_tail"]) == (3, "one\ntwo", "E: zażółć")

    async def test_only_the_end_is_kept_and_it_is_clean(self, scene, run_task):
        client, device = scene
        await run_task(client, device, ("stdout", "x" * 5000 + "\x1b[31mred\u202e end\n"))
        tail = (await row_of(client, device))["stdout_tail"]

        assert len(tail) == 300 and tail.endswith("xx[31mred end")

    async def test_no_output_has_no_tail(self, scene, run_task):
        client, device = scene
        await run_task(client, device)
        row = await row_of(client, device)
        assert (row["stdout_tail"], row["stderr_tail"]) == (None, None)

    async def test_output_that_comes_after_the_result_still_shows(self, scene, eventually):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        task_id, at = UUID(answer.json()["id"]), answer.json()["created_at"]
        await device.lease()
        await device.report(TaskFinished(task_id, "succeeded", at, started_at=at, chunk_count=1))
        await device.report(OutputChunk(task_id, 0, "stdout", at, "late\n"))

        async def shown():
            return (await row_of(client, device))["stdout_tail"] == "late"

        await eventually(shown)


class TestRetention:
    @pytest.fixture
    def age(self, worker_database):
        async def make_older(task_id, days):
            async with worker_database.unscoped() as connection:
                await connection.execute(
                    "UPDATE tasks_task SET finished_at = now() - make_interval(days => $2) WHERE id = $1",
                    task_id, days,
                )  # fmt: skip

        return make_older

    async def test_output_older_than_the_tenant_wants_is_deleted(self, scene, acme, run_task, age, eventually):
        client, device = scene
        await edit(client, f"tenants/{acme.id}", {"output_retention_days": 7})
        old = await run_task(client, device, ("stdout", "secret\n"))
        await age(old, 8)

        async def pruned():
            return (await client.get(f"tasks/{old}")).json()["output_pruned_at"]

        await eventually(pruned)
        detail = (await client.get(f"tasks/{old}")).json()
        assert (await client.get(f"tasks/{old}/output.txt")).text == ""
        assert (detail["stdout_tail"], detail["exit_code"], detail["output_retention_days"]) == (None, 3, 7)

    async def test_output_within_the_time_stays(self, scene, acme, run_task, age, eventually):
        client, device = scene
        young = await run_task(client, device, ("stdout", "kept\n"))
        old = await run_task(client, device, ("stdout", "gone\n"))
        await age(young, 89)
        await age(old, 91)

        async def pruned():
            return (await client.get(f"tasks/{old}")).json()["output_pruned_at"]

        await eventually(pruned)
        assert (await client.get(f"tasks/{young}/output.txt")).text == "kept\n"

    async def test_output_of_a_device_that_lives_in_the_past_is_kept_as_long(self, scene, eventually, worker_database):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        task_id, long_ago = UUID(answer.json()["id"]), datetime(2019, 1, 1, tzinfo=UTC)
        await device.lease()
        await device.report(TaskStarted(task_id, long_ago))
        await device.report(OutputChunk(task_id, 0, "stdout", long_ago, "kept\n"))
        await device.report(TaskFinished(task_id, "succeeded", long_ago, started_at=long_ago, chunk_count=1))

        async def finished():
            return (await client.get(f"tasks/{task_id}")).json()["state"] == "succeeded"

        await eventually(finished)
        await TaskSweeper(worker_database).prune()
        assert (await client.get(f"tasks/{task_id}/output.txt")).text == "kept\n"
        detail = (await client.get(f"tasks/{task_id}")).json()
        assert detail["started_at"] <= detail["finished_at"]
        assert datetime.fromisoformat(detail["started_at"]) > datetime.now(UTC) - timedelta(minutes=10)

    async def test_nothing_is_added_to_what_was_deleted(self, scene, acme, run_task, age, eventually):
        client, device = scene
        old = await run_task(client, device, ("stdout", "gone\n"))
        await age(old, 91)

        async def pruned():
            return (await client.get(f"tasks/{old}")).json()["output_pruned_at"]

        await eventually(pruned)
        at = (await client.get(f"tasks/{old}")).json()["finished_at"]
        await device.report(OutputChunk(old, 1, "stdout", at, "again\n"))
        await run_task(client, device)
        assert (await client.get(f"tasks/{old}/output.txt")).text == ""

    @pytest.mark.parametrize("days", [0, 3651, -1])
    async def test_nonsense_is_refused(self, scene, acme, days):
        client, _ = scene
        answer = await edit(client, f"tenants/{acme.id}", {"output_retention_days": days})
        assert answer.status_code == 422

    async def test_name_and_retention_change_on_their_own(self, scene, acme):
        client, _ = scene
        await edit(client, f"tenants/{acme.id}", {"output_retention_days": 30})
        answer = await edit(client, f"tenants/{acme.id}", {"name": f"{acme.name} 2"})
        assert (answer.json()["name"], answer.json()["output_retention_days"]) == (f"{acme.name} 2", 30)
