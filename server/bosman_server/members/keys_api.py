"""Routes of API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from bosman_server.identity import api_keys
from bosman_server.identity.access import Access, require
from bosman_server.identity.permissions import Permission
from bosman_server.identity.schemas import ApiKeyCreate
from bosman_server.kit.live import Change, announce
from bosman_server.kit.paging import Page, Paging, SearchText
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.members.queries import API_KEYS
from bosman_server.members.schemas import ApiKeyCreated, ApiKeyOut, KeyState

router = APIRouter(tags=["members"])
Ids = Annotated[list[UUID] | None, Query(max_length=500)]


@router.get("/api-keys", response_model=Page[ApiKeyOut])
async def list_api_keys(
    access: Annotated[Access, require(Permission.API_KEY_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    state: Annotated[list[KeyState] | None, Query()] = None,
    q: SearchText = None,
) -> Response:
    """API keys of the tenants that the user looks after, without their secrets."""
    scope = access.narrowed(tenant_id)
    values = {"tenant_id": list(scope), "state": state, "q": q or None}
    async with runtime.database.reading(scope) as connection:
        return (await API_KEYS.fetch(connection, page, values)).response()


@router.post("/api-keys", status_code=201)
async def create_api_key(
    data: ApiKeyCreate, access: Annotated[Access, require(Permission.API_KEY_CREATE)], runtime: CurrentRuntime
) -> ApiKeyCreated:
    """A new key in one's own name; the secret is in this answer only. Needs a fresh second factor."""
    tenant_id = access.check(data.tenant_id)
    access.check_fresh()
    async with runtime.database.unit(access.scope) as unit:
        key, token = await api_keys.create(unit.session, access, tenant_id, data)
        unit.after_commit(lambda: announce(runtime.bus, Change("api_key", tenant_id, key.id)))
    values = {name: getattr(key, name) for name in ("id", "tenant_id", "name", "scopes", "expires_at")}
    return ApiKeyCreated(**values, token=token)


@router.post("/api-keys/{key_id}/revoke", status_code=204)
async def revoke_api_key(
    key_id: UUID, access: Annotated[Access, require(Permission.API_KEY_REVOKE)], runtime: CurrentRuntime
) -> None:
    """End a key at once."""
    async with runtime.database.unit(access.visible) as unit:
        key = await api_keys.get(unit.session, key_id)
        tenant_id = access.check(key.tenant_id)
        await api_keys.revoke(unit.session, key, access.actor)
        unit.after_commit(lambda: announce(runtime.bus, Change("api_key", tenant_id, key_id)))
