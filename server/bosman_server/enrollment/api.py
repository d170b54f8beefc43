"""Routes of enrolment tokens."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from bosman_server.enrollment import tokens
from bosman_server.enrollment.schemas import TokenCreate, TokenCreated, TokenRowOut, TokenState
from bosman_server.enrollment.tokens import TOKENS
from bosman_server.identity.access import Access, require
from bosman_server.identity.permissions import Permission
from bosman_server.kit.live import Change, announce
from bosman_server.kit.paging import Page, Paging, SearchText
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.tenancy import service as tenancy

router = APIRouter(tags=["enrollment"])
Ids = Annotated[list[UUID] | None, Query(max_length=500)]


@router.get("/enrollment-tokens", response_model=Page[TokenRowOut])
async def list_tokens(
    access: Annotated[Access, require(Permission.TOKEN_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    site_id: Ids = None,
    state: Annotated[list[TokenState] | None, Query()] = None,
    q: SearchText = None,
) -> Response:
    """Enrolment tokens of the tenants that the user may enter."""
    scope = access.narrowed(tenant_id)
    values = {"tenant_id": list(scope), "within": scope.within, "site_id": site_id, "state": state, "q": q or None}
    async with runtime.database.reading(scope) as connection:
        return (await TOKENS.fetch(connection, page, values)).response()


@router.post("/enrollment-tokens", status_code=201)
async def create_token(
    data: TokenCreate, access: Annotated[Access, require(Permission.TOKEN_CREATE)], runtime: CurrentRuntime
) -> TokenCreated:
    """A new token; its secret is in this answer and nowhere else."""
    tenant_id = access.check(data.tenant_id)
    async with runtime.database.unit(access.scope) as unit:
        site = await tenancy.get_site(unit.session, data.site_id)
        access.check_site(site.tenant_id, site.id)
        row, secret = await tokens.create(unit.session, tenant_id, site, data, access.actor)
        unit.after_commit(lambda: announce(runtime.bus, Change("token", tenant_id, row.id)))
    install = tokens.install_line(runtime.settings.gateway_url, secret, runtime.authority_fingerprint)
    values = {name: getattr(row, name) for name in TokenCreated.model_fields if hasattr(row, name)}
    return TokenCreated(**values, state="active", token=secret, install_linux=install)


@router.post("/enrollment-tokens/{token_id}/revoke", status_code=204)
async def revoke_token(
    token_id: UUID, access: Annotated[Access, require(Permission.TOKEN_REVOKE)], runtime: CurrentRuntime
) -> None:
    """End a token."""
    async with runtime.database.unit(access.visible) as unit:
        row = await tokens.get(unit.session, token_id)
        tenant_id = access.check_site(row.tenant_id, row.site_id)
        await tokens.revoke(unit.session, row, access.actor)
        unit.after_commit(lambda: announce(runtime.bus, Change("token", tenant_id, token_id)))
