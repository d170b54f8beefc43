"""Requests for a second person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow


class Approval(TenantRow, Base):
    """A job asks for a second person, in one tenant: its tasks there go beyond the hourly budget [R10]."""

    __tablename__ = "tasks_approval"
    goes_with = "tasks_job"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "job_id"], ["tasks_job.tenant_id", "tasks_job.id"], ondelete="CASCADE"),
        CheckConstraint("decision IN ('approved', 'rejected', 'withdrawn')", name="decision"),
        UniqueConstraint("tenant_id", "job_id"),
        Index(None, "tenant_id", "requested_at"),
        Index(
            "ix_tasks_approval_unmailed",
            "tenant_id",
            postgresql_where=text("mailed_at IS NULL AND decision IS NULL"),
        ),
    )

    job_id: Mapped[UUID]
    action_class: Mapped[str]
    reason: Mapped[str]
    """Why one is needed: `budget`."""
    device_count: Mapped[int]
    per_hour: Mapped[int]
    """The budget when it was asked for."""
    used: Mapped[int]
    """What was used and spoken for of it then."""
    requested_by: Mapped[UUID | None]
    requested_by_name: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None]
    mailed_at: Mapped[datetime | None]
    """When those who may decide were written to about it."""
