"""Messages of one stream, pulled a bounded part at a time [R22].

At most one request is open, and it carries at most PULL_BYTES; the next one follows when everything of the
last has been dealt with. So a worker holds a few megabytes at most, whatever lies in the stream.
"""

import asyncio
import contextlib

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from bosman_protocol import subjects
from bosman_server.fleet.ingest.streams import ACK_WAIT_SECONDS, CONSUMER

log = structlog.get_logger()

PULL_MESSAGES = 500
PULL_BYTES = 4 * 1024 * 1024
PULL_REPORT_BYTES = 3 * 1024 * 1024 // 2
"""Of the bulk: at least the largest message, and little enough that results get their turn in between."""
BATCH_BYTES = 1024 * 1024
"""What one transaction takes in; the rest of a pull waits for the next."""
_PULL_SECONDS = 20.0
_HEARTBEAT_SECONDS = 4.0
_RETRY_SECONDS = 0.5
_HEARTBEAT = "100"
_STATUS = "Status"


class Feed:
    """What a worker takes from one stream."""

    def __init__(self, bus: Client, stream: str, ack_wait_seconds: float = ACK_WAIT_SECONDS) -> None:
        self._bus = bus
        self._stream = stream
        self._pull_bytes = PULL_REPORT_BYTES if stream == subjects.REPORTS_STREAM else PULL_BYTES
        self._extend_seconds = ack_wait_seconds / 4
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._in_hand: dict[str, Msg] = {}
        """By sequence: a copy of what is being stored is not stored beside it."""
        self._inbox = ""
        self._open = False
        self._asked_for = 0
        self._heard_at = 0.0
        self._wake = asyncio.Event()

    @property
    def in_hand(self) -> int:
        """Messages that were taken and are neither stored nor given back."""
        return len(self._in_hand)

    async def start(self) -> None:
        """Subscribe to the answers; nothing comes before it is asked for."""
        self._inbox = self._bus.new_inbox()
        await self._bus.subscribe(self._inbox, cb=self._on_message)

    async def run(self) -> None:
        """Keep asking, and keep what is in hand from being given to another worker; for ever."""
        loop = asyncio.get_running_loop()
        extended_at = loop.time()
        while True:
            self._wake.clear()
            if self._open and loop.time() - self._heard_at > 2.5 * _HEARTBEAT_SECONDS:
                self._open = False
            if not self._open and not self._in_hand:
                await self._ask()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(1.0, self._extend_seconds)):
                    await self._wake.wait()
            if loop.time() - extended_at > self._extend_seconds:
                extended_at = loop.time()
                await self._extend()

    async def _ask(self) -> None:
        request = {
            "batch": PULL_MESSAGES,
            "max_bytes": self._pull_bytes,
            "expires": int(_PULL_SECONDS * 1e9),
            "idle_heartbeat": int(_HEARTBEAT_SECONDS * 1e9),
        }
        self._open, self._asked_for = True, PULL_MESSAGES
        self._heard_at = asyncio.get_running_loop().time()
        try:
            subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{CONSUMER}"
            await self._bus.publish(subject, msgspec.json.encode(request), reply=self._inbox)
        except (NatsError, OSError) as error:
            log.warning("pull_failed", stream=self._stream, error=repr(error))
            self._open = False
            await asyncio.sleep(_RETRY_SECONDS)

    async def _extend(self) -> None:
        for message in list(self._in_hand.values()):
            with contextlib.suppress(NatsError, OSError):
                await message.in_progress()

    async def _on_message(self, message: Msg) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if not message.reply.startswith("$JS.ACK."):
            status = (message.headers or {}).get(_STATUS)
            if status != _HEARTBEAT:
                self._open = False
                self._wake.set()
            return
        self._asked_for -= 1
        if self._asked_for <= 0:
            self._open = False
        key = _key(message)
        if key in self._in_hand:
            # The newer copy is the one that can be acknowledged.
            self._in_hand[key] = message
            return
        self._in_hand[key] = message
        self._arrived.put_nowait(message)

    async def take(self) -> list[Msg]:
        """What has arrived, at least one message and at most BATCH_BYTES."""
        batch = [await self._arrived.get()]
        size = len(batch[0].data)
        while not self._arrived.empty() and size < BATCH_BYTES:
            batch.append(self._arrived.get_nowait())
            size += len(batch[-1].data)
        return batch

    async def done(self, message: Msg) -> None:
        """It is stored, or will never be."""
        await self._latest(message).ack()

    async def give_back(self, message: Msg, delay_seconds: float) -> None:
        """It comes again, to this worker or another, after so long; nothing happens to what was dealt with already."""
        if _key(message) in self._in_hand:
            await self._latest(message).nak(delay=max(delay_seconds, 0.001))

    def _latest(self, message: Msg) -> Msg:
        latest = self._in_hand.pop(_key(message), message)
        if not self._in_hand:
            self._wake.set()
        return latest


def _key(message: Msg) -> str:
    return str(message.metadata.sequence.stream)
