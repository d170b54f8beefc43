"""How much may be done at once in a tenant, and whether anything harmful may be done at all [R10]."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, DeviceRow, TenantRow
from bosman_server.kit.db.retention import Retention


class Budget(Base):
    """How many tasks of a class may be handed out within an hour; without a row a default holds."""

    __tablename__ = "safety_budget"
    goes_with = "tenancy_tenant"
    __table_args__ = (CheckConstraint("on_overflow IN ('approval', 'delay')", name="on_overflow"),)

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenancy_tenant.id", ondelete="CASCADE"), primary_key=True)
    action_class: Mapped[str] = mapped_column(primary_key=True)
    per_hour: Mapped[int]
    on_overflow: Mapped[str]
    """`approval` (a second person) or `delay`."""


class SafetySetting(Base):
    """What else a tenant has decided."""

    __tablename__ = "safety_setting"
    goes_with = "tenancy_tenant"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenancy_tenant.id", ondelete="CASCADE"), primary_key=True)
    confirm_above: Mapped[int]
    """Guarded work on more devices than this wants their number typed in."""
    version: Mapped[int] = mapped_column(server_default=text("0"))
    """Of all rules of the tenant, its budgets included; 0 = the defaults."""


class Freeze(Base):
    """Whether guarded work may begin in a tenant; the row of the nil UUID is about the whole fleet."""

    __tablename__ = "safety_freeze"
    kept_because = "one for each tenant, and one for the fleet"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    frozen: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    """Grows with every change, and never falls below the time in milliseconds: see docs/adr/0016."""
    reason: Mapped[str]
    changed_by: Mapped[UUID | None]
    changed_by_name: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    announced_version: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """The last version that a worker has pushed to the devices."""
    device_count: Mapped[int | None]
    """Of the fleet's row: how many devices there are. Counted by a worker, nobody else sees every tenant."""
    acknowledged_count: Mapped[int | None]
    offline_count: Mapped[int | None]
    """Those of them that neither obey nor are connected."""


class Acknowledgement(DeviceRow, Base):
    """The newest order of a scope that a device has said it obeys."""

    __tablename__ = "safety_obedience"
    goes_with = "tenancy_device"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["tenancy_device.tenant_id", "tenancy_device.id"], ondelete="CASCADE"
        ),
    )

    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The tenant, or the nil UUID."""
    version: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class Handout(TenantRow, Base):
    """A guarded task that was handed out, by its id: what an hourly budget has paid for.

    Apart from the task, because that goes with its device: deleting a device gives no budget back.
    """

    __tablename__ = "tasks_handout"
    grows = Retention(keep=timedelta(hours=2), by="at")
    __table_args__ = (Index(None, "tenant_id", "action_class", "at"), Index(None, "at"))

    device_id: Mapped[UUID]
    action_class: Mapped[str]
    at: Mapped[datetime]
