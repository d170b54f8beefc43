"""Tokens and certificates of devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, DeviceRow, TenantRow
from bosman_server.kit.db.retention import Retention

_IS_REPLACED = (
    "EXISTS (SELECT FROM enrollment_certificate n"
    " WHERE n.tenant_id = r.tenant_id AND n.device_id = r.device_id AND n.generation > r.generation)"
)


class EnrollmentToken(TenantRow, Base):
    """A one-time token: hashed, expiring, counted, bound to tenant and site [R7]."""

    __tablename__ = "enrollment_token"
    grows = Retention(keep="record_retention_days", by="expires_at")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "site_id"], ["tenancy_site.tenant_id", "tenancy_site.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "token_hash", unique=True),
        Index(None, "expires_at"),
    )

    site_id: Mapped[UUID]
    label: Mapped[str]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID | None]
    """Who made it, and must still be able to when it is used; NULL = Bosman itself."""
    created_by_key: Mapped[UUID | None]
    """The API key that made it in that person's name."""
    created_by_name: Mapped[str]
    expires_at: Mapped[datetime]
    max_uses: Mapped[int]
    use_count: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]


class DeviceCertificate(TenantRow, Base):
    """A certificate that Bosman's CA gave to a device."""

    __tablename__ = "enrollment_certificate"
    grows = Retention(keep="record_retention_days", by="not_after", only=_IS_REPLACED)
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "device_id"),
        Index(None, "device_id", "fingerprint"),
        Index(None, "not_after"),
    )

    device_id: Mapped[UUID]
    fingerprint: Mapped[str]
    """SHA-256 of the DER, hex."""
    generation: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the certificates of a device; once one was used, older ones are refused."""
    first_used_at: Mapped[datetime | None]
    """When it was first used to connect."""
    issued_at: Mapped[datetime] = mapped_column(default=utc_now)
    not_after: Mapped[datetime]
    expiry_noted_at: Mapped[datetime | None]
    """When the audit trail was told that this certificate ran out before a newer one came."""


class BusConnection(DeviceRow, Base):
    """A live connection of a device; written on connect and disconnect only."""

    __tablename__ = "enrollment_connection"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        Index(None, "server_id", "client_id"),
    )

    server_id: Mapped[str] = mapped_column(primary_key=True)
    """Id that the bus server gave itself at its start."""
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    since: Mapped[datetime]
    ip_address: Mapped[str | None]
