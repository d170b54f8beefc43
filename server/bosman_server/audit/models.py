"""The audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow


class AuditEntry(TenantRow, Base):
    """One act. Entries of the platform itself (sign-in, set-up) carry the nil tenant."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "tenant_id", "at"),)

    at: Mapped[datetime] = mapped_column(default=utc_now)
    actor_kind: Mapped[str]
    """`user`, `api_key`, `device` or `system`."""
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    source_ip: Mapped[str | None]
    action: Mapped[str]
    target_kind: Mapped[str | None]
    target_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    result: Mapped[str]
    """`ok` or `refused`."""
    code: Mapped[str | None]
