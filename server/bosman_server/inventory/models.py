"""Facts and software of devices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from bosman_server.kit.db.base import Base, DeviceRow, TenantRow


class Facts(DeviceRow, Base):
    """The last facts that a device reported, as the protocol defines them."""

    __tablename__ = "inventory_facts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    facts: Mapped[dict[str, Any]]
    collected_at: Mapped[datetime]


class SoftwareReportState(DeviceRow, Base):
    """The last complete report on software: older ones that arrive late change nothing."""

    __tablename__ = "inventory_software_report"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    report_id: Mapped[UUID]
    collected_at: Mapped[datetime]


class Software(TenantRow, Base):
    """One installed package or product."""

    __tablename__ = "inventory_software"
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
