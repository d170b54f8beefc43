"""What is said on the bus, given to all in this process who listen: one subscription, however many they are.

Nobody who listens waits for another, and what somebody is too slow to take is not kept for ever: they are told
that something was lost, and read the database again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from bosman_server.kit import live
from bosman_server.kit.bus.connection import Client

log = structlog.get_logger()

_MOST_WAITING = 5_000
_FLUSH_SECONDS = 5


class MessagesLostError(Exception):
    """Something was said that this listener did not get: what it knows may be outdated."""


class Listener:
    """Somebody who listens, with what they have not taken yet."""

    def __init__(self, tenant_ids: Collection[UUID], most: int) -> None:
        self._tenant_ids = tenant_ids
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._lost = False
        self._arrived = asyncio.Event()

    def put(self, tenant_id: UUID, data: bytes) -> None:
        """Give a message to them, if it is of a tenant that they hear."""
        if tenant_id not in self._tenant_ids:
            return
        if len(self._waiting) >= self._most:
            self.lose()
        else:
            self._waiting.append(data)
            self._arrived.set()

    def lose(self) -> None:
        """Something did not reach them: what waits for them is not worth more than to read everything again."""
        self._waiting.clear()
        self._lost = True
        self._arrived.set()

    async def take(self, seconds: float) -> bytes | None:
        """The next message, None if there was none for so long. Raises MessagesLostError once for all that is lost."""
        if not self._waiting and not self._lost:
            self._arrived.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
        if self._lost:
            self._lost = False
            raise MessagesLostError
        return self._waiting.popleft() if self._waiting else None


class _Channel:
    """One subject with all who listen to it."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.listeners: set[Listener] = set()
        self.subscription: Subscription | None = None
        self.turn = asyncio.Lock()

    async def on_message(self, message: Msg) -> None:
        try:
            tenant_id = UUID(message.subject.split(".")[1])
        except ValueError:
            log.warning("live_message_of_no_tenant", subject=message.subject)
            return
        for listener in self.listeners:
            listener.put(tenant_id, message.data)


class LiveHub:
    """One per process."""

    def __init__(self, bus: Client) -> None:
        self._bus = bus
        self._channels: dict[str, _Channel] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        bus.came_back = self.bus_was_away

    @property
    def subjects(self) -> list[str]:
        """What this process is subscribed to for those who listen."""
        return [channel.subject for channel in self._channels.values() if channel.subscription is not None]

    def bus_was_away(self) -> None:
        """What was said meanwhile nobody here has heard."""
        for channel in self._channels.values():
            for listener in channel.listeners:
                listener.lose()

    @asynccontextmanager
    async def listen(
        self, subject: str, tenant_ids: Collection[UUID], *, most: int = _MOST_WAITING
    ) -> AsyncIterator[Listener]:
        """Hear what is said of some tenants on a subject (may hold wildcards). Raises what the bus raises.

        When it has begun everything that is said later is heard.
        """
        listener = Listener(tenant_ids, most)
        channel = self._channels.setdefault(subject, _Channel(subject))
        channel.listeners.add(listener)
        try:
            await self._settle(channel)
            yield listener
        finally:
            # Nothing is awaited here: whoever leaves may be cancelled again at every await.
            channel.listeners.discard(listener)
            if not channel.listeners:
                task = asyncio.create_task(self._settle(channel))
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)

    def listen_changes(self, tenant_ids: Collection[UUID]) -> AbstractAsyncContextManager[Listener]:
        """Hear of changes of some tenants; as `listen`."""
        return self.listen(live.changes("*"), tenant_ids)

    async def _settle(self, channel: _Channel) -> None:
        """Be subscribed exactly while somebody listens. One at a time: they come and go while the bus is asked."""
        async with channel.turn:
            if channel.listeners and channel.subscription is None:
                channel.subscription = await self._bus.subscribe(channel.subject, cb=channel.on_message)
                await self._bus.flush(timeout=_FLUSH_SECONDS)
            elif not channel.listeners and channel.subscription is not None:
                subscription, channel.subscription = channel.subscription, None
                with suppress(Exception):  # the connection may be gone: then so is the subscription
                    await subscription.unsubscribe()
            if not channel.listeners and self._channels.get(channel.subject) is channel:
                del self._channels[channel.subject]
