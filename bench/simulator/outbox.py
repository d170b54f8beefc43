"""What a simulated device has to say, kept until the stream has it, in order."""

import asyncio
import itertools
from collections import deque
from uuid import UUID

from bench.simulator.link import Link, LinkLostError
from bosman_protocol import subjects
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted, UplinkMessage, encoder, family_of

_WINDOW = 32
_numbers = itertools.count()


class Outbox:
    """Messages in memory; a real agent keeps them in its journal on disk."""

    def __init__(self, device_id: UUID) -> None:
        self._device_id = device_id
        self._items: deque[tuple[str, bytes, str]] = deque()
        self._wanted = asyncio.Event()

    def put(self, message: UplinkMessage) -> None:
        """Say something."""
        subject = subjects.uplink(self._device_id, family_of(message))
        self._items.append((subject, encoder.encode(message), _message_id(self._device_id, message)))
        self._wanted.set()

    @property
    def empty(self) -> bool:
        """Whether everything was acknowledged."""
        return not self._items

    async def serve(self, link: Link) -> None:
        """Send until the connection is lost; what has no acknowledgement then is sent again on the next one.

        Raises LinkLostError.
        """
        while True:
            await self._wanted.wait()
            window = list(itertools.islice(self._items, _WINDOW))
            if not window:
                self._wanted.clear()
                continue
            results = await asyncio.gather(*(link.store(*item) for item in window), return_exceptions=True)
            failed = [result for result in results if result is not None]
            if failed:
                raise LinkLostError(str(failed[0]))
            for _ in window:
                self._items.popleft()


def _message_id(device_id: UUID, message: UplinkMessage) -> str:
    if isinstance(message, OutputChunk):
        return f"{message.task_id}:{message.seq}"
    if isinstance(message, TaskStarted):
        return f"{message.task_id}:started"
    if isinstance(message, TaskFinished):
        return f"{message.task_id}:finished"
    return f"{device_id}:{id(message)}:{next(_numbers)}"
