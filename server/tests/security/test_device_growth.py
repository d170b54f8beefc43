"""What a device says costs what it costs in rows, not in bytes: small words that would grow without end."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from bosman_protocol.failures import ParamValue
from bosman_protocol.limits import MAX_LIST_ITEMS
from bosman_protocol.reports import PendingUpdate, SoftwareItem, SoftwareReport, UpdatesReport
from bosman_protocol.uplink import AgentStarted, OutputChunk, TaskProgress, TaskStarted
from bosman_server.fleet.ingest.list_quota import MOST_ROWS

pytestmark = pytest.mark.timeout(300)
PATIENCE = 120


@pytest.fixture
def entries(worker_database):
    async def read(device, action):
        async with worker_database.unscoped() as connection:
            query = "SELECT code, after FROM audit_entry WHERE device_id = $1 AND action = $2 ORDER BY at, id"
            rows = await connection.fetch(query, device.id, action)
        return [(row["code"], msgspec.json.decode(row["after"])) for row in rows]

    return read


@pytest.fixture
async def running(people, acme, new_device):
    """A client, a device and a task that runs on it."""
    client, device = await people.owner(acme), await new_device(acme)
    task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
    await device.lease()
    await device.report(TaskStarted(UUID(task["id"]), datetime.now(UTC)))
    return client, device, UUID(task["id"])


def software(count, word):
    return [SoftwareItem(f"{word}{number}", "") for number in range(count)]


def updates(count, word):
    return [PendingUpdate(f"{word}{number}", "", "", "security") for number in range(count)]


async def report(device, kind, items):
    """A report in as many parts as it takes."""
    report_id, now = uuid4(), datetime.now(UTC)
    parts = [items[start : start + MAX_LIST_ITEMS] for start in range(0, len(items), MAX_LIST_ITEMS)]
    for number, part in enumerate(parts):
        await device.report(kind(report_id, now, number, number == len(parts) - 1, tuple(part)))


class TestLists:
    @pytest.mark.parametrize(
        ("kind", "make", "table"),
        [(SoftwareReport, software, "inventory_software"), (UpdatesReport, updates, "updates_pending")],
    )
    async def test_lists_are_replaced_as_often_as_their_rows_allow(
        self, acme, new_device, worker_database, entries, eventually, kind, make, table
    ):
        device = await new_device(acme)

        count = MOST_ROWS // 2  # twice is all there is, but for what is earned meanwhile
        for word in ("first ", "second ", "third "):
            await report(device, kind, make(count, word))

        async def told():
            return [code for code, _ in await entries(device, "device.report")]

        assert await eventually(told, PATIENCE) == ["device.quota"]
        async with worker_database.unscoped() as connection:
            names = await connection.fetch(f"SELECT name FROM {table} WHERE device_id = $1", device.id)
        assert len(names) == count
        assert names[0]["name"].startswith("second ")


class TestOutput:
    async def test_pieces_without_text_count_and_their_number_is_bounded(self, running, worker_database, eventually):
        _, device, task_id = running
        for seq in (0, 1, 2, 399_999, 400_000, 2**40):
            await device.report(OutputChunk(task_id, seq, "stdout", datetime.now(UTC), ""))
        await device.report(TaskProgress(task_id, datetime.now(UTC), 7))

        async def stored():
            async with worker_database.unscoped() as connection:
                return await connection.fetchrow(
                    "SELECT output_bytes, (SELECT array_agg(seq ORDER BY seq) FROM tasks_chunk WHERE task_id = t.id)"
                    " AS seqs FROM tasks_task t WHERE id = $1 AND progress_percent = 7",
                    task_id,
                )

        row = await eventually(stored, PATIENCE)
        assert row["seqs"] == [0, 1, 2, 399_999]
        assert row["output_bytes"] == 4


class TestWords:
    async def test_notes_of_progress_are_few_short_and_clean(self, running, eventually):
        client, device, task_id = running
        params: dict[str, ParamValue] = {f"{number:04}": "x\u202e" * 100 for number in range(2000)}
        params["0000"] = 10**300
        await device.report(TaskProgress(task_id, datetime.now(UTC), 7, "note", params))

        async def note():
            return (await client.get(f"tasks/{task_id}")).json()["progress_note"]

        found = (await eventually(note, PATIENCE))["params"]
        assert len(found) == 20
        assert found["0000"] == "?"
        assert found["0001"] == "x" * 100

    async def test_tasks_that_a_start_broke_off_are_few(self, acme, new_device, entries, eventually):
        device = await new_device(acme)
        await device.report(AgentStarted(datetime.now(UTC), "1", None, tuple(uuid4() for _ in range(1000))))

        async def told():
            return await entries(device, "agent.start")

        ((_, after),) = await eventually(told, PATIENCE)
        assert len(after["interrupted_tasks"]) == 20
