"""API keys: made by a person for a program, with less than the person may do, and with an end."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.core.identity import api_key_auth, giving
from bosman_server.core.identity.access import Access, Grant
from bosman_server.core.identity.models import ApiKey
from bosman_server.core.identity.permissions import (
    DEVICE_LIST_PERMISSIONS,
    KEY_PERMISSIONS,
    SITE_PERMISSIONS,
    Permission,
)
from bosman_server.core.identity.schemas import ApiKeyCreate
from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.schemas import site_ids_of
from bosman_server.kit.tenant_token import Stamps


async def create(
    tx: Transaction, access: Access, tenant_id: TenantId, data: ApiKeyCreate, stamps: Stamps
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is kept nowhere.

    Raises Problem 403 `api_key.scope_too_wide` for what its maker may not do or no key may.
    """
    site_ids = site_ids_of(data.sites)
    _check_scopes(access, tenant_id, data)
    token = api_key_auth.new_token(stamps, tenant_id)
    key = ApiKey(
        tenant_id=tenant_id,
        user_id=access.subject.user_id,
        name=data.name,
        hint=token[-4:],
        token_hash=hash_token(token),
        scopes=sorted(scope.value for scope in set(data.scopes)),
        site_ids=site_ids,
        device_ids=None if data.devices == "all" else sorted(set(data.devices)),
        per_hour=data.per_hour,
        expires_at=utc_now() + timedelta(days=data.valid_days),
    )
    tx.session.add(key)
    await tx.session.flush()
    after = {"name": key.name, "scopes": key.scopes, "expires_at": key.expires_at, "site_ids": key.site_ids}
    after |= {"device_ids": key.device_ids, "per_hour": key.per_hour}
    record(tx, tenant_id, access.actor, "api_key.create", target=("api_key", key.id), after=after)
    return key, token


def _check_scopes(access: Access, tenant_id: TenantId, data: ApiKeyCreate) -> None:
    grant = access.subject.grants[tenant_id]
    allowed = grant.permissions & KEY_PERMISSIONS
    if data.sites != "all":
        allowed &= SITE_PERMISSIONS
    if data.devices != "all":
        allowed &= DEVICE_LIST_PERMISSIONS
    beyond = sorted(set(data.scopes) - allowed)
    if beyond:
        raise Problem(403, Code.API_KEY_SCOPE_TOO_WIDE, {"permission": beyond[0].value})


async def get(session: AsyncSession, key_id: UUID) -> ApiKey:
    """A key in scope. Raises Problem 404."""
    key = await session.scalar(select(ApiKey).where(ApiKey.id == key_id))
    if key is None:
        raise not_found()
    return key


async def revoke(tx: Transaction, access: Access, key: ApiKey) -> None:
    """End a key; doing it twice is no error. Raises Problem 403 `api_key.scope_too_wide` for more than one's own."""
    grant = access.subject.grants[TenantId(key.tenant_id)]
    beyond = sorted(set(key.scopes) - grant.permissions)
    if not giving.may_give(grant, giving.api_key(key.scopes, key.site_ids, access.permission)):
        raise Problem(403, Code.API_KEY_SCOPE_TOO_WIDE, {"permission": beyond[0] if beyond else access.permission})
    end(tx, key, access.actor)


async def end_beyond(tx: Transaction, actor: Actor, tenant_id: TenantId, user_id: UUID, left: Grant | None) -> None:
    """End the keys that their owner could not make any more, being left with so much (None = nothing)."""
    for key in await _live(tx.session, [tenant_id], user_id):
        if not giving.may_give(left, giving.api_key(key.scopes, key.site_ids, Permission.API_KEY_CREATE)):
            end(tx, key, actor)


async def end_all(tx: Transaction, actor: Actor, tenant_ids: Iterable[UUID], user_id: UUID) -> int:
    """End every key of an account, in the tenants that are in scope. Returns how many."""
    keys = await _live(tx.session, tenant_ids, user_id)
    for key in keys:
        end(tx, key, actor)
    return len(keys)


async def _live(session: AsyncSession, tenant_ids: Iterable[UUID], user_id: UUID) -> list[ApiKey]:
    query = select(ApiKey).where(
        ApiKey.tenant_id.in_(list(tenant_ids)), ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None)
    )
    return list(await session.scalars(query.with_for_update()))


def end(tx: Transaction, key: ApiKey, actor: Actor) -> None:
    """End a key, whoever says so."""
    if key.revoked_at is None:
        key.revoked_at = utc_now()
        before = {"name": key.name}
        record(tx, key.tenant_id, actor, "api_key.revoke", target=("api_key", key.id), before=before)
