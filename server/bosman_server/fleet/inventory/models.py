"""Facts and software of devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.db.base import Base, DeviceRow, TenantRow
from bosman_server.kit.values import JsonObject

LOW_DISK_PERCENT = 10
"""A file system with less of it free is short of room."""


class Facts(DeviceRow, Base):
    """The last facts that a device reported, as the protocol defines them."""

    __tablename__ = "inventory_facts"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    facts: Mapped[JsonObject]
    collected_at: Mapped[datetime]
    """By the device's clock: for display."""
    stream_epoch: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    stream_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Where the report stood in its stream: only later ones replace it."""
    least_free_percent: Mapped[int | None] = mapped_column(
        SmallInteger, Computed("inventory_least_free_percent(facts)", persisted=True), deferred=True
    )
    """Of the file system with the least room; NULL where the device has told of none."""


class SoftwareReportState(DeviceRow, Base):
    """The last complete report on software: older ones that arrive late change nothing."""

    __tablename__ = "inventory_software_report"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    report_id: Mapped[UUID]
    collected_at: Mapped[datetime]
    stream_epoch: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    stream_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    content_hash: Mapped[bytes | None]
    """Of all items: the same list again is not written again."""


class Software(TenantRow, Base):
    """One installed package or product."""

    __tablename__ = "inventory_software"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "device_id", "name"),
    )

    device_id: Mapped[UUID]
    report_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[str]
    publisher: Mapped[str | None]
    architecture: Mapped[str | None]
    source: Mapped[str]
    installed_at: Mapped[datetime | None]
    scope: Mapped[str | None]
    """`machine` or `user`."""
    user_name: Mapped[str | None]
    """Whose installation it is, where scope is `user`."""
    product_code: Mapped[str | None]
