"""API keys as they come in with a request: `Authorization: Bearer bsk_<tenant>.<secret>.<stamp>`."""

from datetime import timedelta
from uuid import UUID

import msgspec
from fastapi import Request

from bosman_protocol.codes import Code
from bosman_server.core.identity.attempts import Counts
from bosman_server.core.identity.login_throttle import LoginThrottle
from bosman_server.core.identity.rate_limits import limits_of
from bosman_server.core.identity.sessions import hash_token, source_ip
from bosman_server.kit import tenant_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import network_of
from bosman_server.kit.runtime import Runtime
from bosman_server.kit.tenant_token import Stamps

PREFIX = "bsk_"
_TOUCH_AFTER = timedelta(minutes=1)


class FoundKey(msgspec.Struct, frozen=True):
    """A live key with its owner and what the owner is in the key's tenant."""

    id: UUID
    tenant_id: UUID
    name: str
    scopes: list[str]
    user_id: UUID
    user_name: str
    email: str
    role: str
    site_ids: list[UUID] | None
    """Where its owner is limited to."""
    key_site_ids: list[UUID] | None
    """Where it is limited to itself."""
    device_ids: list[UUID] | None
    per_hour: int


# The owner's membership is read with the key: when it goes, the key opens nothing.
_FIND = """
SELECT k.id, k.tenant_id, k.name, k.scopes, k.user_id, k.last_used_at, u.name AS user_name, u.email, m.role, m.site_ids,
       k.device_ids, k.per_hour,
       -- A key for certain devices sees the sites where these stand now.
       CASE WHEN k.device_ids IS NULL THEN k.site_ids ELSE ARRAY(
           SELECT DISTINCT d.site_id FROM tenancy_device d WHERE d.tenant_id = k.tenant_id AND d.id = ANY (k.device_ids)
             AND (k.site_ids IS NULL OR d.site_id = ANY (k.site_ids))) END AS key_site_ids
FROM identity_api_key k
JOIN identity_user u ON u.id = k.user_id
JOIN identity_membership m ON m.user_id = k.user_id AND m.tenant_id = k.tenant_id
WHERE k.tenant_id = $1 AND {} = $2 AND k.revoked_at IS NULL AND k.expires_at > now()
"""


_BY_TOKEN, _BY_ID = _FIND.format("k.token_hash"), _FIND.format("k.id")


def new_token(stamps: Stamps, tenant_id: UUID) -> str:
    """A key that says which tenant it is for, holds 256 random bits, and ends with a checksum only we can make."""
    return stamps.put(PREFIX + tenant_token.new(tenant_id, 32))


def token_of(request: Request) -> str | None:
    """The key in the header; None where the request brings none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _tenant_of(stamps: Stamps, token: str) -> TenantId | None:
    if not token.startswith(PREFIX) or len(token) > 128 or not stamps.fit(token):
        return None
    claimed = tenant_token.tenant_of(token.removeprefix(PREFIX))
    return None if claimed is None else TenantId(claimed)


async def find(runtime: Runtime, token: str, request: Request) -> FoundKey:
    """The key. Raises Problem 401 `api_key.unknown`, 429 after many of those from one address.

    Only what fails is counted, and nothing is asked of whoever comes with a good key: however many made-up
    ones come from the same address, it stays open.
    """
    tenant_id = _tenant_of(runtime.parts.of(LoginThrottle).stamps, token)
    row = None
    if tenant_id is not None:
        async with runtime.database.writing(TenantScope.of([tenant_id])) as tx:
            row = await tx.connection.fetchrow(_BY_TOKEN, tenant_id, hash_token(token))
            if row is not None and (row["last_used_at"] is None or utc_now() - row["last_used_at"] > _TOUCH_AFTER):
                await tx.connection.execute(
                    "UPDATE identity_api_key SET last_used_at = now() WHERE tenant_id = $1 AND id = $2",
                    tenant_id,
                    row["id"],
                )
    if row is None:
        runtime.parts.of(Counts).note("access.unknown_key", Code.API_KEY_UNKNOWN, source_ip(request))
        limits_of(runtime).bearer.hit(network_of(source_ip(request)))
        raise Problem(401, Code.API_KEY_UNKNOWN, headers={"www-authenticate": "Bearer"})
    return _found(row)


async def find_by_id(connection: Connection, tenant_id: UUID, key_id: UUID) -> FoundKey | None:
    """A live key that somebody came with earlier (a bare connection)."""
    row = await connection.fetchrow(_BY_ID, tenant_id, key_id)
    return None if row is None else _found(row)


def _found(row: Record) -> FoundKey:
    return FoundKey(**{name: row[name] for name in FoundKey.__struct_fields__})
