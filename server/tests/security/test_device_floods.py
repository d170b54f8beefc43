"""A hostile or broken device harms itself: the others are served, and the trail stays readable."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import nats.errors
import pytest

from bosman_protocol import subjects
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import DeviceFacts, FactsReport, PendingUpdate, SoftwareItem, SoftwareReport, UpdatesReport
from bosman_protocol.uplink import AgentIncident, OutputChunk, TaskFinished, encoder
from bosman_server.fleet.ingest.staging import MOST_PARTS
from testkit.device import connect

pytestmark = pytest.mark.timeout(300)
PATIENCE = 60
MOST_ENTRIES = 40
"""Of hundreds: the first few as they come, then one for each time that sums are written."""


@pytest.fixture
def entries(worker_database):
    async def read(device_id, action="%"):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT action, code, after FROM audit_entry WHERE device_id = $1 AND action LIKE $2 ORDER BY at, id",
                device_id,
                action,
            )
        return [(row["action"], row["code"], msgspec.json.decode(row["after"]) if row["after"] else {}) for row in rows]

    return read


async def echo(client, device):
    """An honest device gets a task and ends it; the seconds that took."""
    began = time.monotonic()
    task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
    await device.lease()
    await device.run(task["id"], "line\n")
    while (await client.get(f"tasks/{task['id']}")).json()["state"] != "succeeded":
        assert time.monotonic() - began < PATIENCE
        await asyncio.sleep(0.02)
    return time.monotonic() - began


class TestFloods:
    @pytest.mark.slow(reason="sums are written every few seconds")
    async def test_bad_questions_for_work_are_summed_up_and_starve_nobody(
        self, people, acme, globex, new_device, entries, eventually
    ):
        evil, honest = await new_device(acme), await new_device(globex)
        for _ in range(3000):
            await evil.bus.publish(subjects.lease_request(evil.id), b"?", reply=f"_INBOX.{evil.id}.x")
        await evil.bus.flush()
        await echo(await people.owner(globex), honest)

        async def summed():
            found = await entries(evil.id, "device.lease")
            assert len(found) < MOST_ENTRIES
            counted = sum(after.get("count", 1) for _, _, after in found)
            return counted if counted >= 3000 else None

        assert await eventually(summed, PATIENCE) == 3000

    @pytest.mark.slow(reason="sums are written every few seconds")
    async def test_troubles_are_summed_up(self, people, acme, globex, new_device, entries, eventually):
        evil, honest = await new_device(acme), await new_device(globex)
        trouble = AgentIncident(datetime.now(UTC), ErrorDetail("agent.internal", {"x": "y" * 200}, "z" * 4000))
        payload = encoder.encode(trouble)
        for number in range(450):
            headers = {subjects.MESSAGE_HEADER: str(number)}
            await evil.bus.publish(subjects.uplink(evil.id, "event"), payload, headers=headers)
        await evil.bus.flush()
        await echo(await people.owner(globex), honest)

        async def summed():
            found = await entries(evil.id)
            return sum(after.get("count", 1) for _, _, after in found) >= 450

        await eventually(summed, PATIENCE)
        assert len(await entries(evil.id)) < MOST_ENTRIES

    async def test_large_reports_in_a_burst_hold_up_nobody(self, people, acme, globex, new_device, entries):
        evil, honest = await new_device(acme), await new_device(globex)
        items = tuple(SoftwareItem(f"name {number:04}" + "x" * 200, "1" * 200) for number in range(1900))
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):  # it may be cut in the middle of it
            for _ in range(60):
                report = SoftwareReport(uuid4(), datetime.now(UTC), 0, last=False, items=items)
                await evil.bus.publish(subjects.uplink(evil.id, "facts"), encoder.encode(report))
            await evil.bus.flush()
        await echo(await people.owner(globex), honest)

    @pytest.mark.slow(reason="sums are written every few seconds")
    async def test_knocking_of_a_revoked_device_is_summed_up(self, people, acme, enroll_device, entries, eventually):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        await client.post(f"devices/{identity.id}/revoke")
        for _ in range(40):
            with pytest.raises((nats.errors.Error, OSError, TimeoutError)):
                await connect(identity)

        async def summed():
            found = await entries(identity.id, "device.connect")
            assert len(found) < MOST_ENTRIES
            return sum(after.get("count", 1) for _, _, after in found) == 40

        await eventually(summed, PATIENCE)


class TestPoison:
    async def test_nul_in_results_is_taken_out(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await device.lease()
        raw = msgspec.Raw(b'{"lines": 1, "te\\u0000xt": ["a\\u0000b", {"\\ud83d\\ude00": "\\u0000"}]}')
        await device.report(TaskFinished(UUID(task["id"]), "succeeded", datetime.now(UTC), result=raw))

        async def result():
            return (await client.get(f"tasks/{task['id']}")).json()["result"]

        assert await eventually(result, PATIENCE) == {"lines": 1}

    @pytest.mark.parametrize(
        "payload",
        [
            b'{"type":"finished","task_id":"%s","state":"succeeded","finished_at":"0001-01-01T00:00:00+14:00"}',
            b'{"type":"finished","task_id":"%s","state":"succeeded","finished_at":"9999-12-31T23:59:59-12:00"}',
            b'{"type":"finished","task_id":"%s","state":"succeeded","finished_at":"2026-01-01T00:00:00"}',
            (
                b'{"type":"finished","task_id":"%s","state":"succeeded","finished_at":"2026-01-01T00:00:00Z",'
                b'"exit_code":99999999999999999999999}'
            ),
            b'{"type":"output","task_id":"%s","seq":0,"stream":"stdout","at":"2026-01-01T00:00:00","text":"\\ud800"}',
            b"[" * 100_000,
        ],
    )
    async def test_one_bad_message_costs_nobody_elses_report(
        self, people, acme, globex, new_device, entries, eventually, payload
    ):
        evil, honest = await new_device(acme), await new_device(globex)
        owner = await people.owner(acme)
        task = (await owner.post(f"devices/{evil.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await evil.lease()
        filled = payload.replace(b"%s", task["id"].encode())
        for _ in range(20):
            await evil.store("task", filled)
        await echo(await people.owner(globex), honest)

        async def dealt_with():
            found = (await owner.get(f"tasks/{task['id']}")).json()
            return found["state"] == "succeeded" or await entries(evil.id, "device.report")

        await eventually(dealt_with, PATIENCE)


async def raw(device, data):
    """Bytes as no library would send them."""
    device.bus._transport.write(data)
    await device.bus._transport.drain()
    await device.bus.flush()


class TestHostileWire:
    """Subjects, replies and headers that a client library does not expect leave nobody deaf."""

    @pytest.mark.parametrize(
        "line",
        [
            b"PUB rq.%s.lease _INBOX.%s.\xff\xfe 1\r\n?\r\n",
            b"PUB rq.%s.lease _INBOX.%s.x\x0cy 1\r\n?\r\n",
            b"HPUB rq.%s.lease _INBOX.%s.x 8 9\r\nNATS/1.0?\r\n",
            b"HPUB rq.%s.lease _INBOX.%s.x 16 17\r\nNATS/1.0 \xff\xff\xff\r\n\r\n?\r\n",
            b"HPUB up.%s.task _INBOX.%s.x 8 10\r\nNATS/1.0{}\r\n",
            b"HPUB up.%s.task _INBOX.%s.x 16 18\r\nNATS/1.0 \xff\xff\xff\r\n\r\n{}\r\n",
            b"HPUB up.%s.facts _INBOX.%s.x 20 22\r\nNATS/1.0\r\nA: \xff\xfe\xff\r\n\r\n{}\r\n",
        ],
    )
    async def test_worker_hears_on(self, people, acme, globex, new_device, line):
        evil, honest = await new_device(acme), await new_device(globex)
        me = str(evil.id).encode()
        for _ in range(3):
            await raw(evil, line % (me, me))
        assert await echo(await people.owner(globex), honest) < PATIENCE / 2
        assert (await evil.lease()).envelopes == ()


class TestFamilies:
    async def test_report_on_another_familys_subject_is_refused(self, people, acme, new_device, entries, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        report = FactsReport(datetime.now(UTC), DeviceFacts("ELSEWHERE", "linux", "x", "1"))
        await device.store("task", encoder.encode(report))

        async def refused():
            return [code for _, code, _ in await entries(device.id, "device.report")]

        assert await eventually(refused, PATIENCE) == ["uplink.invalid"]
        assert (await client.get(f"devices/{device.id}")).json()["hostname"] != "ELSEWHERE"


class TestNul:
    @pytest.mark.slow(reason="sums are written every few seconds")
    async def test_it_neither_hides_a_device_nor_holds_up_others(
        self, people, acme, globex, new_device, entries, eventually
    ):
        evil, honest = await new_device(acme), await new_device(globex)
        for _ in range(20):
            await evil.store("event", b'{"type":"a\\u0000b"}')
        await echo(await people.owner(globex), honest)

        async def summed():
            found = await entries(evil.id, "device.report")
            return sum(after.get("count", 1) for _, _, after in found) >= 20

        await eventually(summed, PATIENCE)

    async def test_name_with_a_nul_is_told_all_the_same(self, people, acme, enroll_device, entries, eventually):
        client, identity = await people.owner(acme), await enroll_device(acme)
        await client.post(f"devices/{identity.id}/revoke")
        with pytest.raises((nats.errors.Error, OSError, TimeoutError)):
            await connect(identity, name="a\x00b")

        async def told():
            return [code for _, code, _ in await entries(identity.id, "device.connect")]

        assert await eventually(told, PATIENCE) == ["device.revoked"]


class TestBusyDatabase:
    @pytest.mark.slow(reason="the worker tries a held row again after seconds")
    async def test_row_that_somebody_holds_costs_no_result_and_holds_up_nobody_else(
        self, people, acme, globex, new_device, worker_database, eventually
    ):
        held, honest = await new_device(acme), await new_device(globex)
        client = await people.owner(acme)
        task = (await client.post(f"devices/{held.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await held.lease()
        async with worker_database.unscoped() as connection, connection.transaction():
            await connection.fetch("SELECT FROM tasks_task WHERE id = $1 FOR UPDATE", UUID(task["id"]))
            await held.run(task["id"], "line\n")
            assert await echo(await people.owner(globex), honest) < PATIENCE / 2

        async def succeeded():
            return (await client.get(f"tasks/{task['id']}")).json()["state"] == "succeeded"

        await eventually(succeeded, PATIENCE)


class TestClockOfTheDevice:
    async def test_report_from_the_future_does_not_freeze_what_is_known(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        future, past = datetime(2099, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)
        for at, name in ((future, "FUTURE"), (past, "TRUE")):
            await device.report(FactsReport(at, DeviceFacts(name, "linux", name, "1")))
            await device.report(SoftwareReport(uuid4(), at, 0, last=True, items=(SoftwareItem(name, "1"),)))
            update = PendingUpdate(name, name, "2", "security")
            await device.report(UpdatesReport(uuid4(), at, 0, last=True, items=(update,)))

        async def is_true():
            found = (await client.get(f"devices/{device.id}")).json()
            software = (await client.get(f"devices/{device.id}/software")).json()["items"]
            updates = (await client.get(f"devices/{device.id}/updates")).json()["items"]
            return (
                found["os_name"] == found["hostname"] == "TRUE"
                and [item["name"] for item in software] == ["TRUE"]
                and [item["name"] for item in updates] == ["TRUE"]
            )

        await eventually(is_true, PATIENCE)

    async def test_times_ahead_are_shown_as_at_most_five_minutes_ahead(self, people, acme, new_device, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        await device.report(FactsReport(datetime(2099, 1, 1, tzinfo=UTC), DeviceFacts("X", "linux", "x", "1")))

        async def at():
            return (await client.get(f"devices/{device.id}")).json()["facts_at"]

        shown = datetime.fromisoformat(await eventually(at, PATIENCE))
        assert shown < datetime.now(UTC) + timedelta(minutes=6)


class TestParts:
    async def counted(self, worker_database, device):
        async with worker_database.unscoped() as connection:
            return await connection.fetchval("SELECT count(*) FROM uplink_part WHERE device_id = $1", device.id)

    @pytest.mark.slow(reason="hundreds of reports are sent")
    async def test_parts_without_an_end_are_bounded_and_told(
        self, acme, new_device, worker_database, entries, eventually
    ):
        device = await new_device(acme)
        report_id = uuid4()
        for part in range(2 * MOST_PARTS + 5):
            item = (SoftwareItem("x", "1"),)
            report = SoftwareReport(report_id, datetime.now(UTC), part + 1, last=False, items=item)
            await device.report(report)

        async def told():
            return [code for _, code, _ in await entries(device.id, "device.report")]

        assert "uplink.too_many_parts" in await eventually(told, PATIENCE)
        assert await self.counted(worker_database, device) <= MOST_PARTS

    async def test_newer_report_drops_what_an_older_one_waits_for(self, acme, new_device, worker_database, eventually):
        device = await new_device(acme)
        for _ in range(10):
            report = SoftwareReport(uuid4(), datetime.now(UTC), 0, last=False, items=(SoftwareItem("x", "1"),))
            await device.report(report)

        async def one():
            return await self.counted(worker_database, device) == 1

        await eventually(one, PATIENCE)

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 0, 2, 1, 2)])
    async def test_list_is_whole_or_unchanged_in_whatever_order_parts_come(
        self, people, acme, new_device, eventually, order
    ):
        client, device = await people.owner(acme), await new_device(acme)
        report_id, at = uuid4(), datetime.now(UTC)
        for part in order:
            items = (SoftwareItem(f"part {part}", "1"),)
            await device.report(SoftwareReport(report_id, at, part, last=part == 2, items=items))

        async def software():
            return [item["name"] for item in (await client.get(f"devices/{device.id}/software")).json()["items"]]

        assert sorted(await eventually(software, PATIENCE)) == ["part 0", "part 1", "part 2"]


class TestOutputAfterTheEnd:
    async def test_output_beyond_the_end_is_refused_and_told(self, people, acme, new_device, entries, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await device.lease()
        await device.run(task["id"], "one\n", "two\n")
        for seq in (2, 3, 999):
            await device.report(OutputChunk(UUID(task["id"]), seq, "stdout", datetime.now(UTC), "after the end\n"))

        async def told():
            return [code for _, code, _ in await entries(device.id, "task.output")]

        assert "task.already_finished" in await eventually(told, PATIENCE)
        assert (await client.get(f"tasks/{task['id']}/output.txt")).text == "one\ntwo\n"

    async def test_output_that_comes_twice_counts_once(self, people, acme, new_device, worker_database, eventually):
        client, device = await people.owner(acme), await new_device(acme)
        task = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await device.lease()
        for _ in range(5):
            await device.report(OutputChunk(UUID(task["id"]), 0, "stdout", datetime.now(UTC), "x" * 1000))
        await device.report(TaskFinished(UUID(task["id"]), "succeeded", datetime.now(UTC), chunk_count=1))

        async def finished():
            return (await client.get(f"tasks/{task['id']}")).json()["state"] == "succeeded"

        await eventually(finished, PATIENCE)
        async with worker_database.unscoped() as connection:
            stored = await connection.fetchval("SELECT output_bytes FROM tasks_task WHERE id = $1", UUID(task["id"]))
        assert stored == 1000
