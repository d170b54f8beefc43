"""What the last scan of each device found."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.db.base import Base, DeviceRow, TenantRow
from bosman_server.kit.values import JsonList, JsonObject

UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]
Severity = Literal["critical", "important", "moderate", "low"]


class Scan(DeviceRow, Base):
    """Summary of the last scan: what lists show and sort by."""

    __tablename__ = "updates_scan"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    report_id: Mapped[UUID | None]
    """The report that the pending updates come from."""
    scanned_at: Mapped[datetime | None]
    """The last scan that worked."""
    security_count: Mapped[int] = mapped_column(default=0)
    critical_count: Mapped[int] = mapped_column(default=0)
    optional_count: Mapped[int] = mapped_column(default=0)
    definition_count: Mapped[int] = mapped_column(server_default=text("0"))
    """Signatures of the virus scanner and the like: shown, and no matter of compliance."""
    policy: Mapped[JsonObject | None]
    """Who decides what the device is offered."""
    warnings: Mapped[JsonList | None]
    """What a scan that worked met all the same."""
    completeness: Mapped[str] = mapped_column(server_default=text("'unknown'"))
    """Whether the list can be missing something: `complete`, `incomplete`, or `unknown` where no agent said."""
    failed_sources: Mapped[int] = mapped_column(server_default=text("0"))
    unread_lines: Mapped[int] = mapped_column(server_default=text("0"))
    """Of the tool's answer: lines that were not understood, and updates that it counted and did not name."""
    unread_examples: Mapped[JsonList | None]
    sources: Mapped[JsonList | None]
    """What was asked, and what became of it."""
    lists_at: Mapped[datetime | None]
    """When the device last fetched the lists that it compares with."""
    restart_required: Mapped[bool | None]
    restart_reasons: Mapped[JsonList | None]
    error_code: Mapped[str | None]
    """Why the last attempt failed; None when it worked."""
    error_params: Mapped[JsonObject | None]
    """What the device said of it: numbers and names to look up."""
    attempted_at: Mapped[datetime]
    stream_epoch: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    stream_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Where the report stood in its stream: only later ones replace it."""


class PendingUpdate(TenantRow, Base):
    """One update that a device's own update service offers."""

    __tablename__ = "updates_pending"
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
    title: Mapped[str]
    kb: Mapped[str | None]
    update_class: Mapped[str]
    installed_version: Mapped[str | None]
    available_version: Mapped[str]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    released_at: Mapped[datetime | None]
    origin: Mapped[str | None]
    requires_restart: Mapped[bool | None]
    severity: Mapped[str | None]
    cve_ids: Mapped[JsonList | None]
    has_eula: Mapped[bool | None]
    restart_behavior: Mapped[str | None]
    is_exclusive: Mapped[bool] = mapped_column(server_default=text("false"))
    is_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    needs_input: Mapped[bool] = mapped_column(server_default=text("false"))
    support_url: Mapped[str | None]
    held_by: Mapped[str | None]
    """What keeps it from being installed with the rest."""
