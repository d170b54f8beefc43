"""A disk that fails at the worst moment: no write may wait for a writer that is gone."""

import asyncio
import errno
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalBrokenError, JournalFullError, OutboxMessage
from testkit.patience import patient

LIMIT = 200 * 1024 * 1024
REAL_OPEN, REAL_UNLINK = os.open, os.unlink


def message(name: str, size: int = 10) -> OutboxMessage:
    return OutboxMessage("up.x.task", name, b"x" * size)


def damaged(_session: Any) -> None:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    raise error


def full(_session: Any) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


def ends_the_thread(_session: Any) -> None:
    raise SystemExit


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the operating system answer EIO for files that end in so."""

    def fail(outcome: str) -> None:
        def refusing(real: Any) -> Any:
            def call(path: Any, *arguments: Any, **options: Any) -> Any:
                if str(path).endswith(outcome):
                    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
                return real(path, *arguments, **options)

            return call

        monkeypatch.setattr(os, "open", refusing(REAL_OPEN))
        monkeypatch.setattr(os, "unlink", refusing(REAL_UNLINK))

    return fail


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    made = Journal(tmp_path / "journal.db", outbox_limit_bytes=LIMIT)
    await made.open()
    yield made
    async with asyncio.timeout(patient()):
        await made.close()


class TestDamage:
    async def test_writes_fail_at_once_although_the_damage_cannot_be_marked(
        self, journal: Journal, failing: Callable[[str], None]
    ) -> None:
        failing(".suspect")

        async with asyncio.timeout(patient()):
            with pytest.raises(JournalBrokenError, match="malformed"):
                await journal._writer.submit(damaged)
            with pytest.raises(JournalBrokenError):
                await journal.add([message("after")])
            with pytest.raises(JournalBrokenError):
                await journal.finish(uuid4(), [], message("result"), 0)
            with pytest.raises(JournalBrokenError):
                await journal.wait_broken()

    async def test_everything_that_waits_behind_the_damage_fails_with_it(
        self, journal: Journal, failing: Callable[[str], None]
    ) -> None:
        failing(".suspect")
        before = journal.add([message("before")])
        after = [journal.add([message(f"m{number}")]) for number in range(600)]

        async with asyncio.timeout(patient()):
            first, broken, *rest = await asyncio.gather(
                before, journal._writer.submit(damaged), *after, return_exceptions=True
            )

        assert first is None or isinstance(first, JournalBrokenError)
        assert isinstance(broken, JournalBrokenError)
        assert len(rest) == 600
        assert all(isinstance(error, JournalBrokenError) for error in rest)


class TestThread:
    async def test_whatever_ends_it_fails_what_was_queued_and_what_comes(self, journal: Journal) -> None:
        async with asyncio.timeout(patient()):
            ended, queued = await asyncio.gather(
                journal._writer.submit(ends_the_thread), journal.add([message("queued")]), return_exceptions=True
            )
            with pytest.raises(JournalBrokenError):
                await journal.add([message("later")])

        assert isinstance(ended, JournalBrokenError)
        assert isinstance(queued, JournalBrokenError)

    async def test_message_that_nobody_can_take_does_not_hold_back_its_writer(
        self, journal: Journal, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refuse(_rows: Any) -> None:
            raise RuntimeError("the publisher fails")

        journal.on_added = refuse

        async with asyncio.timeout(patient()):
            await journal.add([message("stored")])

        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["stored"]
        assert "the publisher fails" in caplog.text


class TestReserve:
    async def test_result_that_finds_no_room_fails_and_later_ones_are_written(
        self, journal: Journal, failing: Callable[[str], None]
    ) -> None:
        failing(".reserve")

        async with asyncio.timeout(patient()):
            with pytest.raises(JournalFullError):
                await journal._writer.submit(full, essential=True)
            await journal.add([message("after")])

        assert [row.msg_id for row in await journal.outbox_after(0, 9)] == ["after"]
