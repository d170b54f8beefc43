"""The tree that everything hangs on: tenant › site (› device, in `devices`)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.ids import uuid7


class Tenant(Base):
    """A customer organisation: the unit of isolation."""

    __tablename__ = "tenancy_tenant"
    kept_because = "as many as there are customers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    """Not unique: that a name is taken would tell of other customers."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    output_retention_days: Mapped[int] = mapped_column(server_default=text("90"))
    """How long the output of finished tasks is kept."""
    agent_updates: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether Bosman updates the agents here by itself."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Grows with every change that people make."""
    search_text: Mapped[str] = mapped_column(
        Text, Computed("bosman_fold((name)::text)", persisted=True), nullable=True, deferred=True
    )
    """What is searched in: folded once, not for every row that a search looks at."""


class Site(TenantRow, Base):
    """A place where devices stand (lokalizacja)."""

    __tablename__ = "tenancy_site"
    kept_because = "as many as there are places"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), ForeignKeyConstraint(["tenant_id"], ["tenancy_tenant.id"]))

    name: Mapped[str]
    time_zone: Mapped[str]
    """IANA name."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    search_text: Mapped[str] = mapped_column(
        Text, Computed("bosman_fold((name)::text)", persisted=True), nullable=True, deferred=True
    )
