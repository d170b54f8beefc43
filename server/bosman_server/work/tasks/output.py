"""A task's output as a stream to the browser: replay from the database, then live from the bus, without gaps.

The database decides what there is. A live message is shown at once when it is
the very next piece; anything else (a gap, a state, a silence) makes the stream
read the database again. So it survives a lost message, a restarted bus and a
restarted worker; after a restart of the api the browser resumes by Last-Event-ID.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

import msgspec
import structlog

from bosman_server.core.identity.stream_guard import StreamGuard
from bosman_server.kit import live
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.sse import PING, sse
from bosman_server.kit.live_hub import Listener, MessagesLostError
from bosman_server.kit.runtime import Runtime
from bosman_server.work.tasks.models import UNFINISHED
from bosman_server.work.tasks.queries import CHUNKS, read_task

log = structlog.get_logger()

_PAGE = 500
_RECHECK_SECONDS = 2.0
_PING_SECONDS = 15.0
_CHUNK_COUNT = "SELECT chunk_count FROM tasks_task WHERE tenant_id = $1 AND id = $2"

_decoder = msgspec.json.Decoder(live.TaskMessage)


class OutputStream:
    """One viewer of one task."""

    def __init__(
        self,
        runtime: Runtime,
        scope: TenantScope,
        guard: StreamGuard,
        tenant_id: TenantId,
        task_id: UUID,
        after_seq: int,
    ) -> None:
        self._runtime = runtime
        self._scope = scope
        self._guard = guard
        self._tenant_id = tenant_id
        self._task_id = task_id
        self._last = after_seq
        self._state: bytes | None = None
        self._idle = 0.0
        self._finished_idle = 0.0
        self._gave_up = False

    async def events(self) -> AsyncIterator[bytes]:
        """Events until the task is finished and all its output was sent."""
        subject = live.output(self._tenant_id, self._task_id)
        async with self._runtime.hub.listen(subject, [self._tenant_id]) as said:
            done = False
            while not done and await self._guard.still_authorized():
                async for event in self._catch_up():
                    yield event
                done, events = await self._state_events()
                for event in events:
                    yield event
                if done:
                    break
                if self._gave_up:
                    continue
                async for event in self._follow(said):
                    yield event

    async def _catch_up(self) -> AsyncIterator[bytes]:
        while True:
            async with self._runtime.database.reading(self._scope) as connection:
                rows = await connection.fetch(CHUNKS, self._tenant_id, self._task_id, self._last, _PAGE)
            for row in rows:
                # A piece may overtake another on its way into the database: wait for the one before.
                if row["seq"] != self._last + 1 and not self._gave_up:
                    return
                self._last = row["seq"]
                yield sse("chunk", live.encode(dict(row)), self._last)
            if len(rows) < _PAGE:
                return

    async def _state_events(self) -> tuple[bool, list[bytes]]:
        row, chunk_count = await self._read_task()
        if row is None:
            return True, [sse("end", live.encode(live.OutputEnd()))]
        encoded = live.encode(row)
        events = [sse("state", encoded)] if encoded != self._state else []
        self._state = encoded
        if row["state"] in UNFINISHED:
            return False, events
        missing = chunk_count is not None and self._last + 1 < chunk_count
        if missing and not self._gave_up:
            # A worker that died may have taken them along, until the bus gives them to another one. One more look at
            # what there is beyond the gap, once the wait is over.
            self._gave_up = self._finished_idle >= self._runtime.settings.output_linger_seconds
            return False, events
        return True, [*events, sse("end", live.encode(live.OutputEnd(missing or self._gave_up)))]

    async def _read_task(self) -> tuple[dict[str, object] | None, int | None]:
        async with self._runtime.database.reading(self._scope) as connection:
            row = await read_task(connection, self._scope, self._task_id)
            count = await connection.fetchval(_CHUNK_COUNT, self._tenant_id, self._task_id)
        return row, count

    async def _follow(self, said: Listener) -> AsyncIterator[bytes]:
        """Live pieces in order; returns when the database has to be asked: also whether it may still be seen."""
        until = asyncio.get_running_loop().time() + self._guard.every_seconds
        while await self._guard.still_authorized() and asyncio.get_running_loop().time() < until:
            try:
                data = await said.take(_RECHECK_SECONDS)
            except MessagesLostError:
                return
            if data is None:
                self._idle += _RECHECK_SECONDS
                self._finished_idle += _RECHECK_SECONDS
                if self._idle >= _PING_SECONDS:
                    self._idle = 0.0
                    yield PING
                return
            self._idle = self._finished_idle = 0.0
            with suppress(msgspec.MsgspecError):
                decoded = _decoder.decode(data)
                if not isinstance(decoded, live.TaskOutputAdded) or decoded.seq > self._last + 1:
                    return
                if decoded.seq == self._last + 1:
                    self._last = decoded.seq
                    yield sse("chunk", data, decoded.seq)
