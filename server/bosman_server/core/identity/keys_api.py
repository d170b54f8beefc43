"""Routes of API keys."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_server.core.audit.service import PLATFORM_TENANT
from bosman_server.core.identity import api_keys, notices
from bosman_server.core.identity import service as identity
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.login_throttle import LoginThrottle
from bosman_server.core.identity.members_api import check_sites
from bosman_server.core.identity.members_schemas import ApiKeyCreated, ApiKeyOut
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.queries import API_KEYS
from bosman_server.core.identity.schemas import ApiKeyCreate
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.enrollment import tokens
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["members"])


@router.get("/api-keys", response_model=Page[ApiKeyOut])
async def list_api_keys(
    access: Annotated[Access, require(Permission.API_KEY_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(API_KEYS.query)],
) -> Response:
    """API keys of the tenants that the user looks after, without their secrets."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await API_KEYS.fetch(connection, scope, query)).response()


@router.get("/api-keys/{key_id}", response_model=ApiKeyOut)
async def get_api_key(
    key_id: UUID, access: Annotated[Access, require(Permission.API_KEY_READ)], runtime: CurrentRuntime
) -> Response:
    """One API key without its secret."""
    async with runtime.database.reading(access.visible) as connection:
        row = await API_KEYS.one(connection, access.visible, key_id)
    if row is None:
        raise not_found()
    access.check(row["tenant_id"])
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.post("/api-keys", status_code=201)
async def create_api_key(
    data: ApiKeyCreate, access: Annotated[Access, require(Permission.API_KEY_CREATE)], runtime: CurrentRuntime
) -> ApiKeyCreated:
    """A new key in one's own name; the secret is in this answer only. Needs a fresh second factor."""
    tenant_id = access.check(data.tenant_id)
    access.check_fresh()
    scope = TenantScope.of([*access.scope, TenantId(PLATFORM_TENANT)])
    async with runtime.database.writing(scope) as tx:
        await check_sites(tx.session, tenant_id, data.sites)
        if data.devices != "all":
            await device_service.check_devices(tx.session, tenant_id, data.devices)
        key, token = await api_keys.create(tx, access, tenant_id, data, runtime.parts.of(LoginThrottle).stamps)
        owner = await identity.read_me(tx.session, access.subject.user_id)
        await notices.tell(tx.session, runtime.cipher, owner, "api_key_created", access.subject.source_ip, key.name)
        tx.announce(Change("api_key", tenant_id, key.id))
    values = {name: getattr(key, name) for name in ApiKeyCreated.model_fields if name != "token"}
    return ApiKeyCreated(**values, token=token)


@router.post("/api-keys/{key_id}/revoke", status_code=204)
async def revoke_api_key(
    key_id: UUID, access: Annotated[Access, require(Permission.API_KEY_REVOKE)], runtime: CurrentRuntime
) -> None:
    """End a key at once, and the enrolment tokens that it made. Work that it wished is not signed any more."""
    async with runtime.database.writing(access.visible) as tx:
        key = await api_keys.get(tx.session, key_id)
        tenant_id = access.check(key.tenant_id)
        await api_keys.revoke(tx, access, key)
        await tokens.end_of_key(tx, access.actor, tenant_id, key_id)
        tx.announce(Change("api_key", tenant_id, key_id))
