"""The one thread that owns the database: many small writes become one durable commit."""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bosman_agent.journal.database import Reserve, is_damage, is_full, mark_suspect, open_database
from bosman_agent.journal.records import Changes, JournalBrokenError, JournalFullError

log = logging.getLogger(__name__)

T = TypeVar("T")
MAX_GROUP = 256


class Session:
    """What a write sees: the connection, and where it notes what it changes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection
        self.changes = Changes()


class _Work(msgspec.Struct):
    action: Callable[[Session], Any]
    future: "asyncio.Future[Any]"
    essential: bool
    result: Any = None
    error: Exception | None = None


class JournalWriter:
    """Runs actions in the order they were given, in as few transactions as the load allows.

    `on_committed` hears in the event loop what has changed, before anybody's future is done.
    """

    def __init__(self, path: Path, on_committed: Callable[[Changes], None]) -> None:
        self._path = path
        self._on_committed = on_committed
        self._reserve = Reserve(path.with_suffix(".reserve"))
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._broken: asyncio.Future[None] | None = None

    async def start(self) -> bool:
        """Open the database; True when a damaged one was put aside.

        Raises JournalBusyError, JournalFullError, sqlite3.Error, OSError.
        """
        self._loop = asyncio.get_running_loop()
        self._broken = self._loop.create_future()
        opened: asyncio.Future[bool] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="journal", daemon=True)
        self._thread.start()
        return await opened

    async def stop(self) -> None:
        """Finish what is queued and close the database."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join, 30)

    def submit(self, action: Callable[[Session], T], *, essential: bool = False) -> "asyncio.Future[T]":
        """Queue an action; the future is done once it is durable.

        `essential` actions may use the room that is held back for a full disk.
        The future raises JournalFullError, JournalBrokenError or sqlite3.Error.
        """
        assert self._loop is not None
        assert self._broken is not None
        future: asyncio.Future[T] = self._loop.create_future()
        if self._broken.done():
            future.set_exception(JournalBrokenError("the writer has ended"))
        else:
            self._queue.put(_Work(action, future, essential))
        return future

    async def wait_broken(self) -> None:
        """Wait until nothing can be written any more. Raises JournalBrokenError then, and returns never."""
        assert self._broken is not None
        await asyncio.shield(self._broken)

    async def hold_reserve(self) -> bool:
        """See to it that the room for results is held; False while the disk is full."""
        return self._reserve.held or await self.submit(lambda _session: self._reserve.hold())

    def _run(self, opened: "asyncio.Future[bool]") -> None:
        assert self._loop is not None
        try:
            self._reserve.hold()
            try:
                connection, reset = open_database(self._path)
            except sqlite3.Error as error:
                if not (is_full(error) and self._reserve.release()):
                    raise
                connection, reset = open_database(self._path)
        except Exception as error:  # noqa: BLE001 - handed over to whoever awaits the start
            self._loop.call_soon_threadsafe(opened.set_exception, error)
            return
        self._loop.call_soon_threadsafe(opened.set_result, reset)
        group: list[_Work] | None = []
        try:
            while (group := self._next_group()) is not None:
                self._commit_group(connection, group)
        except BaseException as error:
            # A thread that dies unheard would let every later write wait for ever.
            log.critical("the journal's writer has ended", exc_info=error)
            if isinstance(error, JournalBrokenError):
                mark_suspect(self._path)
            self._call_loop(self._fail_all, group or [], str(error))
        finally:
            connection.close()

    def _fail_all(self, group: list[_Work], reason: str) -> None:
        """In the event loop, which alone fills the queue: what is not queued by now will be refused."""
        assert self._broken is not None
        error = JournalBrokenError(reason)
        self._broken.set_exception(error)
        # Whoever waits for it hears it; where nobody does, that is no error of its own.
        self._broken.exception()
        while True:
            try:
                work = self._queue.get_nowait()
            except queue.Empty:
                break
            if work is not None:
                group.append(work)
        for work in group:
            if not work.future.done():
                work.future.set_exception(error)

    def _next_group(self) -> list[_Work] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                work = self._queue.get_nowait()
            except queue.Empty:
                break
            if work is None:
                self._queue.put(None)
                break
            group.append(work)
        return group

    def _commit_group(self, connection: sqlite3.Connection, group: list[_Work]) -> None:
        session = Session(connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for work in group:
                work.result = work.action(session)
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - every action gets its own verdict below
            self._roll_back(connection)
            if len(group) > 1:
                # One bad action must not take its neighbours down: each gets a transaction of its own.
                for work in group:
                    self._commit_group(connection, [work])
                return
            self._settle_failure(connection, group[0], error)
            return
        self._deliver(group, session.changes)

    def _settle_failure(self, connection: sqlite3.Connection, work: _Work, error: Exception) -> None:
        if isinstance(error, sqlite3.Error):
            if is_damage(error):
                # Nothing more is written into a damaged file: the next process begins a new one.
                raise JournalBrokenError(str(error)) from error
            if is_full(error):
                if work.essential and self._reserve.release():
                    log.error("disk is full, using the reserve")
                    self._commit_group(connection, [work])
                    return
                error = JournalFullError(str(error))
        work.error = error
        self._deliver([work], Changes())

    @staticmethod
    def _roll_back(connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            log.exception("rollback failed")

    def _deliver(self, group: list[_Work], changes: Changes) -> None:
        self._call_loop(self._settle, group, changes)

    def _call_loop(self, function: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            log.warning("event loop is gone, results of the journal are not delivered")

    def _settle(self, group: list[_Work], changes: Changes) -> None:
        try:
            self._on_committed(changes)
        finally:
            for work in group:
                if work.future.done():
                    continue
                if work.error is not None:
                    work.future.set_exception(work.error)
                else:
                    work.future.set_result(work.result)
