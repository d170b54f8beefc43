"""Declarative base: naming of constraints and the columns that every tenant's row has."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bosman_server.kit.db.retention import Retention
from bosman_server.kit.ids import uuid7
from bosman_server.kit.values import JsonList, JsonObject


class Json(TypeDecorator[Any]):
    """JSON for the ORM: connections hand it over as it lies, for lists pass it on as it is."""

    impl = JSONB
    cache_ok = True

    def __init__(self) -> None:
        # Nothing is NULL in the database, never a JSON null beside it.
        super().__init__(none_as_null=True)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's name for it
        """The value as Python has it."""
        return None if value is None else msgspec.json.decode(value)


class Base(DeclarativeBase):
    """All tables. One without `tenant_id` says which of the two it is, and why; each says what becomes of its rows."""

    global_because: ClassVar[str | None] = None
    """It has no row-level security: what it holds is the same for every tenant."""
    personal_because: ClassVar[str | None] = None
    """It is of no tenant, and guarded all the same: open while somebody signs in, closed in a tenant's transaction."""
    grows: ClassVar[Retention | None] = None
    """It grows with time: how long its rows are kept."""
    goes_with: ClassVar[str | None] = None
    """The table whose rows it has a few of each of, and is deleted with."""
    kept_because: ClassVar[str | None] = None
    """Nothing of it is deleted for its age, and why that may be."""
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(as_uuid=True),
        JsonObject: Json,
        JsonList: Json,
    }


class TenantRow:
    """A row that belongs to one tenant; `(tenant_id, id)` is its key."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class DeviceRow:
    """A row that a device has at most one of; `(tenant_id, device_id)` is its key."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
