"""The journal on a real file, with real damage and a disk that is really full."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalBusyError, JournalFullError, OutboxMessage, OutboxRow, Receipt
from bosman_protocol.envelope import TaskEnvelope

LIMIT = 200 * 1024 * 1024


def envelope(**changes: Any) -> TaskEnvelope:
    now = datetime.now(UTC)
    fields: dict[str, Any] = {
        "task_id": uuid4(),
        "job_id": uuid4(),
        "tenant_id": uuid4(),
        "device_id": uuid4(),
        "kind": "diagnostics.echo",
        "params": msgspec.Raw(b"{}"),
        "issued_at": now,
        "expires_at": now + timedelta(hours=1),
        "timeout_seconds": 60,
        "nonce": os.urandom(16),
    }
    return TaskEnvelope(**(fields | changes))


def message(name: str, *, task_id: UUID | None = None, size: int = 10) -> OutboxMessage:
    return OutboxMessage("up.x.task", name, b"x" * size, task_id)


async def receive(journal: Journal, task: TaskEnvelope) -> Receipt:
    return await journal.receive(task, msgspec.json.encode(task), None)


Open = Callable[..., Any]


@pytest.fixture
async def open_journal(tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[Journal] = []

    async def make(path: Path = tmp_path / "journal.db") -> tuple[Journal, bool]:
        journal = Journal(path, outbox_limit_bytes=LIMIT)
        reset = await journal.open()
        opened.append(journal)
        return journal, reset

    yield make
    for journal in opened:
        await journal.close()


class TestReceive:
    async def test_new_known_and_replayed_are_told_apart(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        first = envelope()
        again = msgspec.structs.replace(first, nonce=os.urandom(16))

        assert await receive(journal, first) is Receipt.NEW
        assert await receive(journal, first) is Receipt.REPLAYED
        assert await receive(journal, again) is Receipt.KNOWN

    @pytest.mark.parametrize("state", ["received", "running", "finished"])
    @pytest.mark.parametrize("free_lane", [True, False])
    async def test_redelivered_task_is_known_whatever_its_state_and_changes_nothing(
        self, open_journal: Open, state: str, free_lane: bool
    ) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)
        if state != "received":
            await journal.begin(task.task_id, message("started", task_id=task.task_id))
        if state == "finished":
            await journal.finish(task.task_id, [], message("finished", task_id=task.task_id), 0)
        before = (await journal.unfinished(), await journal.outbox_after(0, 9))
        again = msgspec.structs.replace(task, nonce=os.urandom(16), kind="system.restart")
        started = message("started again", task_id=task.task_id) if free_lane else None

        receipt = await journal.receive(again, msgspec.json.encode(again), started)

        assert receipt is Receipt.KNOWN
        assert (await journal.unfinished(), await journal.outbox_after(0, 9)) == before
        assert await receive(journal, again) is Receipt.REPLAYED, "its nonce is used up all the same"

    async def test_task_given_twice_in_one_group_of_writes_is_new_once(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        copies = [msgspec.structs.replace(task, nonce=os.urandom(16)) for _ in range(3)]

        receipts = await asyncio.gather(
            *(journal.receive(copy, msgspec.json.encode(copy), message(f"s{n}")) for n, copy in enumerate(copies))
        )

        assert receipts == [Receipt.NEW, Receipt.KNOWN, Receipt.KNOWN]
        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["s0"]

    async def test_task_that_begins_at_once_is_never_on_disk_without_running(
        self, open_journal: Open, tmp_path: Path, files_in: Any
    ) -> None:
        journal, _ = await open_journal()
        task = envelope()

        await journal.receive(task, msgspec.json.encode(task), message("started"))

        for file in files_in(tmp_path, "journal.db*"):
            shutil.copy(file, tmp_path / ("copy" + file.name.removeprefix("journal")))
        copy, _ = await open_journal(tmp_path / "copy.db")
        assert [(entry.task_id, entry.state) for entry in await copy.unfinished()] == [(task.task_id, "running")]
        assert [row.msg_id for row in await copy.outbox_after(0, 9)] == ["started"]

    async def test_nonce_is_remembered_over_a_restart(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        first = envelope()
        await receive(journal, first)
        await journal.close()

        reopened, _ = await open_journal()

        assert await receive(reopened, first) is Receipt.REPLAYED

    async def test_group_of_writes_keeps_their_order(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        await asyncio.gather(*(journal.add([message(f"m{number}")]) for number in range(500)))

        rows = await journal.outbox_after(0, 1000)

        assert [row.msg_id for row in rows] == [f"m{number}" for number in range(500)]

    async def test_failing_write_leaves_its_neighbours_alone(self, open_journal: Open) -> None:
        journal, _ = await open_journal()

        def broken(session: Any) -> None:
            session.db.execute("INSERT INTO no_such_table VALUES (1)")

        results = await asyncio.gather(
            journal.add([message("before")]),
            journal._writer.submit(broken),
            journal.add([message("after")]),
            return_exceptions=True,
        )

        assert isinstance(results[1], sqlite3.OperationalError)
        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["before", "after"]


class TestBegin:
    async def test_task_begins_once(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)

        assert await journal.begin(task.task_id, message("s"))
        assert not await journal.begin(task.task_id, message("s2"))

    async def test_running_is_on_disk_before_begin_returns(
        self, open_journal: Open, tmp_path: Path, files_in: Any
    ) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)
        await journal.begin(task.task_id, message("s"))

        # A copy of the files at this moment is what a power cut would leave.
        for file in files_in(tmp_path, "journal.db*"):
            shutil.copy(file, tmp_path / ("copy" + file.name.removeprefix("journal")))
        copy, _ = await open_journal(tmp_path / "copy.db")

        assert [(entry.task_id, entry.state) for entry in await copy.unfinished()] == [(task.task_id, "running")]


class TestFinish:
    async def test_second_end_is_ignored(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)

        assert await journal.finish(task.task_id, [], message("f", task_id=task.task_id), 0)
        assert not await journal.finish(task.task_id, [], message("g", task_id=task.task_id), 0)
        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["f"]

    async def test_task_is_held_until_its_result_is_acknowledged(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)
        await journal.finish(task.task_id, [], message("f", task_id=task.task_id), 0)
        held = journal.holding()
        rows: list[OutboxRow] = await journal.outbox_after(0, 9)

        await journal.acknowledge(rows)

        assert held == [task.task_id]
        assert journal.holding() == []

    async def test_tasks_held_in_memory_are_those_on_the_disk_whatever_happened(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        tasks = [envelope() for _ in range(6)]
        waiting, running, ended, acknowledged, refused, again = (task.task_id for task in tasks)
        for task in tasks[:4]:
            await receive(journal, task)
        await journal.begin(running, message("started", task_id=running))
        await journal.add_chunks(running, [message(f"{running}:0", task_id=running)], 1)
        await journal.refuse(tasks[4], b"{}", message("refused", task_id=refused))
        await receive(journal, tasks[5])
        for task_id in (ended, acknowledged, again):
            await journal.finish(task_id, [], message(f"{task_id}:finished", task_id=task_id), 0)
        rows = await journal.outbox_after(0, 99)
        await journal.acknowledge([row for row in rows if row.task_id in {acknowledged, again}])
        await journal.account_for((again,))
        held = journal.holding()
        await journal.close()

        reopened, _ = await open_journal()

        assert set(held) == {waiting, running, ended, refused, again}
        assert len(held) == 5
        assert sorted(reopened.holding()) == sorted(held)

    async def test_acknowledgement_that_nobody_waits_for_any_more_still_counts(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)
        await journal.finish(task.task_id, [], message("f", task_id=task.task_id), 0)
        forgetting = asyncio.create_task(journal.acknowledge(await journal.outbox_after(0, 9)))
        await asyncio.sleep(0)
        forgetting.cancel()

        assert await journal.outbox_after(0, 9) == []
        assert journal.holding() == []

    async def test_result_can_be_offered_again_later(self, open_journal: Open) -> None:
        journal, _ = await open_journal()
        task = envelope()
        await receive(journal, task)
        await journal.finish(task.task_id, [], message("f", task_id=task.task_id), 0)
        await journal.acknowledge(await journal.outbox_after(0, 9))
        lost = uuid4()

        missing = await journal.account_for((task.task_id, lost))

        assert missing == [lost]
        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["f"]


class TestPrune:
    async def test_only_old_and_acknowledged_things_go(
        self, open_journal: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journal, _ = await open_journal()
        old, unacknowledged, waiting = envelope(), envelope(), envelope()
        for task in (old, unacknowledged, waiting):
            await receive(journal, task)
        await journal.finish(old.task_id, [], message("old", task_id=old.task_id), 0)
        await journal.acknowledge(await journal.outbox_after(0, 9))
        await journal.finish(unacknowledged.task_id, [], message("kept", task_id=unacknowledged.task_id), 0)
        now = datetime.now(UTC).timestamp()
        monkeypatch.setattr("bosman_agent.journal.journal.time.time", lambda: now + 31 * 86_400)

        await journal.prune()

        assert await journal.account_for((old.task_id, unacknowledged.task_id, waiting.task_id)) == [old.task_id]
        assert await receive(journal, old) is Receipt.NEW, "its nonce is forgotten with its validity"


class TestOpen:
    async def test_second_journal_on_the_file_is_busy(self, open_journal: Open) -> None:
        await open_journal()

        with pytest.raises(JournalBusyError):
            await open_journal()

    @pytest.mark.parametrize("damage", ["garbage", "truncated", "middle"])
    async def test_damaged_file_is_put_aside(
        self, open_journal: Open, tmp_path: Path, files_in: Any, damage: str
    ) -> None:
        journal, reset = await open_journal()
        await asyncio.gather(*(journal.add([message(f"m{number}", size=3000)]) for number in range(200)))
        await journal.close()
        path = tmp_path / "journal.db"
        whole = path.read_bytes()
        if damage == "garbage":
            path.write_bytes(os.urandom(20_000))
        elif damage == "truncated":
            path.write_bytes(whole[: len(whole) // 2])
        else:
            path.write_bytes(whole[:4096] + os.urandom(40_960) + whole[45_056:])

        fresh, was_reset = await open_journal()

        assert not reset and was_reset
        assert await fresh.outbox_after(0, 9) == []
        assert await receive(fresh, envelope()) is Receipt.NEW
        assert len(files_in(tmp_path, "journal.damaged-*.db")) == 1

    async def test_damaged_files_do_not_pile_up(self, open_journal: Open, tmp_path: Path, files_in: Any) -> None:
        for _ in range(5):
            (tmp_path / "journal.db").write_bytes(os.urandom(9000))
            journal, _ = await open_journal()
            await journal.close()

        assert len(files_in(tmp_path, "journal.damaged-*")) == 2

    async def test_damage_met_while_running_leads_to_a_new_file_next_time(
        self, open_journal: Open, tmp_path: Path
    ) -> None:
        journal, _ = await open_journal()

        def corrupt(_session: Any) -> None:
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error

        with pytest.raises(Exception, match="malformed"):
            await journal._writer.submit(corrupt)
        await journal.close()

        _, reset = await open_journal()

        assert reset


class TestFullDisk:
    async def test_result_still_fits_and_new_work_is_refused_until_there_is_room(
        self, open_journal: Open, small_disk: Path, fill_disk: Any
    ) -> None:
        journal, _ = await open_journal(small_disk / "journal.db")
        task = envelope()
        await receive(journal, task)
        filler = fill_disk(small_disk / "filler")

        with pytest.raises(JournalFullError):
            await asyncio.gather(*(journal.add([message(f"m{number}", size=4000)]) for number in range(2000)))
        assert await journal.finish(task.task_id, [], message("result", task_id=task.task_id), 0)
        more = fill_disk(small_disk / "more")
        room_while_full = await journal.has_disk_room()
        filler.unlink()
        more.unlink()

        assert not room_while_full
        assert await journal.has_disk_room()
        await journal.add([message("after")])
        names = [row.msg_id for row in await journal.outbox_after(0, 5000)]
        assert names[-2:] == ["result", "after"]
