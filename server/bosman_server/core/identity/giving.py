"""Whether somebody may give something: one question for every door, asked again when what was given is used.

Rights are given by invitations, roles, API keys and enrolment tokens. Whoever makes, renews, changes or ends
one must hold all of it themselves; and whoever made one must still hold it when somebody comes with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.identity.access import Access, Grant
from bosman_server.core.identity.models import ApiKey, Membership
from bosman_server.core.identity.permissions import Permission, Role, granted
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.problems import Problem

_KNOWN = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Gift:
    """Rights that are handed on."""

    by: Permission
    """What handing them on needs."""
    permissions: frozenset[Permission]
    site_ids: frozenset[UUID] | None
    """None = everywhere in the tenant."""


def membership(role: Role, site_ids: Sequence[UUID] | None, by: Permission) -> Gift:
    """A role, which an invitation or a change of a member gives."""
    return Gift(by, granted(role, limited_to_sites=site_ids is not None), _sites(site_ids))


def api_key(scopes: Iterable[str], site_ids: Sequence[UUID] | None, by: Permission) -> Gift:
    """What a program may do."""
    return Gift(by, frozenset(Permission(scope) for scope in scopes if scope in _KNOWN), _sites(site_ids))


def enrollment(site_id: UUID, by: Permission) -> Gift:
    """New devices at a site."""
    return Gift(by, frozenset(), frozenset({site_id}))


def _sites(site_ids: Sequence[UUID] | None) -> frozenset[UUID] | None:
    return None if site_ids is None else frozenset(site_ids)


def may_give(giver: Grant | None, gift: Gift) -> bool:
    """Whether somebody with these rights in the tenant (None = not in it) may hand on those of the gift."""
    if giver is None or not giver.permissions >= gift.permissions | {gift.by}:
        return False
    return giver.site_ids is None or (gift.site_ids is not None and gift.site_ids <= giver.site_ids)


def check_role(access: Access, tenant_id: TenantId, role: Role, site_ids: Sequence[UUID] | None) -> None:
    """Nobody gives, changes or takes away a role that is more than they have themselves.

    Raises Problem 403 `member.above_you`, 422 `member.owner_everywhere` for an Owner of some sites only.
    """
    if role is Role.OWNER and site_ids is not None:
        raise Problem(422, Code.MEMBER_OWNER_EVERYWHERE)
    if not may_give(access.subject.grants[tenant_id], membership(role, site_ids, access.permission)):
        raise Problem(403, Code.MEMBER_ABOVE_YOU, {"role": role.value})


async def standing(session: AsyncSession, tenant_id: UUID, user_id: UUID, key_id: UUID | None = None) -> Grant | None:
    """What a maker has now in a tenant, or their API key that made it; None when they are gone.

    It stays so until the transaction ends: whoever takes it away meanwhile waits.
    """
    of_user = select(Membership).where(Membership.tenant_id == tenant_id, Membership.user_id == user_id)
    member: Membership | None = await session.scalar(of_user.with_for_update(read=True))
    if member is None:
        return None
    grant = grant_of(member)
    if key_id is None:
        return grant
    of_key = select(ApiKey).where(
        ApiKey.tenant_id == tenant_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > utc_now()
    )
    key: ApiKey | None = await session.scalar(of_key.with_for_update(read=True))
    if key is None or key.user_id != user_id:
        return None
    sites, own = _sites(key.site_ids), grant.site_ids
    within = own if sites is None else sites if own is None else sites & own
    return Grant(grant.role, within, frozenset(Permission(one) for one in key.scopes if one in _KNOWN))


def grant_of(member: Membership) -> Grant:
    """What a membership is."""
    return Grant(Role(member.role), _sites(member.site_ids))
