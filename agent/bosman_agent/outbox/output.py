"""Cuts a task's output into chunks: at once while it trickles, bundled while it pours."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

from bosman_agent.clock import utc_now
from bosman_agent.journal.records import JournalBrokenError, JournalFullError
from bosman_protocol.codes import Code
from bosman_protocol.limits import MAX_CHUNK_BYTES, MAX_OUTPUT_BYTES
from bosman_protocol.uplink import OutputChunk

log = logging.getLogger(__name__)

Stream = Literal["stdout", "stderr", "system"]
Commit = Callable[[list[OutputChunk], int], Awaitable[None]]

INTERVAL_SECONDS = 0.03
CHUNK_CHARS = MAX_CHUNK_BYTES // 4
"""A character takes at most four bytes, so a chunk of this many fits however it is written."""


class OutputWriter:
    """Collects text and commits it as numbered chunks; never more than one commit at a time."""

    def __init__(
        self,
        task_id: UUID,
        commit: Commit,
        *,
        has_room: Callable[[], bool] = lambda: True,
        interval_seconds: float = INTERVAL_SECONDS,
        limit_bytes: int = MAX_OUTPUT_BYTES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._task_id = task_id
        self._commit = commit
        self._has_room = has_room
        self._interval = interval_seconds
        self._limit = limit_bytes
        self._clock = clock
        self._pending: list[tuple[Stream, str]] = []
        self._taken_bytes = 0
        self._truncated = False
        self._next_seq = 0
        self._flusher: asyncio.Task[None] | None = None
        self._stalled = False
        self._closing = asyncio.Event()

    @property
    def chunk_count(self) -> int:
        """Chunks made so far."""
        return self._next_seq

    def write(self, stream: Stream, text: str) -> None:
        """Take text in; it is cut off where the limit for a task's output is reached."""
        text = _transportable(text)
        if not text or self._truncated or self._closing.is_set():
            return
        size = len(text) if text.isascii() else len(text.encode())
        if self._taken_bytes + size > self._limit or not self._has_room():
            self._truncate()
        else:
            self._taken_bytes += size
            self._pending.append((stream, text))
        if self._flusher is None and not self._stalled:
            self._flusher = asyncio.create_task(self._flush_while_busy())

    def end(self) -> None:
        """Take nothing more; what is pending is left to `close` instead of a commit of its own."""
        self._closing.set()

    async def close(self) -> list[OutputChunk]:
        """The chunks that are not committed yet; they belong into the commit that ends the task."""
        self.end()
        if self._flusher is not None:
            await self._flusher
        return self._cut()

    def _truncate(self) -> None:
        self._truncated = True
        self._pending.append(("system", Code.OUTPUT_TRUNCATED.value))

    async def _flush_while_busy(self) -> None:
        closing = asyncio.create_task(self._closing.wait())
        try:
            while self._pending and not self._stalled and not self._closing.is_set():
                await self._flush()
                await asyncio.wait([closing], timeout=self._interval)
        finally:
            closing.cancel()
            self._flusher = None

    async def _flush(self) -> None:
        first_seq = self._next_seq
        try:
            chunks = self._cut()
            await self._commit(chunks, self._next_seq)
        except (JournalFullError, JournalBrokenError, sqlite3.Error):
            log.exception("output cannot be stored", extra={"task_id": self._task_id})
            # Numbers without gaps: what was not stored has never been numbered.
            self._next_seq = first_seq
            self._pending.clear()
            self._stalled = True
            self._truncate()

    def _cut(self) -> list[OutputChunk]:
        pieces: list[tuple[Stream, str]] = []
        for stream, texts in _runs(self._pending):
            text = "".join(texts)
            pieces.extend((stream, text[start : start + CHUNK_CHARS]) for start in range(0, len(text), CHUNK_CHARS))
        self._pending.clear()
        now = self._clock()
        chunks = [
            OutputChunk(self._task_id, self._next_seq + number, stream, now, text)
            for number, (stream, text) in enumerate(pieces)
        ]
        self._next_seq += len(chunks)
        return chunks


def _runs(pending: list[tuple[Stream, str]]) -> list[tuple[Stream, list[str]]]:
    runs: list[tuple[Stream, list[str]]] = []
    for stream, text in pending:
        # The word of a truncation is read by machines: it stays alone in its chunk.
        if runs and runs[-1][0] == stream and stream != "system":
            runs[-1][1].append(text)
        else:
            runs.append((stream, [text]))
    return runs


def _transportable(text: str) -> str:
    """Text without NUL (no database takes it) and without lone surrogates (no encoder takes them)."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "")
