"""Durable messages from agent to server, carried by JetStream and kept in the agent's outbox until acknowledged."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.limits import MAX_CHUNK_BYTES, Count, ShortText, Slug
from bosman_protocol.reports import FactsReport, SoftwareReport, UpdatesReport


class OutputChunk(msgspec.Struct, frozen=True, tag="output"):
    """A piece of a task's output. `seq` counts from 0 without gaps over all streams of the task."""

    task_id: UUID
    seq: Count
    stream: Literal["stdout", "stderr", "system"]
    at: datetime
    text: Annotated[str, Meta(max_length=MAX_CHUNK_BYTES)]


class TaskStarted(msgspec.Struct, frozen=True, tag="started"):
    """The effect is about to begin; the journal says so already."""

    task_id: UUID
    at: datetime


class TaskProgress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a task is; at most one a second per task."""

    task_id: UUID
    at: datetime
    percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    note_code: Slug | None = None
    note_params: dict[ShortText, ParamValue] = {}


class TaskFinished(msgspec.Struct, frozen=True, tag="finished"):
    """The end of a task, sent once all its output chunks are in the outbox before it."""

    task_id: UUID
    state: Literal["succeeded", "failed", "timed_out", "cancelled", "expired"]
    finished_at: datetime
    started_at: datetime | None = None
    exit_code: int | None = None
    error: ErrorDetail | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")
    chunk_count: Count = 0


class TaskUnknown(msgspec.Struct, frozen=True, tag="unknown_task"):
    """The server asked after a task that the journal has never seen (a lost disk): it is gone."""

    task_id: UUID
    at: datetime


class EnvelopeRefused(msgspec.Struct, frozen=True, tag="envelope_refused"):
    """The agent was given an envelope that it must not run: a fault or an attack, audited."""

    at: datetime
    code: Slug
    task_id: UUID | None = None
    key_id: ShortText | None = None


class AgentStarted(msgspec.Struct, frozen=True, tag="agent_started"):
    """The agent's process began; `boot_id` changes with every start of the machine.

    `journal_reset` says that the journal was damaged and had to be begun anew:
    what it knew of tasks is gone.
    """

    at: datetime
    agent_version: Slug
    boot_id: ShortText | None = None
    interrupted_tasks: Annotated[tuple[UUID, ...], Meta(max_length=1000)] = ()
    journal_reset: bool = False


class FreezeAcknowledged(msgspec.Struct, frozen=True, tag="freeze_acknowledged"):
    """An order has come into force on the device: from now on it holds, whatever happens to the connection."""

    scope: UUID | None
    version: Count
    at: datetime


class AgentIncident(msgspec.Struct, frozen=True, tag="agent_incident"):
    """Something went wrong with the agent itself and was mended or lived with: audited, so that nobody wonders."""

    at: datetime
    error: ErrorDetail


UplinkMessage = (
    OutputChunk
    | TaskStarted
    | TaskProgress
    | TaskFinished
    | TaskUnknown
    | EnvelopeRefused
    | AgentStarted
    | FreezeAcknowledged
    | AgentIncident
    | FactsReport
    | SoftwareReport
    | UpdatesReport
)

_FAMILY: dict[type, str] = {
    FactsReport: "facts",
    SoftwareReport: "facts",
    UpdatesReport: "facts",
    EnvelopeRefused: "event",
    AgentStarted: "event",
    FreezeAcknowledged: "event",
    AgentIncident: "event",
}


def family_of(message: UplinkMessage) -> str:
    """The last word of the subject that a message travels on."""
    return _FAMILY.get(type(message), "task")


encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[UplinkMessage] = msgspec.json.Decoder(UplinkMessage)


def decode_uplink(data: bytes) -> UplinkMessage:
    """A message from a device. Raises msgspec.MsgspecError for anything malformed or out of bounds."""
    return _decoder.decode(data)
