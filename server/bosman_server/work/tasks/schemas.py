"""What the API says of jobs and tasks."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from bosman_protocol.codes import Code
from bosman_protocol.progress import ProgressNote
from bosman_protocol.work import RESULTS, ActionClass, TaskKind, WaitReason
from bosman_server.features.updates.models import Severity, UpdateClass
from bosman_server.fleet.devices.schemas import DiskVerdict, OsFamily
from bosman_server.kit.http.openapi import is_struct
from bosman_server.kit.schemas import PlannedMoment, RequestModel, one_line
from bosman_server.kit.values import JsonObject
from bosman_server.work.tasks.models import TaskState

MAX_DEVICES = 20_000


class DeviceFilter(RequestModel):
    """Which devices: the same names as the filters of the lists. What is left out limits nothing, so all cannot be."""

    all: Literal[True] | None = None
    """Every device that one may make work for; said instead of a filter, never beside one. None = not all."""
    tenant_id: Annotated[list[UUID] | None, Field(max_length=500)] = None
    """None = of every tenant."""
    site_id: Annotated[list[UUID] | None, Field(max_length=500)] = None
    """None = at every site."""
    q: Annotated[str | None, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")] = None
    """None = whatever it is called."""
    device_id: Annotated[list[UUID] | None, Field(max_length=500)] = None
    """None = whichever."""
    online: bool | None = None
    """None = connected or not."""
    seen_older_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    """None = however long it has been away."""
    os_family: OsFamily | None = None
    """None = of every system."""
    os_family_not: OsFamily | None = None
    """None = of every system."""
    restart_required: bool | None = None
    """None = waiting for a restart or not."""
    pending: Literal["any", "security", "none"] | None = None
    """None = whatever updates it misses."""
    update_class: list[UpdateClass] | None = None
    """None = whatever updates it misses."""
    update_class_not: list[UpdateClass] | None = None
    """None = whatever updates it misses."""
    severity: list[Severity] | None = None
    """None = whatever their vendors say of them."""
    kb: Annotated[str | None, Field(max_length=300, pattern=r"^[^\x00]*$")] = None
    """None = whatever updates it misses."""
    update: Annotated[str | None, Field(max_length=300, pattern=r"^[^\x00]*$")] = None
    """None = whatever updates it misses."""
    update_older_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    """None = however old they are."""
    scan_older_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    """None = whenever it was scanned."""
    disk_verdict: list[DiskVerdict] | None = None
    """None = however its disks are."""
    disk_verdict_not: list[DiskVerdict] | None = None
    """None = however its disks are."""
    scan_completeness: Annotated[
        list[Literal["complete", "incomplete", "unknown"]] | None, Field(min_length=1, max_length=3)
    ] = None
    """None = however much its last scan could see."""
    disk_room: Literal["low", "unknown"] | None = None
    """None = however full its disks are."""
    status: Literal["active", "revoked"] | None = None
    """As in the lists. None = active, and no other: work for devices that are shut out is refused (409)."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.all is None) == (not self.narrowing):
            raise ValueError('either a filter that is not empty, or "all": true')
        return self

    @property
    def narrowing(self) -> JsonObject:
        """What it leaves out devices by."""
        return self.model_dump(exclude={"all", "status"}, exclude_none=True)


class DevicesTarget(RequestModel):
    """Devices by id."""

    device_ids: Annotated[list[UUID], Field(min_length=1, max_length=5000)]


class FilterTarget(RequestModel):
    """All devices that match now, if they are as many as the user saw."""

    filter: DeviceFilter
    expected_count: Annotated[int, Field(ge=1)]


def _kind_of_target(value: object) -> str | None:
    names = value if isinstance(value, dict) else value.__dict__ if isinstance(value, BaseModel) else {}
    return "filter" if "filter" in names else "device_ids" if "device_ids" in names else None


Target = Annotated[
    Annotated[DevicesTarget, Tag("device_ids")] | Annotated[FilterTarget, Tag("filter")],
    Discriminator(_kind_of_target),
]
"""What a job is for: never everything by leaving something out."""


class WorkRequest(RequestModel):
    """What to do and when [R11]."""

    kind: TaskKind
    params: Annotated[JsonObject, Field(default_factory=dict)]
    not_before: PlannedMoment | None = None
    """None = now."""
    expires_in_seconds: Annotated[int | None, Field(ge=60, le=90 * 24 * 3600)] = None
    """None = as long as work of its kind is waited for."""
    timeout_seconds: Annotated[int | None, Field(ge=1, le=86_400)] = None
    """None = as long as work of its kind may take."""
    confirmed_count: Annotated[int | None, Field(ge=0)] = None
    """The number that the user typed in: for guarded work beyond the tenant's threshold, all devices that they
    wished such work for within five minutes, these included. None = none was typed."""
    outside_windows: Annotated[str, one_line(500)] | None = None
    """Why it shall not wait for maintenance windows; needs `window:override`. None = it waits where they are closed."""


class JobCreate(WorkRequest):
    """One wish for many devices."""

    target: Target


class JobPreview(RequestModel):
    """A wish that nobody has made yet."""

    kind: TaskKind
    params: Annotated[JsonObject, Field(default_factory=dict)]
    target: Target


class TenantShare(BaseModel):
    """How many of the devices belong to a customer, and how they are."""

    tenant_id: UUID
    tenant_name: str
    devices: int
    offline: int
    servers: int
    """Windows Server, and Linux."""
    signed_in: int
    """Where somebody is signed in."""
    windows: int


class WindowShare(BaseModel):
    """On how many of the devices maintenance windows say when such work may begin."""

    bound: int
    shut: int
    """Where it would have to wait now."""
    first_opens_at: datetime | None
    """When the first of those opens; null: none does, as far as can be seen."""
    last_opens_at: datetime | None
    never: int
    """Where none opens, as far as can be seen."""
    may_override: bool
    """Whether one may let such work begin outside of them."""


class JobPreviewOut(BaseModel):
    """What a wish would be for, and what it would ask of whoever makes it."""

    device_count: int
    shares: list[TenantShare]
    """The biggest first."""
    confirm_count: int | None
    """The number to type: these devices and those of the last minutes. Null = none."""
    step_up: bool
    """Whether it wants a second factor of the last minutes."""
    windows: WindowShare | None
    """Null: no maintenance window says anything about such work on these devices."""


class JobRetry(RequestModel):
    """The same for another try."""

    expected_count: Annotated[int, Field(ge=1)]
    """On how many devices the user saw it fail, time out or expire."""
    confirmed_count: Annotated[int | None, Field(ge=0)] = None
    """As for new work. None = none was typed."""


class TaskRetry(RequestModel):
    """The same once more on one device."""

    confirmed_count: Annotated[int | None, Field(ge=0)] = None
    """As for new work. None = none was typed."""


class TaskCreate(WorkRequest):
    """One wish for one device."""


class Counts(BaseModel):
    """How many tasks of a job are in which state."""

    waiting: int = 0
    queued: int = 0
    leased: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    timed_out: int = 0
    cancelled: int = 0
    expired: int = 0


class TaskOutcome(BaseModel):
    """What a finished task brought, in numbers; null = its kind does not tell."""

    done: int | None
    """Updates that were installed, applications that were upgraded."""
    count: int | None
    """Of how many; of a scan or an inventory: what was found."""
    security: int | None
    restart: bool | None
    """Whether the device waits for a restart afterwards."""
    failing: int | None
    warning: int | None
    """Disks that fail, and those to be watched."""
    version: str | None


class OnlyTask(BaseModel):
    """The task of a job that has no more."""

    id: UUID
    device_id: UUID
    hostname: str
    state: TaskState
    progress_percent: int | None
    error_code: Code | str | None
    error_params: JsonObject | None
    outcome: TaskOutcome | None


class JobOut(BaseModel):
    """A job with its state at a glance."""

    id: UUID
    kind: TaskKind
    params: JsonObject
    tenant_ids: list[UUID]
    created_at: datetime
    created_by_name: str
    not_before: datetime | None
    expires_at: datetime
    task_count: int
    counts: Counts
    cancelled_at: datetime | None
    retry_of: UUID | None
    """The first job of those that are tries of the same wish; null for a first one."""
    outside_windows: str | None
    """Why it does not wait for maintenance windows; null: it does."""
    only_task: OnlyTask | None
    """Where the job is for one device: its task."""


class JobAttempt(BaseModel):
    """One of several jobs that are tries of the same wish."""

    id: UUID
    created_at: datetime
    created_by_name: str
    task_count: int


class JobDetailOut(JobOut):
    """A job with the other tries of its wish."""

    attempts: list[JobAttempt]
    """All of them, the first one first, this one among them; empty where there was only one."""


class TaskRowOut(BaseModel):
    """A task in a list."""

    id: UUID
    job_id: UUID
    tenant_id: UUID
    device_id: UUID
    hostname: str
    kind: TaskKind
    state: TaskState
    progress_percent: int | None
    progress_note: Annotated[JsonObject | None, is_struct(ProgressNote, or_null=True)]
    created_at: datetime
    created_by_name: str
    not_before: datetime | None
    leased_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    error_code: Code | str | None
    error_params: JsonObject | None
    exit_code: int | None
    cancel_requested_at: datetime | None
    action_class: ActionClass | None
    waiting_for: WaitReason | None
    """What keeps it from being handed out, or from beginning on the device."""
    approval_id: UUID | None
    outcome: TaskOutcome | None
    stdout_tail: str | None
    stderr_tail: str | None
    output_pruned_at: datetime | None
    device_online: bool
    device_last_seen_at: datetime | None


class TimelineStep(BaseModel):
    """A state and since when."""

    state: TaskState
    at: datetime
    error_code: str | None = None


class WaitExplanation(BaseModel):
    """What a task waits for: since when and by whom, why, and when it probably ends."""

    kind: WaitReason
    since: datetime | None
    until: datetime | None
    by_name: str | None
    reason: str | None
    per_hour: int | None


class TaskAttempt(BaseModel):
    """One of several tasks that are tries of the same on one device."""

    id: UUID
    job_id: UUID
    state: TaskState
    created_at: datetime
    created_by_name: str
    error_code: Code | str | None


class TaskOut(TaskRowOut):
    """A task with everything about it but its output."""

    params: JsonObject
    result: Annotated[JsonObject | None, is_struct(*RESULTS.values(), or_null=True)]
    """What its kind brings (`TaskResults`); null also where the agent sent something else."""
    error_detail: str | None
    timeout_seconds: int
    output_bytes: int
    output_chunks: int
    output_retention_days: int
    job_task_count: int
    """For how many devices of the customer the job is, this one among them."""
    wait_reason: WaitExplanation | None
    timeline: list[TimelineStep]
    attempts: list[TaskAttempt]
    """All tries on this device, the first one first, this one among them; empty where there was only one."""


class ChunkOut(BaseModel):
    """A piece of output."""

    seq: int
    stream: Literal["stdout", "stderr", "system"]
    at: datetime
    text: str


class OutputOut(BaseModel):
    """Output from a position on; `complete` when nothing more will come."""

    chunks: list[ChunkOut]
    complete: bool
