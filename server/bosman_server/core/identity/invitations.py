"""Asking somebody by e-mail to join a tenant, and what they do with the link."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.core.identity import giving
from bosman_server.core.identity.access import Access, Grant
from bosman_server.core.identity.models import Invitation, Membership, User
from bosman_server.core.identity.permissions import Permission, Role
from bosman_server.core.identity.schemas import InvitationCreate
from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit import tenant_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.schemas import site_ids_of

VALID = timedelta(days=7)
_SECRET_BYTES = 24


def tenant_of(token: str) -> TenantId:
    """The tenant that a link claims. Raises Problem 403 `invitation.unknown` for another shape."""
    claimed = tenant_token.tenant_of(token)
    if claimed is None:
        raise Problem(403, Code.INVITATION_UNKNOWN)
    return TenantId(claimed)


async def create(
    tx: Transaction, access: Access, tenant_id: TenantId, data: InvitationCreate
) -> tuple[Invitation, str]:
    """An invitation and the token of its link; an open one for the same address ends.

    Raises Problem 403 `member.above_you`, 409 `member.exists`.
    """
    site_ids = site_ids_of(data.sites)
    giving.check_role(access, tenant_id, data.role, site_ids)
    email = data.email.lower()
    member = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.tenant_id == tenant_id, User.email == email)
    )
    if await tx.session.scalar(member):
        raise Problem(409, Code.MEMBER_EXISTS)
    for old in await tx.session.scalars(_open(tenant_id).where(Invitation.email == email)):
        await revoke(tx, access, old)
    token = tenant_token.new(tenant_id, _SECRET_BYTES)
    invitation = Invitation(
        tenant_id=tenant_id,
        email=email,
        role=data.role,
        site_ids=site_ids,
        language=data.language,
        token_hash=hash_token(token),
        created_by=access.subject.user_id,
        created_by_name=access.subject.name,
        expires_at=utc_now() + VALID,
    )
    tx.session.add(invitation)
    await tx.session.flush()
    after = {"email": email, "role": data.role, "site_ids": site_ids}
    target = ("invitation", invitation.id)
    record(tx, tenant_id, access.actor, "member.invite", target=target, after=after)
    return invitation, token


def _open(tenant_id: TenantId):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a select of many type parameters
    return select(Invitation).where(
        Invitation.tenant_id == tenant_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
    )


async def get(session: AsyncSession, invitation_id: UUID) -> Invitation:
    """An invitation in scope. Raises Problem 404."""
    found = await session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if found is None:
        raise not_found()
    return found


def _check_above(access: Access, invitation: Invitation) -> None:
    giving.check_role(access, TenantId(invitation.tenant_id), Role(invitation.role), invitation.site_ids)


async def renew(tx: Transaction, access: Access, invitation: Invitation) -> str:
    """Send it again: a new link, the old one ends.

    Raises Problem 403 `member.above_you`, 409 when it is not open any more.
    """
    _check_above(access, invitation)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Problem(409, Code.INVITATION_UNKNOWN)
    token = tenant_token.new(invitation.tenant_id, _SECRET_BYTES)
    invitation.token_hash, invitation.expires_at = hash_token(token), utc_now() + VALID
    target = ("invitation", invitation.id)
    after = {"email": invitation.email}
    record(tx, invitation.tenant_id, access.actor, "member.invite_again", target=target, after=after)
    return token


async def revoke(tx: Transaction, access: Access, invitation: Invitation) -> None:
    """Take it back; doing it twice is no error. Raises Problem 403 `member.above_you`."""
    _check_above(access, invitation)
    if invitation.revoked_at is None and invitation.accepted_at is None:
        invitation.revoked_at = utc_now()
        target, before = ("invitation", invitation.id), {"email": invitation.email}
        record(tx, invitation.tenant_id, access.actor, "member.invite_revoke", target=target, before=before)


async def end_beyond(tx: Transaction, actor: Actor, tenant_id: TenantId, user_id: UUID, left: Grant | None) -> None:
    """End what a member invited to and could not any more, being left with so much (None = nothing)."""
    rows = await tx.session.scalars(_open(tenant_id).where(Invitation.created_by == user_id).with_for_update())
    for row in rows:
        if not giving.may_give(left, _gift(row)):
            row.revoked_at = utc_now()
            before = {"email": row.email, "created_by": user_id}
            record(tx, tenant_id, actor, "member.invite_revoke", target=("invitation", row.id), before=before)


def _gift(invitation: Invitation) -> giving.Gift:
    return giving.membership(Role(invitation.role), invitation.site_ids, Permission.MEMBER_INVITE)


async def find(session: AsyncSession, tenant_id: TenantId, token: str, *, lock: bool = False) -> Invitation:
    """The open invitation behind a link, which whoever made it could still give.

    Raises Problem 403 `invitation.unknown`: none, used, taken back, too old, more than its maker has by now.
    """
    query = _open(tenant_id).where(Invitation.token_hash == hash_token(token), Invitation.expires_at > utc_now())
    found: Invitation | None = await session.scalar(query)
    if found is None:
        raise Problem(403, Code.INVITATION_UNKNOWN)
    # The maker first: whoever takes rights away locks memberships, and then what they gave.
    maker = await giving.standing(session, tenant_id, found.created_by)
    if lock:
        found = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None or not giving.may_give(maker, _gift(found)):
        raise Problem(403, Code.INVITATION_UNKNOWN)
    return found


async def find_account(session: AsyncSession, email: str) -> User | None:
    """The account of an address, if there is one."""
    found: User | None = await session.scalar(select(User).where(User.email == email))
    return found


async def new_account(session: AsyncSession, invitation: Invitation, name: str, encoded: str, language: str) -> User:
    """An account for whoever holds the link: it came to that address. Raises Problem 403 when one exists by now."""
    user = User(email=invitation.email, name=name, password_hash=encoded, language=language)
    session.add(user)
    try:
        await session.flush()
    except IntegrityError:
        raise Problem(403, Code.INVITATION_SIGN_IN_FIRST) from None
    return user


async def accept(tx: Transaction, invitation: Invitation, user: User, source_ip: str | None) -> None:
    """Make the user a member. Raises Problem 403 `invitation.other_person`, 409 `member.exists`."""
    if user.email != invitation.email:
        raise Problem(403, Code.INVITATION_OTHER_PERSON, {"email": invitation.email})
    existing = select(Membership.id).where(Membership.tenant_id == invitation.tenant_id, Membership.user_id == user.id)
    if await tx.session.scalar(existing):
        raise Problem(409, Code.MEMBER_EXISTS)
    tx.session.add(
        Membership(tenant_id=invitation.tenant_id, user_id=user.id, role=invitation.role, site_ids=invitation.site_ids)
    )
    invitation.accepted_at = utc_now()
    after = {"email": user.email, "role": invitation.role, "site_ids": invitation.site_ids}
    actor = Actor("user", user.id, user.name, source_ip)
    record(tx, invitation.tenant_id, actor, "member.join", target=("user", user.id), after=after)
