"""Which task was to bring which version, and where a version goes no further."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow


class Attempt(TenantRow, Base):
    """A task that updates an agent; it has the task's id."""

    __tablename__ = "rollout_attempt"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "id"], ["tasks_task.tenant_id", "tasks_task.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "device_id"),
    )

    device_id: Mapped[UUID]
    platform: Mapped[str]
    version: Mapped[str]


class Halt(Base):
    """A version that too many agents of a tenant went back from: it is not rolled out there any more."""

    __tablename__ = "rollout_halt"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenancy_tenant.id", ondelete="CASCADE"), primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
