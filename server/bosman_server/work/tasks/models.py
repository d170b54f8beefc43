"""A job is one wish; it fans out to one task per device."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_protocol.work import ACTION_CLASSES, ActionClass, WaitReason
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.db.retention import Retention
from bosman_server.kit.ids import uuid7
from bosman_server.kit.values import JsonObject


class TaskState(StrEnum):
    """Where a task stands [R12]."""

    WAITING = "waiting"
    QUEUED = "queued"
    LEASED = "leased"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


UNFINISHED = (TaskState.WAITING, TaskState.QUEUED, TaskState.LEASED, TaskState.RUNNING)
FAILED = (TaskState.FAILED, TaskState.TIMED_OUT, TaskState.EXPIRED)
"""Ended without what was wished for, though nobody called them off: what can be tried again."""
KEPT_OUTPUT = "output_bytes > 0 AND output_pruned_at IS NULL"
"""Which tasks have output that retention will delete one day; the words of an index."""
_ENDED_LONG_AGO = "r.finished_at < $1 AND (r.output_bytes = 0 OR r.output_pruned_at IS NOT NULL)"
# Output that a tenant keeps for longer keeps its task.
_WITHOUT_TASKS = "NOT EXISTS (SELECT FROM tasks_task t WHERE t.tenant_id = r.tenant_id AND t.job_id = r.id)"
# Frozen work stays queued: it is not leased.
_WAITED_FOR = ", ".join(f"'{reason}'" for reason in WaitReason if reason is not WaitReason.FREEZE)
_FAILED_SQL = "state IN ('failed', 'timed_out', 'expired')"
_UNFINISHED_SQL = "state IN ('waiting', 'queued', 'leased', 'running')"


def _class_by_kind() -> str:
    guarded: dict[str, list[str]] = {}
    for kind, action_class in ACTION_CLASSES.items():
        guarded.setdefault(f"'{action_class}'" if action_class else "NULL", []).append(f"'{kind}'")
    cases = " ".join(f"WHEN kind IN ({', '.join(kinds)}) THEN {name}" for name, kinds in guarded.items())
    return f"action_class IS NOT DISTINCT FROM (CASE {cases} ELSE '{ActionClass.SCRIPT}' END)"


CLASS_BY_KIND = _class_by_kind()
"""The class that a task is counted in follows from its kind; a kind that nobody knows is in the narrowest."""


class Job(TenantRow, Base):
    """One wish. A wish over several tenants has one row in each, all with the same id."""

    __tablename__ = "tasks_job"
    grows = Retention(
        keep="task_retention_days", by="created_at", per_tenant=True, only=_WITHOUT_TASKS, after="tasks_task"
    )
    __table_args__ = (
        Index(None, "tenant_id", "created_at"),
        Index(None, "tenant_id", "retry_of", postgresql_where=text("retry_of IS NOT NULL")),
        CheckConstraint("length(outside_windows) <= 500", name="outside_windows"),
    )

    kind: Mapped[str]
    params: Mapped[JsonObject]
    """Of all its tasks: a script for five hundred devices is kept once."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID | None]
    created_by_key: Mapped[UUID | None]
    created_by_name: Mapped[str]
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    retry_of: Mapped[UUID | None]
    """The first job of those that are tries of the same; no reference, for it goes before them when it is old."""
    outside_windows: Mapped[str | None]
    """Why it need not wait for maintenance windows; None = it waits."""


class Task(TenantRow, Base):
    """One device's part of a job. The row is the truth; messages only hurry it along."""

    __tablename__ = "tasks_task"
    grows = Retention(keep="task_retention_days", by="created_at", per_tenant=True, only=_ENDED_LONG_AGO)
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "job_id"], ["tasks_job.tenant_id", "tasks_job.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        CheckConstraint(
            "state IN ('waiting','queued','leased','running','succeeded','failed','timed_out','cancelled','expired')",
            name="state",
        ),
        Index("ix_tasks_task_open", "device_id", "created_at", postgresql_where=text(_UNFINISHED_SQL)),
        Index("ix_tasks_task_due", "expires_at", postgresql_where=text(_UNFINISHED_SQL)),
        Index(None, "tenant_id", "created_at"),
        Index(None, "tenant_id", "device_id", "created_at"),
        Index(None, "tenant_id", "job_id", "state"),
        CheckConstraint(CLASS_BY_KIND, name="action_class"),
        CheckConstraint(f"waiting_for IN ({_WAITED_FOR})", name="waiting_for"),
        Index(
            "ix_tasks_task_handed_out", "tenant_id", "action_class", "leased_at",
            postgresql_where=text("action_class IS NOT NULL"),
        ),
        Index(
            "ix_tasks_task_guarded", "tenant_id", "action_class", "created_at",
            postgresql_where=text("action_class IS NOT NULL AND state IN ('waiting', 'queued')"),
        ),
        Index("ix_tasks_task_approval", "tenant_id", "approval_id", postgresql_where=text("approval_id IS NOT NULL")),
        Index("ix_tasks_task_failed", "tenant_id", "finished_at", postgresql_where=text(_FAILED_SQL)),
        Index("ix_tasks_task_output", "tenant_id", "finished_at", postgresql_where=text(KEPT_OUTPUT)),
    )  # fmt: skip

    job_id: Mapped[UUID]
    device_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID | None]
    created_by_key: Mapped[UUID | None]
    """The API key that wished it in that person's name, and must be good when it is signed."""
    created_by_name: Mapped[str]
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    timeout_seconds: Mapped[int]
    queued_at: Mapped[datetime | None]
    """Since when it may be handed out; not before it has stopped waiting."""
    leased_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """As the device's clock had it, within five minutes of what can be."""
    ended_at: Mapped[datetime | None]
    """When the server learned of the end."""
    cancel_requested_at: Mapped[datetime | None]
    progress_percent: Mapped[int | None]
    progress_note: Mapped[JsonObject | None]
    error_code: Mapped[str | None]
    error_params: Mapped[JsonObject | None]
    error_detail: Mapped[str | None]
    exit_code: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[JsonObject | None]
    chunk_count: Mapped[int | None] = mapped_column(BigInteger)
    """How many output chunks the agent sent in all; known with the result."""
    output_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    output_pruned_at: Mapped[datetime | None]
    """When retention deleted the output."""
    stdout_tail: Mapped[str | None]
    stderr_tail: Mapped[str | None]
    """The last words of each stream, cleaned; for lists."""
    action_class: Mapped[str | None]
    """`script`, `restart`, `install`, or NULL for what only reads: counted against the budget of its class."""
    waiting_for: Mapped[str | None]
    """A `WaitReason`, while the state is `waiting`."""
    approval_id: Mapped[UUID | None]
    """The approval that it needs, or was given: then no budget counts it."""


class Act(Base):
    """How many devices somebody wished guarded work for, and when: the running account of a person or a key."""

    __tablename__ = "tasks_act"
    grows = Retention(keep=timedelta(hours=1), by="at")
    personal_because = "a person's account over all their tenants; seen where they are a member, or the key is"
    __table_args__ = (Index(None, "actor_id", "action_class", "at"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    actor_id: Mapped[UUID]
    """A person, or an API key: its account is its own."""
    action_class: Mapped[str]
    device_count: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class IdempotencyKey(Base):
    """What a client has called a wish, and the job that came of it: said again, it makes nothing."""

    __tablename__ = "tasks_idempotency_key"
    grows = Retention(keep=timedelta(days=1), by="created_at")
    personal_because = "a person's wishes over all their tenants; seen where they are a member, or the key is"
    __table_args__ = (
        Index(None, "created_at"),
        CheckConstraint("length(key) <= 255 AND octet_length(fingerprint) = 32", name="bounds"),
    )

    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    """A person, or an API key."""
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    """SHA-256 of route and body."""
    job_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Chunk(Base):
    """A piece of a task's output."""

    __tablename__ = "tasks_chunk"
    goes_with = "tasks_task"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "task_id"], ["tasks_task.tenant_id", "tasks_task.id"], ondelete="CASCADE"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stream: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str]
