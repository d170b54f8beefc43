"""Computers with an agent, and whether they are there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, DeviceRow, TenantRow
from bosman_server.kit.values import JsonList

# As PostgreSQL writes it, for a test compares both.
_SEARCHED = (
    "bosman_fold((((((hostname)::text || ' '::text) || (COALESCE(os_name, ''::character varying))::text)"
    " || ' '::text) || (COALESCE(os_version, ''::character varying))::text))"
)


class Device(TenantRow, Base):
    """A computer with an agent. Facts about it lie in inventory, its connection in enrollment."""

    __tablename__ = "tenancy_device"
    kept_because = "as many as there are computers"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "site_id"], ["tenancy_site.tenant_id", "tenancy_site.id"]),
        Index(None, "tenant_id", "site_id"),
        Index("ix_tenancy_device_id", "id"),
    )

    site_id: Mapped[UUID]
    hostname: Mapped[str]
    os_family: Mapped[str]
    os_name: Mapped[str | None]
    os_version: Mapped[str | None]
    agent_version: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    """`active` or `revoked`."""
    enrolled_at: Mapped[datetime] = mapped_column(default=utc_now)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Grows with every change that people make; what the device says of itself is none."""
    search_text: Mapped[str] = mapped_column(Text, Computed(_SEARCHED, persisted=True), nullable=True, deferred=True)
    """Name and system, folded for searches."""


Index("ix_tenancy_device_hostname", Device.tenant_id, func.lower(Device.hostname), Device.id)


class Presence(DeviceRow, Base):
    """Whether a device is connected. Written on connect and disconnect only, never per message [R22]."""

    __tablename__ = "enrollment_presence"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    online: Mapped[bool] = mapped_column(default=False)
    last_seen_at: Mapped[datetime]
    ip_address: Mapped[str | None]
    bus_server_id: Mapped[str | None]
    bus_client_id: Mapped[int | None]
    """Both written by workers of an earlier release only; see BusConnection."""
    instances: Mapped[JsonList | None]
    """Random words by which the last processes of the agent named themselves, oldest first."""
    clone_seen_at: Mapped[datetime | None]
    """When two machines were last seen to use the device's identity."""
    locked_until: Mapped[datetime | None]
    """Nobody gets in as this device before: two machines were using its identity in turns."""
