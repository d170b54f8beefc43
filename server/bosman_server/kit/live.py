"""Live messages to browsers: published after commit, lost without harm, re-read from the database."""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec


def changes(tenant_id: UUID | Literal["*"]) -> str:
    """Where changes of a tenant's objects are announced; `*`: of every tenant's, to listen to."""
    return f"live.{tenant_id}.change"


def output(tenant_id: UUID, task_id: UUID) -> str:
    """Where the output and the states of one task are announced."""
    return f"live.{tenant_id}.task.{task_id}"


Topic = Literal[
    "api_key", "approval", "device", "freeze", "invitation", "job", "member", "safety", "site", "task", "tenant",
    "token", "updates", "window",
]  # fmt: skip
"""What changes are about. Who may hear of each stands in `core/live/stream.py`."""


class TaskStateChanged(msgspec.Struct, frozen=True, tag_field="event", tag="state"):
    """On the subject of one task: read it again."""


class TaskOutputAdded(msgspec.Struct, frozen=True, tag_field="event", tag="chunk"):
    """On the subject of one task: a piece of output, as browsers get it."""

    seq: int
    stream: str
    at: datetime
    text: str


TaskMessage = TaskStateChanged | TaskOutputAdded
"""What is announced of one task."""


class OutputEnd(msgspec.Struct, frozen=True):
    """To browsers that follow a task: nothing more will come; `missing`: a part of it was lost."""

    missing: bool = False


class Publisher(Protocol):
    """What is needed of a bus connection to announce something."""

    async def publish(self, subject: str, payload: bytes = b"") -> None:
        """Send and forget."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something changed: enough for a browser to know what to read again."""

    topic: Topic
    tenant_id: UUID
    id: UUID | None = None
    device_id: UUID | None = None
    state: str | None = None
    progress_percent: int | None = None
    hostname: str | None = None
    online: bool | None = None


_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """A live message as JSON."""
    return _encoder.encode(value)


async def announce(bus: Publisher, change: Change) -> None:
    """Tell the tenant's browsers."""
    await bus.publish(changes(change.tenant_id), encode(change))
