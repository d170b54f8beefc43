"""Mails that wait to be sent, and what became of them."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.db.retention import Retention


class Mail(TenantRow, Base):
    """One mail to one address. Mails of the platform itself (password reset) carry the nil tenant."""

    __tablename__ = "notifications_mail"
    grows = Retention(keep="mail_retention_days", by="created_at", only="r.state <> 'waiting'")
    __table_args__ = (
        Index("ix_notifications_mail_waiting", "next_attempt_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_notifications_mail_created_at", "created_at"),
    )

    to_address: Mapped[str]
    language: Mapped[str]
    template: Mapped[str]
    params_sealed: Mapped[bytes | None]
    """Encrypted JSON, for links are secrets; gone as soon as the mail is sent or given up."""
    state: Mapped[str] = mapped_column(default="waiting")
    """`waiting`, `sent` or `failed`."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=utc_now)
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    """Why the last attempt did not succeed."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
