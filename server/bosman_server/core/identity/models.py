"""Users and what lets them in. Global tables: one person may serve many tenants."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.base import Base, TenantRow
from bosman_server.kit.db.retention import Retention
from bosman_server.kit.ids import uuid7
from bosman_server.kit.values import JsonObject


class User(Base):
    """A person."""

    __tablename__ = "identity_user"
    kept_because = "as many as there are people"
    personal_because = "a person may serve many tenants; seen where they are a member"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(deferred=True)
    """Closed to the api's role, which asks `secrets_of`."""
    language: Mapped[str] = mapped_column(server_default=text("'en'"))
    theme: Mapped[str] = mapped_column(server_default=text("'system'"))
    totp_sealed: Mapped[bytes | None] = mapped_column(deferred=True)
    """As the password's hash."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    is_operator: Mapped[bool] = mapped_column(server_default=text("false"))
    """Looks after the installation as a whole: may freeze the fleet. The first Owner is one."""
    """The time step of the last accepted code: a code works once."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class RecoveryCode(Base):
    """A one-time way in without the phone; only its hash is kept."""

    __tablename__ = "identity_recovery_code"
    goes_with = "identity_user"
    personal_because = "belongs to a person"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser; the cookie holds a random token, this table its hash."""

    __tablename__ = "identity_session"
    grows = Retention(keep=timedelta(days=30), by="created_at", only="r.last_seen_at < $1")
    personal_because = "belongs to a person"
    __table_args__ = (Index(None, "user_id"), Index(None, "created_at"), UniqueConstraint("id"))

    id: Mapped[UUID] = mapped_column(default=uuid7)
    """What people and the audit trail call it; the hash of the token never leaves the database."""
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    state: Mapped[str]
    """`totp_required`, `totp_enrollment_required` or `complete`."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    source_ip: Mapped[str | None]
    user_agent: Mapped[str | None]
    stepped_up_at: Mapped[datetime | None]
    """When a second factor was last given in this session."""


class Membership(Base):
    """What a user is in a tenant: seen within that tenant, and whole while somebody signs in."""

    __tablename__ = "identity_membership"
    goes_with = "identity_user"
    personal_because = "read to find out which tenants a person may enter; else seen in its tenant"
    __table_args__ = (Index(None, "user_id"), UniqueConstraint("id"))

    id: Mapped[UUID] = mapped_column(default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenancy_tenant.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str]
    site_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """Limited to these sites; NULL = the whole tenant."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class RolePermission(Base):
    """What a role may, for the database's own questions; every `bosman migrate` writes it anew from the code."""

    __tablename__ = "identity_role_permission"
    kept_because = "every `bosman migrate` writes it anew"
    global_because = "what a role may is the same for every tenant"

    role: Mapped[str] = mapped_column(primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)


class SetupCode(Base):
    """The one-time code that makes whoever holds it the first Owner."""

    __tablename__ = "identity_setup_code"
    kept_because = "made once, and by hand"
    personal_because = "exists before anybody may enter anything"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    used_at: Mapped[datetime | None]


class KnownBrowser(Base):
    """A browser in which somebody has signed in before: guessing from elsewhere does not lock it out."""

    __tablename__ = "identity_known_browser"
    goes_with = "identity_user"
    personal_because = "belongs to a person"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime] = mapped_column(default=utc_now)


class ListView(Base):
    """What a person has made of a list, under a name: filters, order, columns."""

    __tablename__ = "identity_list_view"
    goes_with = "identity_user"
    personal_because = "belongs to a person"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    list: Mapped[str]
    """Which list, as the web calls it."""
    name: Mapped[str]
    query: Mapped[JsonObject]
    """The address of the list without its page, as the web understands it; the server only keeps it."""
    is_default: Mapped[bool]
    """What the list opens with; one of a list at most."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class SecondFactorGuesses(Base):
    """Wrong codes of one account, whatever browser or session they came from; only a right one ends the row."""

    __tablename__ = "identity_second_factor_guesses"
    goes_with = "identity_user"
    personal_because = "belongs to a person"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class PendingFactor(Base):
    """The seed of another authenticator, until that proves it has it: the old one is good meanwhile."""

    __tablename__ = "identity_pending_factor"
    goes_with = "identity_user"
    personal_because = "belongs to a person"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("identity_session.id", ondelete="CASCADE"))
    """The session that gave a code of the old one; no other may confirm."""
    seed_sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class PasswordReset(Base):
    """A link that was mailed to somebody who forgot their password; only its hash is kept."""

    __tablename__ = "identity_password_reset"
    goes_with = "identity_user"
    personal_because = "belongs to a person"
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(TenantRow, Base):
    """Somebody is asked by e-mail to join a tenant."""

    __tablename__ = "identity_invitation"
    goes_with = "tenancy_tenant"
    __table_args__ = (
        Index(None, "tenant_id", "token_hash", unique=True),
        Index(None, "tenant_id", "email"),
        ForeignKeyConstraint(["tenant_id"], ["tenancy_tenant.id"], ondelete="CASCADE"),
    )

    email: Mapped[str]
    """Lower case."""
    role: Mapped[str]
    site_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    language: Mapped[str]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID]
    created_by_name: Mapped[str]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiKey(TenantRow, Base):
    """A program's way in, in the name of the user who made it and never with more than they have."""

    __tablename__ = "identity_api_key"
    goes_with = "identity_user"
    __table_args__ = (
        Index(None, "tenant_id", "token_hash", unique=True),
        ForeignKeyConstraint(["tenant_id"], ["tenancy_tenant.id"], ondelete="CASCADE"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    name: Mapped[str]
    hint: Mapped[str]
    """The last characters of the key, so that people recognise it."""
    token_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String()))
    """Permissions; what it may do is these and those that its owner still has."""
    site_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """Limited to these sites; NULL = wherever its owner is."""
    device_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """Makes work for these devices alone; NULL = for all at its sites."""
    per_hour: Mapped[int] = mapped_column(server_default=text("20"))
    """How many devices its guarded work may reach within an hour."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
