"""What the journal stores and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from bosman_protocol.envelope import TaskEnvelope


class JournalBusyError(Exception):
    """Another process holds the journal: the agent runs already."""


class JournalFullError(Exception):
    """The disk has no room for this entry."""


class JournalBrokenError(Exception):
    """Nothing more can be written: the agent has to start again, where the file is damaged with a new one."""


class OutboxRow(msgspec.Struct, frozen=True):
    """One message that waits for the stream's acknowledgement."""

    row_id: int
    subject: str
    msg_id: str
    payload: bytes
    task_id: UUID | None = None
    may_wait: bool = False
    """See OutboxMessage; not kept in the file: what is read from there has waited long enough."""


class OutboxMessage(msgspec.Struct, frozen=True):
    """A message that is to enter the outbox; the same `msg_id` enters once."""

    subject: str
    msg_id: str
    payload: bytes
    task_id: UUID | None = None
    is_output: bool = False
    may_wait: bool = False
    """Whether it may be sent a moment later, together with what follows it."""


class Changes(msgspec.Struct):
    """What a transaction has changed, for whoever remembers the journal in memory."""

    received: list[UUID] = msgspec.field(default_factory=list)
    finished: list[UUID] = msgspec.field(default_factory=list)
    added: list[OutboxRow] = msgspec.field(default_factory=list)
    removed: list[OutboxRow] = msgspec.field(default_factory=list)


class Receipt(StrEnum):
    """What the journal made of an envelope."""

    NEW = "new"
    KNOWN = "known"
    REPLAYED = "replayed"


TaskState = Literal["received", "running", "finished"]


class TaskEntry(msgspec.Struct, frozen=True):
    """A task as the journal knows it."""

    task_id: UUID
    state: TaskState
    payload: bytes
    chunk_count: int
    started_at: datetime | None = None

    def envelope(self) -> TaskEnvelope:
        """The envelope that was verified when the task arrived."""
        return msgspec.json.decode(self.payload, type=TaskEnvelope)
