"""The audit trail, and the chain that seals it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.values import JsonObject


class AuditEntry(TenantRow, Base):
    """One act. Entries of the platform itself (sign-in, set-up) carry the nil tenant.

    Every column is part of what is sealed: a new one must be appended to `chain.COLUMNS` and be nullable.
    """

    __tablename__ = "audit_entry"
    kept_because = "the chain is proved from its first link on [docs/adr/0034]"
    __table_args__ = (
        Index(None, "tenant_id", "at", "id"),
        Index(None, "tenant_id", "device_id", "at", postgresql_where=text("device_id IS NOT NULL")),
    )

    at: Mapped[datetime] = mapped_column(default=utc_now)
    actor_kind: Mapped[str]
    """`user`, `api_key`, `device` or `system`."""
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    source_ip: Mapped[str | None]
    action: Mapped[str]
    target_kind: Mapped[str | None]
    target_id: Mapped[UUID | None]
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]
    result: Mapped[str]
    """`ok` or `refused`."""
    code: Mapped[str | None]
    device_id: Mapped[UUID | None]
    """The one device that the act is about, if there is one: the target itself, or that of a task."""


class AuditLink(Base):
    """One link of a tenant's chain: that an entry was there, at this place, when it was sealed."""

    __tablename__ = "audit_link"
    kept_because = "as the entries that it seals"
    __table_args__ = (UniqueConstraint("tenant_id", "entry_id"),)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """From 1, without gaps."""
    entry_id: Mapped[UUID]
    sealed_at: Mapped[datetime]
    hash: Mapped[bytes]
    """See `chain.link_hash`."""


class AuditPending(Base):
    """An entry that waits to be sealed; written by a trigger in the transaction of the entry itself."""

    __tablename__ = "audit_pending"
    kept_because = "the sealer empties it every second"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditQuestion(TenantRow, Base):
    """Whether the trail was told of a change of many rows, until its own commit asks; no transaction leaves one."""

    __tablename__ = "audit_question"
    kept_because = "the commit that wrote it deletes it"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    actions: Mapped[list[str]] = mapped_column(ARRAY(String()))
    """Of which one must have been written down."""
