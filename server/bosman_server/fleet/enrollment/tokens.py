"""Enrolment tokens: made, listed, revoked, spent."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.core.identity import giving
from bosman_server.core.identity.access import Grant
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.enrollment.models import EnrollmentToken
from bosman_server.fleet.enrollment.schemas import TokenCreate, TokenRowOut, TokenState
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit import tenant_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.list_query import MOST_IDS
from bosman_server.kit.db.list_spec import Join, SortKey, any_of, at_site, by_text, search
from bosman_server.kit.db.lists import ListSpec
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem, not_found

_SECRET_BYTES = 24
_STATE = case(
    (EnrollmentToken.revoked_at.is_not(None), "revoked"),
    (EnrollmentToken.use_count >= EnrollmentToken.max_uses, "used_up"),
    (EnrollmentToken.expires_at <= func.now(), "expired"),
    else_="active",
)

TOKENS = ListSpec(
    root=EnrollmentToken,
    row=TokenRowOut,
    shown={"tenant_name": Tenant.name, "site_name": Site.name, "state": _STATE},
    joins=(
        Join(Tenant, Tenant.id == EnrollmentToken.tenant_id),
        Join(Site, (Site.tenant_id == EnrollmentToken.tenant_id) & (Site.id == EnrollmentToken.site_id)),
    ),
    sorts={
        "created_at": SortKey(EnrollmentToken.created_at, "desc"),
        "expires_at": SortKey(EnrollmentToken.expires_at, "desc"),
        "label": by_text(EnrollmentToken.label),
    },
    default_sort="created_at",
    filters={
        "site_id": any_of(EnrollmentToken.site_id, UUID, max_length=MOST_IDS),
        "state": any_of(_STATE, TokenState),
        "q": search(EnrollmentToken.label),
    },
    visible_to=at_site(EnrollmentToken.tenant_id, EnrollmentToken.site_id),
)


def tenant_of(token: str) -> UUID:
    """The tenant that a token claims. Raises Problem 403 `token.unknown` for another shape."""
    claimed = tenant_token.tenant_of(token)
    if claimed is None:
        raise Problem(403, Code.TOKEN_UNKNOWN)
    return claimed


def hash_token(token: str) -> bytes:
    """What the database keeps."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class Maker:
    """Who answers for a token as long as it is good; Bosman itself where there is no user."""

    actor: Actor
    user_id: UUID | None = None
    key_id: UUID | None = None


async def create(
    tx: Transaction, tenant_id: TenantId, site: Site, data: TokenCreate, maker: Maker
) -> tuple[EnrollmentToken, str]:
    """A new token and its secret. Raises Problem 409 for a site of another tenant."""
    if site.tenant_id != tenant_id:
        raise Problem(409, Code.SITE_OTHER_TENANT)
    actor = maker.actor
    secret = tenant_token.new(tenant_id, _SECRET_BYTES)
    row = EnrollmentToken(
        tenant_id=tenant_id,
        site_id=site.id,
        label=data.label,
        token_hash=hash_token(secret),
        created_by=maker.user_id,
        created_by_key=maker.key_id,
        created_by_name=actor.name,
        expires_at=utc_now() + timedelta(seconds=data.valid_seconds),
        max_uses=data.max_uses,
        use_count=0,
    )
    tx.session.add(row)
    await tx.session.flush()
    after = {"site_id": site.id, "label": data.label, "max_uses": data.max_uses, "expires_at": row.expires_at}
    record(tx, tenant_id, actor, "token.create", target=("token", row.id), after=after)
    return row, secret


async def get(session: AsyncSession, token_id: UUID) -> EnrollmentToken:
    """A token in scope. Raises Problem 404."""
    row = await session.scalar(select(EnrollmentToken).where(EnrollmentToken.id == token_id))
    if row is None:
        raise not_found()
    return row


async def revoke(tx: Transaction, row: EnrollmentToken, actor: Actor) -> None:
    """End a token; doing it twice is no error."""
    if row.revoked_at is None:
        row.revoked_at = utc_now()
        record(tx, row.tenant_id, actor, "token.revoke", target=("token", row.id))


async def spend(session: AsyncSession, tenant_id: TenantId, token: str) -> EnrollmentToken:
    """Use a token once, if its maker could still make it. Raises Problem 403 with why it buys nothing."""
    query = select(EnrollmentToken).where(
        EnrollmentToken.tenant_id == tenant_id, EnrollmentToken.token_hash == hash_token(token)
    )
    found = await session.scalar(query)
    if found is None:
        raise Problem(403, Code.TOKEN_UNKNOWN)
    # The maker first: whoever takes rights away locks memberships, and then what they gave.
    good = await _maker_may(session, found)
    row = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise Problem(403, Code.TOKEN_UNKNOWN)
    if row.revoked_at is not None or not good:
        raise Problem(403, Code.TOKEN_REVOKED)
    if row.expires_at <= utc_now():
        raise Problem(403, Code.TOKEN_EXPIRED)
    if row.use_count >= row.max_uses:
        raise Problem(403, Code.TOKEN_USED_UP)
    row.use_count += 1
    return row


def _gift(row: EnrollmentToken) -> giving.Gift:
    return giving.enrollment(row.site_id, Permission.TOKEN_CREATE)


async def _maker_may(session: AsyncSession, row: EnrollmentToken) -> bool:
    if row.created_by is None:
        return True
    grant = await giving.standing(session, row.tenant_id, row.created_by, row.created_by_key)
    return giving.may_give(grant, _gift(row))


async def end_beyond(tx: Transaction, actor: Actor, tenant_id: UUID, user_id: UUID, left: Grant | None) -> None:
    """End the tokens that a member could not make any more, being left with so much (None = nothing)."""
    for row in await tx.session.scalars(_open(tenant_id).where(EnrollmentToken.created_by == user_id)):
        if not giving.may_give(left, _gift(row)):
            await revoke(tx, row, actor)


async def end_of_key(tx: Transaction, actor: Actor, tenant_id: UUID, key_id: UUID) -> None:
    """End the tokens that an API key made."""
    for row in await tx.session.scalars(_open(tenant_id).where(EnrollmentToken.created_by_key == key_id)):
        await revoke(tx, row, actor)


def _open(tenant_id: UUID):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a select of many type parameters
    query = select(EnrollmentToken).where(EnrollmentToken.tenant_id == tenant_id, EnrollmentToken.revoked_at.is_(None))
    return query.with_for_update()
