"""Wrapped data keys [R20]: opaque without the master key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.db.base import Base


class DataKey(Base):
    """The data key of one tenant or of the platform, wrapped by the master key."""

    __tablename__ = "kit_data_key"
    kept_because = "one for each tenant"
    personal_because = "holds wrapped keys only, read before a scope exists"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
