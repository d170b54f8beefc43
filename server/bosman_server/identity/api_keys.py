"""API keys: made by a person for a program, with less than the person may do, and with an end."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.audit.service import Actor, record
from bosman_server.identity import bearer
from bosman_server.identity.access import Access
from bosman_server.identity.models import ApiKey
from bosman_server.identity.permissions import KEY_PERMISSIONS
from bosman_server.identity.schemas import ApiKeyCreate
from bosman_server.identity.sessions import hash_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.problems import Problem, not_found


async def create(session: AsyncSession, access: Access, tenant_id: TenantId, data: ApiKeyCreate) -> tuple[ApiKey, str]:
    """A new key and its secret, which is kept nowhere.

    Raises Problem 403 `api_key.scope_too_wide` for what its maker may not do or no key may.
    """
    allowed = access.subject.grants[tenant_id].permissions & KEY_PERMISSIONS
    beyond = sorted(set(data.scopes) - allowed)
    if beyond:
        raise Problem(403, Code.API_KEY_SCOPE_TOO_WIDE, {"permission": beyond[0].value})
    token = bearer.new_token(tenant_id)
    key = ApiKey(
        tenant_id=tenant_id,
        user_id=access.subject.user_id,
        name=data.name,
        hint=token[-4:],
        token_hash=hash_token(token),
        scopes=sorted(scope.value for scope in set(data.scopes)),
        expires_at=utc_now() + timedelta(days=data.valid_days),
    )
    session.add(key)
    await session.flush()
    after = {"name": key.name, "scopes": key.scopes, "expires_at": key.expires_at}
    record(session, tenant_id, access.actor, "api_key.create", target=("api_key", key.id), after=after)
    return key, token


async def get(session: AsyncSession, key_id: UUID) -> ApiKey:
    """A key in scope. Raises Problem 404."""
    key = await session.scalar(select(ApiKey).where(ApiKey.id == key_id))
    if key is None:
        raise not_found()
    return key


async def revoke(session: AsyncSession, key: ApiKey, actor: Actor) -> None:
    """End a key; doing it twice is no error."""
    if key.revoked_at is None:
        key.revoked_at = utc_now()
        before = {"name": key.name}
        record(session, key.tenant_id, actor, "api_key.revoke", target=("api_key", key.id), before=before)
