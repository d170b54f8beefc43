"""Places at the table: what one session may have of this process at once, so that others go on."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem, answer

RUNNING = 4
"""Requests of one caller that are worked on at once; of ten connections to the database others have six."""
WAITING = 200
"""Further ones that wait for their turn; beyond them it is 429."""
STREAMS_PER_SESSION = 12
"""A browser opens one or two for each tab."""
STREAMS_PER_PERSON = 36
STREAMS = 700
"""In this process: with a thousand descriptors there are some left for everything else."""

Who = Callable[[Scope], str | None]
"""Names the caller by what they show, before anybody has looked whether it is good; None = nobody yet."""


class _Lane:
    def __init__(self) -> None:
        self.turn = asyncio.Semaphore(RUNNING)
        self.asked = 0


class FairShareMiddleware:
    """Only so many requests of one caller run at once; the rest wait in line behind their own.

    A request counts until its answer begins: what then goes on for long is a stream, which `Places` counts.
    """

    def __init__(self, app: ASGIApp, *, who: Who) -> None:
        self._app = app
        self._who = who
        self._lanes: dict[str, _Lane] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request when it is its turn."""
        who = self._who(scope) if scope["type"] == "http" else None
        if who is None:
            await self._app(scope, receive, send)
            return
        lane = self._lanes.setdefault(who, _Lane())
        if lane.asked >= RUNNING + WAITING:
            refused = answer(
                Request(scope), 429, Code.REQUEST_QUEUE_FULL, {"max": RUNNING + WAITING}, headers={"retry-after": "2"}
            )
            await refused(scope, receive, send)
            return
        lane.asked += 1
        try:
            await self._serve(lane, scope, receive, send)
        finally:
            lane.asked -= 1
            if lane.asked == 0:
                del self._lanes[who]

    async def _serve(self, lane: _Lane, scope: Scope, receive: Receive, send: Send) -> None:
        await lane.turn.acquire()
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start" and not began:
                began = True
                lane.turn.release()
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            if not began:
                lane.turn.release()


class Places:
    """How many long answers run in this process, of each caller and in all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()
        self._all = 0

    def check(self, keys: Sequence[tuple[str, int]]) -> None:
        """Raises Problem 429 `stream.limit_reached` when a key has as many as it may, or everybody together has."""
        for taken, most in [(self._all, self._most), *((self._taken[key], most) for key, most in keys)]:
            if taken >= most:
                raise Problem(429, Code.STREAM_LIMIT_REACHED, {"max": most}, headers={"retry-after": "10"})

    def take(self, keys: Sequence[tuple[str, int]]) -> None:
        """One more for each key. Raises what `check` raises."""
        self.check(keys)
        self._all += 1
        self._taken.update(key for key, _ in keys)

    def give(self, keys: Sequence[tuple[str, int]]) -> None:
        """Back again."""
        self._all -= 1
        self._taken.subtract(key for key, _ in keys)
        for key, _ in keys:
            if self._taken[key] <= 0:
                del self._taken[key]

    def __len__(self) -> int:
        return self._all


PLACES = Places(STREAMS)


class LongAnswer(StreamingResponse):
    """Holds a place for as long as it lasts, however it ends. Raises Problem 429 before it begins."""

    def __init__(
        self,
        content: AsyncIterator[bytes],
        *,
        keys: Sequence[tuple[str, int]],
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        self._content = content
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        PLACES.take(self._keys)
        try:
            await super().__call__(scope, receive, send)
        finally:
            PLACES.give(self._keys)
            # What it holds (a subscription, a connection) goes now, not whenever garbage is next looked for.
            if isinstance(self._content, AsyncGenerator):
                await self._content.aclose()
