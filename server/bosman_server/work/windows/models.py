"""Maintenance windows as tenants keep them, and every state that each of them was in [R17]."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.values import JsonObject

Scope = Literal["tenant", "site", "device"]
"""Whom a stored window can be for; the mathematics knows groups, too, of which there are none yet."""
Change = Literal["create", "update", "restore"]
_PLACED = (
    "scope IN ('tenant', 'site', 'device') AND (scope = 'site') = (site_id IS NOT NULL)"
    " AND (scope = 'device') = (device_id IS NOT NULL)"
)


class Window(TenantRow, Base):
    """When work of its classes may begin, may begin as well, or may not."""

    __tablename__ = "windows_window"
    kept_because = "as many as people have thought out"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        ForeignKeyConstraint(["tenant_id"], ["tenancy_tenant.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["tenant_id", "site_id"], ["tenancy_site.tenant_id", "tenancy_site.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
        CheckConstraint(_PLACED, name="scope"),
        Index(None, "tenant_id", "site_id", postgresql_where=text("site_id IS NOT NULL")),
        Index(None, "tenant_id", "device_id", postgresql_where=text("device_id IS NOT NULL")),
    )

    name: Mapped[str]
    kind: Mapped[str]
    """`window`, `extra` or `blackout`."""
    scope: Mapped[str]
    site_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    timing: Mapped[JsonObject]
    """When it occurs: the fields of the contract's document, checked when it was saved."""
    margin_minutes: Mapped[int]
    """Nothing begins in so many last minutes of an opening that ends with it."""
    enabled: Mapped[bool]
    note: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_by_name: Mapped[str]


class WindowVersion(Base):
    """A state of a window, as somebody saved it."""

    __tablename__ = "windows_version"
    goes_with = "windows_window"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "window_id"], ["windows_window.tenant_id", "windows_window.id"], ondelete="CASCADE"
        ),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    window_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[JsonObject]
    """All that people may change of it."""
    change: Mapped[str]
    """`create`, `update` or `restore`."""
    at: Mapped[datetime] = mapped_column(default=utc_now)
    by_name: Mapped[str]
