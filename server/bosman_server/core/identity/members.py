"""Who is what in a tenant: changing it, ending it, and what nobody may do to whom."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import record
from bosman_server.core.identity import api_keys, giving, invitations
from bosman_server.core.identity.access import Access, Denied, Grant
from bosman_server.core.identity.models import ApiKey, Invitation, Membership, User
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.schemas import MembershipChange
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.http.etag import IfMatch
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.schemas import site_ids_of


async def _lock(session: AsyncSession, access: Access, membership_id: UUID) -> tuple[Membership, TenantId]:
    """A membership of a tenant in scope, checked; every membership of the tenant stays as it is meanwhile."""
    tenant_id = await session.scalar(select(Membership.tenant_id).where(Membership.id == membership_id))
    if tenant_id is None:
        raise not_found()
    checked = access.check(tenant_id)
    query = select(Membership).where(Membership.tenant_id == checked).order_by(Membership.user_id)
    rows = list(await session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    found = next((row for row in rows if row.id == membership_id), None)
    if found is None:
        raise not_found()
    # Of two who end each other at once the second has ended: what they were is read again under the lock.
    mine = next((row for row in rows if row.user_id == access.subject.user_id), None)
    if mine is None or giving.grant_of(mine) != access.subject.grants.get(checked):
        raise Denied(access.permission, checked)
    return found, checked


async def _check_not_last_owner(session: AsyncSession, membership: Membership) -> None:
    others = select(Membership.id).where(
        Membership.tenant_id == membership.tenant_id, Membership.role == Role.OWNER, Membership.id != membership.id
    )
    if membership.role == Role.OWNER and await session.scalar(others.limit(1)) is None:
        raise Problem(409, Code.MEMBER_LAST_OWNER)


def _describe(membership: Membership) -> dict[str, object]:
    return {"role": membership.role, "site_ids": membership.site_ids}


async def change(
    tx: Transaction, access: Access, membership_id: UUID, data: MembershipChange, seen: IfMatch
) -> Membership:
    """Another role or other sites; what they could not give any more ends.

    Raises Problem 404, 403, 409 `member.last_owner`, 412, 428.
    """
    membership, tenant_id = await _lock(tx.session, access, membership_id)
    seen.check(membership.version)
    giving.check_role(access, tenant_id, Role(membership.role), membership.site_ids)
    giving.check_role(access, tenant_id, data.role, site_ids_of(data.sites))
    if data.role is not Role.OWNER:
        await _check_not_last_owner(tx.session, membership)
    before = _describe(membership)
    membership.role, membership.site_ids = data.role, site_ids_of(data.sites)
    membership.version += 1
    target = ("user", membership.user_id)
    record(tx, tenant_id, access.actor, "member.update", target=target, before=before, after=_describe(membership))
    await _end_gifts(tx, access, membership, giving.grant_of(membership))
    return membership


async def remove(tx: Transaction, access: Access, membership_id: UUID) -> Membership:
    """Somebody leaves a tenant, and with them what they gave. Raises Problem 404, 403, 409 `member.last_owner`."""
    membership, tenant_id = await _lock(tx.session, access, membership_id)
    giving.check_role(access, tenant_id, Role(membership.role), membership.site_ids)
    await _check_not_last_owner(tx.session, membership)
    await _end_gifts(tx, access, membership, None)
    await tx.session.delete(membership)
    user = await tx.session.get_one(User, membership.user_id)
    before = _describe(membership) | {"email": user.email, "name": user.name}
    record(tx, tenant_id, access.actor, "member.remove", target=("user", membership.user_id), before=before)
    return membership


async def _end_gifts(tx: Transaction, access: Access, membership: Membership, left: Grant | None) -> None:
    """Invitations and keys that the member could not give any more. Tokens are the enrolment slice's to end."""
    tenant_id, user_id = TenantId(membership.tenant_id), membership.user_id
    await invitations.end_beyond(tx, access.actor, tenant_id, user_id, left)
    await api_keys.end_beyond(tx, access.actor, tenant_id, user_id, left)


async def forget_site(session: AsyncSession, tenant_id: TenantId, site_id: UUID) -> None:
    """A site is gone: what was limited to it loses it; what knew only this site then opens nothing."""
    tables: tuple[type[Membership | Invitation | ApiKey], ...] = (Membership, Invitation, ApiKey)
    for table in tables:
        rows: Iterable[Membership | Invitation | ApiKey] = await session.scalars(
            select(table).where(table.tenant_id == tenant_id, table.site_ids.any(site_id))  # type: ignore[arg-type]  # an array's any()
        )
        for row in rows:
            row.site_ids = [one for one in row.site_ids or [] if one != site_id]
            if isinstance(row, Membership):
                row.version += 1
