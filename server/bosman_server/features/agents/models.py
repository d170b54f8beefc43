"""A version of the agent on a platform, with its files in parts: any replica can serve them [R22]."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base


class Release(Base):
    """One version on one platform."""

    __tablename__ = "releases_release"

    version: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    manifest: Mapped[bytes | None]
    """The signed manifest as the build wrote it; without it agents cannot update to this version."""
    released_at: Mapped[datetime | None]
    added_at: Mapped[datetime] = mapped_column(default=utc_now)


class ReleaseFile(Base):
    """A file of a release: what agents fetch (`bundle`), or what people install from (`installer`)."""

    __tablename__ = "releases_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version", "platform"], ["releases_release.version", "releases_release.platform"], ondelete="CASCADE"
        ),
        CheckConstraint("kind IN ('bundle', 'installer')", name="kind"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    version: Mapped[str]
    platform: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)


class ReleasePart(Base):
    """A piece of a file."""

    __tablename__ = "releases_part"

    sha256: Mapped[str] = mapped_column(ForeignKey("releases_file.sha256", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
