"""Versions of the agent with their files in parts (any replica can serve them [R22]), and where they went."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow


class Release(Base):
    """One version on one platform."""

    __tablename__ = "releases_release"
    kept_because = "an operator adds and removes versions"
    global_because = "a version of the agent is the same for every tenant"

    version: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    manifest: Mapped[bytes | None]
    """The signed manifest as the build wrote it; without it agents cannot update to this version."""
    released_at: Mapped[datetime | None]
    added_at: Mapped[datetime] = mapped_column(default=utc_now)


class ReleaseFile(Base):
    """A file of a release: what agents fetch (`bundle`), or what people install from (`installer`)."""

    __tablename__ = "releases_file"
    goes_with = "releases_release"
    global_because = "a version of the agent is the same for every tenant"
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
    goes_with = "releases_file"
    global_because = "a version of the agent is the same for every tenant"

    sha256: Mapped[str] = mapped_column(ForeignKey("releases_file.sha256", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class ReleaseBuild(Base):
    """What became of the last wish to have a platform's release built on the server's own machine."""

    __tablename__ = "releases_build"
    kept_because = "one row for each platform"
    global_because = "a version of the agent is the same for every tenant"
    __table_args__ = (
        CheckConstraint(
            "platform IN ('linux', 'windows-amd64') AND state IN ('wanted', 'building', 'done', 'failed')"
            " AND length(detail) <= 2000",
            name="bounds",
        ),
    )

    platform: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    wanted_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    detail: Mapped[str | None]
    """Why it failed, in the words of the build."""


class Attempt(TenantRow, Base):
    """A task that updates an agent; it has the task's id."""

    __tablename__ = "rollout_attempt"
    goes_with = "tasks_task"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "id"], ["tasks_task.tenant_id", "tasks_task.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "device_id"),
    )

    device_id: Mapped[UUID]
    platform: Mapped[str]
    version: Mapped[str]


class Halt(Base):
    """A version that too many agents of a tenant went back from: it is not rolled out there any more."""

    __tablename__ = "rollout_halt"
    goes_with = "tenancy_tenant"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenancy_tenant.id", ondelete="CASCADE"), primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
