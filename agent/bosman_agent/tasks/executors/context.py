"""What an executor is given, and how it says that it failed."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

import msgspec

from bosman_agent.outbox.output import Stream
from bosman_agent.platform.base import Providers
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.progress import NoteCode
from bosman_protocol.uplink import UplinkMessage

DETAIL_CHARS = 4096


class TaskFailedError(Exception):
    """A task that ends in `failed`; `result` travels along where part of the work was done."""

    def __init__(
        self, error: ErrorDetail, *, exit_code: int | None = None, result: msgspec.Struct | None = None
    ) -> None:
        super().__init__(error.code)
        self.error = error
        self.exit_code = exit_code
        self.result = result


class TaskDeferredError(Exception):
    """Not an end: the task goes on in the next process of the agent, which will close it."""


def failure(code: Code, *, detail: str | None = None, **params: ParamValue) -> ErrorDetail:
    """An error with its detail cut to what the wire takes."""
    return ErrorDetail(code, params, detail[:DETAIL_CHARS] if detail else None)


class ReportProgress(Protocol):
    """Says how far a task is."""

    def __call__(self, percent: int | None, code: NoteCode | None = None, **params: ParamValue) -> None:
        """Take the news; at most one a second leaves the device."""


class TaskContext(msgspec.Struct):
    """The world of one running task."""

    task_id: UUID
    providers: Providers
    write: Callable[[Stream, str], None]
    progress: ReportProgress
    report: Callable[[UplinkMessage], Awaitable[None]]
