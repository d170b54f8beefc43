"""Turns messages into outbox messages, with ids that make a repetition harmless."""

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec

from bosman_agent.journal.records import OutboxMessage
from bosman_protocol import subjects
from bosman_protocol.limits import MAX_LIST_ITEMS, MAX_MESSAGE_BYTES
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted, UplinkMessage, encoder, family_of

PART_BYTES = MAX_MESSAGE_BYTES * 3 // 4

T = TypeVar("T", bound=msgspec.Struct)


class MessageFactory:
    """Makes messages for one device."""

    def __init__(self, device_id: UUID) -> None:
        self._device_id = device_id

    def __call__(self, message: UplinkMessage, *, task_id: UUID | None = None) -> OutboxMessage:
        """A message of the outbox; `task_id` binds messages that carry none themselves to the task that made them."""
        return OutboxMessage(
            subject=subjects.uplink(self._device_id, family_of(message)),
            msg_id=_message_id(message),
            payload=encoder.encode(message),
            task_id=getattr(message, "task_id", None) or task_id,
            is_output=isinstance(message, OutputChunk),
            may_wait=isinstance(message, TaskStarted),
        )


def _message_id(message: UplinkMessage) -> str:
    if isinstance(message, OutputChunk):
        return f"{message.task_id}:{message.seq}"
    if isinstance(message, TaskStarted):
        return f"{message.task_id}:started"
    if isinstance(message, TaskFinished):
        return f"{message.task_id}:finished"
    return uuid4().hex


def parts(items: Iterable[T]) -> Iterator[tuple[tuple[T, ...], bool]]:
    """Items cut into parts that fit into a message each, with a flag on the last; one empty part for none."""
    part: list[T] = []
    size = 0
    for item in items:
        length = len(encoder.encode(item)) + 1
        if part and (len(part) >= MAX_LIST_ITEMS or size + length > PART_BYTES):
            yield tuple(part), False
            part, size = [], 0
        part.append(item)
        size += length
    yield tuple(part), True
