"""What ingest keeps of its own: parts of reports that are not complete, and ids of events that were stored."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, DeviceRow
from bosman_server.kit.db.retention import Retention


class ReportPart(DeviceRow, Base):
    """A part of a report whose other parts are on their way; at most a day old."""

    __tablename__ = "uplink_part"
    grows = Retention(keep=timedelta(days=1), by="received_at")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        Index(None, "received_at"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    is_last: Mapped[bool]
    stream_epoch: Mapped[int] = mapped_column(BigInteger)
    stream_seq: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    payload: Mapped[bytes]
    """The message as it came."""


class Receipt(DeviceRow, Base):
    """An event that was stored: it comes again where its receipt was lost, and counts once. Kept for 30 days."""

    __tablename__ = "uplink_receipt"
    grows = Retention(keep=timedelta(days=30), by="received_at")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        Index(None, "received_at"),
    )

    message_id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
