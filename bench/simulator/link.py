"""A device's connection to the bus: subscribe, ask, publish with acknowledgement."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bench.simulator import wire
from bench.simulator.tls import ClientTls, TlsProtocol
from bosman_protocol import subjects

CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 10.0
PING_SECONDS = 60.0
_NUDGE_SID = 1
_INBOX_SID = 2


class LinkLostError(Exception):
    """There is no connection (any more), or nobody answers."""


class Link:
    """One live connection. Once lost it stays lost."""

    def __init__(
        self, device_id: UUID, on_nudge: Callable[[], None], on_freeze: Callable[[bytes], None] | None = None
    ) -> None:
        self._device_id = device_id
        self._on_nudge = on_nudge
        self._on_freeze = on_freeze
        self._freeze_subject = subjects.freeze(device_id)
        self._stored_subject = subjects.stored(device_id)
        self._inbox = subjects.inbox_prefix(device_id)
        self._numbers = itertools.count()
        self._waiting: dict[str, asyncio.Future[wire.Message]] = {}
        self._parser = wire.Parser()
        self._protocol: TlsProtocol | None = None
        self._greeted = False
        loop = asyncio.get_running_loop()
        self._up: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[str] = loop.create_future()

    async def open(self, tls: ClientTls, identity: Path, url: str) -> None:
        """Connect, sign in and subscribe. Raises LinkLostError."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 4222
        protocol = TlsProtocol(tls, identity, host, on_data=self._on_data, on_lost=self._on_lost)
        self._protocol = protocol
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.get_running_loop().create_connection(lambda: protocol, host, port)
                await self._up
        except (OSError, TimeoutError) as error:
            self.close()
            raise LinkLostError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Drop the connection; whoever waits for an answer learns it."""
        if self._protocol is not None:
            self._protocol.close()
        self._on_lost("closed")

    def ping(self) -> None:
        """Keep the connection alive, as agents do every minute."""
        self._write(wire.PING)

    async def request(self, subject: str, payload: bytes) -> bytes:
        """Ask and return the answer. Raises LinkLostError."""
        future = self._send(subject, payload)
        try:
            message = await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            raise LinkLostError("no answer") from None
        if message.status:
            raise LinkLostError(f"status {message.status}")
        return message.payload

    async def store(self, subject: str, payload: bytes, message_id: str) -> None:
        """Publish to the stream and wait until it has the message. Raises LinkLostError."""
        receipt = f"r{next(self._numbers)}"
        headers = {subjects.RECEIPT_HEADER: receipt, subjects.MESSAGE_HEADER: message_id}
        future = self._wait_for(receipt)
        self._write(wire.publish(subject, payload, headers=headers))
        try:
            await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            raise LinkLostError("no receipt") from None

    def _send(self, subject: str, payload: bytes) -> asyncio.Future[wire.Message]:
        reply = f"{self._inbox}.{next(self._numbers)}"
        future = self._wait_for(reply)
        self._write(wire.publish(subject, payload, reply=reply))
        return future

    def _wait_for(self, key: str) -> asyncio.Future[wire.Message]:
        """For an answer on a subject, or for the receipt of a stream."""
        if self.lost.done():
            raise LinkLostError(self.lost.result())
        future: asyncio.Future[wire.Message] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        future.add_done_callback(lambda _: self._waiting.pop(key, None))
        return future

    def _write(self, data: bytes) -> None:
        if self._protocol is not None:
            self._protocol.write(data)

    def _on_data(self, data: bytes) -> None:
        try:
            for event in self._parser.feed(data):
                self._on_event(event)
        except wire.WireError as error:
            self._on_lost(f"not NATS: {error}")
            self.close()

    def _on_event(self, event: wire.Event) -> None:
        if isinstance(event, wire.Message):
            self._on_message(event)
        elif isinstance(event, wire.Ping):
            self._write(wire.PONG)
        elif isinstance(event, wire.Pong):
            if not self._up.done():
                self._up.set_result(None)
        elif isinstance(event, wire.ServerError):
            self._on_lost(event.text)
        elif not self._greeted:
            self._greeted = True
            self._write(
                wire.connect(f"bench {self._device_id}")
                + wire.subscribe(f"dn.{self._device_id}.>", _NUDGE_SID)
                + wire.subscribe(f"{self._inbox}.>", _INBOX_SID)
                + wire.PING
            )

    def _on_message(self, message: wire.Message) -> None:
        key = message.subject
        if message.sid == _NUDGE_SID:
            if message.subject == self._freeze_subject:
                if self._on_freeze is not None:
                    self._on_freeze(message.payload)
                return
            if message.subject != self._stored_subject:
                self._on_nudge()
                return
            key = wire.header_of(message, subjects.RECEIPT_HEADER)
        future = self._waiting.pop(key, None)
        if future is not None and not future.done():
            future.set_result(message)

    def _on_lost(self, reason: str) -> None:
        if self.lost.done():
            return
        self.lost.set_result(reason)
        error = LinkLostError(reason)
        futures: list[asyncio.Future[Any]] = [self._up, *self._waiting.values()]
        for future in futures:
            if not future.done():
                future.set_exception(error)
                # Nobody may be waiting any more; an unread exception would only clutter the log.
                future.exception()
