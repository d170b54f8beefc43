"""Publishes what the journal holds, in order, until a stream has said of every message that it is stored."""

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from uuid import uuid4

from bosman_agent.backoff import full_jitter
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import OutboxRow
from bosman_agent.transport.connection import BusUnreachableError, Connection
from bosman_agent.transport.nats_client import Msg
from bosman_protocol import subjects

log = logging.getLogger(__name__)

WINDOW = 64
KEPT_IN_MEMORY = 128
ACK_SECONDS = 10.0
FORGET_SECONDS = 0.1
LINGER_SECONDS = 0.01
"""So long the beginning of a task waits for its end: short tasks are then stored in one transaction, not in two."""
RETRY_CAP_SECONDS = 30.0


class OutboxPublisher:
    """One window of unacknowledged messages; a message that fails makes it start over from the oldest.

    Starting over keeps the order. What comes twice the server recognises.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._ready: deque[OutboxRow] = deque()
        self._loaded_id = 0
        self._wake = asyncio.Event()
        self._in_flight: OrderedDict[int, OutboxRow] = OrderedDict()
        self._acknowledged: list[OutboxRow] = []
        self._forgetting: asyncio.Task[None] | None = None
        self._session = ""
        self._last_ack = 0.0
        journal.on_added = self._rows_added

    def _rows_added(self, rows: list[OutboxRow]) -> None:
        # The journal updates last_row_id after this call: equal means that memory holds everything older.
        if self._loaded_id == self._journal.last_row_id and len(self._ready) < KEPT_IN_MEMORY:
            self._ready.extend(rows)
            self._loaded_id = rows[-1].row_id
        self._wake.set()

    async def serve(self, connection: Connection) -> None:
        """Publish over this connection until cancelled; the next connection begins with the oldest message."""
        self._session = uuid4().hex
        attempt = 0
        # Rows that this loop knows to be acknowledged must not be read again.
        await self._forget_acknowledged()
        try:
            await connection.subscribe(subjects.stored(connection.device_id), self._on_receipt)
            while True:
                self._start_over()
                acknowledged_any = await self._publish_until_failure(connection)
                attempt = 0 if acknowledged_any else attempt + 1
                if not await connection.check():
                    return
                await asyncio.sleep(full_jitter(attempt, base_seconds=0.5, cap_seconds=RETRY_CAP_SECONDS))
        except BusUnreachableError as error:
            log.info("outbox stops", extra={"error": error})
            connection.give_up()
        finally:
            await self._forget_acknowledged()

    def _start_over(self) -> None:
        self._ready.clear()
        self._in_flight.clear()
        self._loaded_id = 0
        self._wake.set()

    async def _publish_until_failure(self, connection: Connection) -> bool:
        """True when the stream acknowledged anything before something failed."""
        loop = asyncio.get_running_loop()
        began = self._last_ack = loop.time()
        while True:
            await self._load()
            await self._linger()
            while self._ready and len(self._in_flight) < WINDOW:
                row = self._ready.popleft()
                if not self._in_flight:
                    self._last_ack = max(self._last_ack, loop.time())
                self._in_flight[row.row_id] = row
                receipt = f"{self._session}.{row.row_id}"
                await connection.publish(row.subject, row.payload, receipt=receipt, message_id=row.msg_id)
            self._wake.clear()
            if (self._ready and len(self._in_flight) < WINDOW) or self._must_load:
                continue
            timeout = self._last_ack + ACK_SECONDS - loop.time() if self._in_flight else None
            try:
                async with asyncio.timeout(timeout):
                    await self._wake.wait()
            except TimeoutError:
                if self._in_flight and loop.time() >= self._last_ack + ACK_SECONDS:
                    log.warning("stream does not acknowledge", extra={"waiting": len(self._in_flight)})
                    break
        return self._last_ack > began

    async def _linger(self) -> None:
        if self._ready and all(row.may_wait for row in self._ready):
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await self._wake.wait()

    @property
    def _must_load(self) -> bool:
        return not self._ready and self._loaded_id < self._journal.last_row_id and len(self._in_flight) < WINDOW

    async def _load(self) -> None:
        if not self._must_load:
            return
        target = self._journal.last_row_id
        gone = {row.row_id for row in self._acknowledged}
        rows = await self._journal.outbox_after(self._loaded_id, KEPT_IN_MEMORY)
        self._ready.extend(row for row in rows if row.row_id not in gone)
        # Nothing up to the target is left to read when the page is not full.
        last = rows[-1].row_id if rows else 0
        self._loaded_id = last if len(rows) == KEPT_IN_MEMORY else max(last, target)

    async def _on_receipt(self, message: Msg) -> None:
        """A stream has stored a message; it says so with the message's own headers."""
        session, _, row_id = (message.headers or {}).get(subjects.RECEIPT_HEADER, "").partition(".")
        if session != self._session or not row_id.isdecimal():
            return
        row = self._in_flight.pop(int(row_id), None)
        if row is None:
            return
        self._last_ack = asyncio.get_running_loop().time()
        self._acknowledged.append(row)
        if self._forgetting is None:
            self._forgetting = asyncio.create_task(self._forget_soon())
        if self._ready or self._must_load:
            self._wake.set()

    async def _forget_soon(self) -> None:
        try:
            await asyncio.sleep(FORGET_SECONDS)
        finally:
            self._forgetting = None
        await self._forget_acknowledged()

    async def _forget_acknowledged(self) -> None:
        rows = self._acknowledged[:]
        if not rows:
            return
        try:
            await self._journal.acknowledge(rows)
        except Exception:
            # They stay in the file and are sent again later, which the server recognises.
            log.exception("acknowledged messages cannot be removed")
        del self._acknowledged[: len(rows)]

    async def flush(self, timeout_seconds: float) -> None:
        """Wait until nothing is unsent, at most so long; for a tidy end only."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        while asyncio.get_running_loop().time() < deadline:
            if not self._ready and not self._in_flight and not self._must_load:
                return
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Remove from the journal what has been acknowledged."""
        if self._forgetting is not None:
            self._forgetting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._forgetting
        await self._forget_acknowledged()
