"""Routes of enrolment tokens."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_protocol.version import Platform
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.agents import install, releases
from bosman_server.features.agents.releases import StoredFile
from bosman_server.fleet.enrollment import tokens
from bosman_server.fleet.enrollment.schemas import InstallOut, TokenCreate, TokenCreated, TokenRowOut
from bosman_server.fleet.enrollment.tokens import TOKENS
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime

router = APIRouter(tags=["enrollment"])


@router.get("/enrollment-tokens", response_model=Page[TokenRowOut])
async def list_tokens(
    access: Annotated[Access, require(Permission.TOKEN_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(TOKENS.query)],
) -> Response:
    """Enrolment tokens of the tenants that the user may enter."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await TOKENS.fetch(connection, scope, query)).response()


@router.get("/enrollment-tokens/{token_id}", response_model=TokenRowOut)
async def get_token(
    token_id: UUID, access: Annotated[Access, require(Permission.TOKEN_READ)], runtime: CurrentRuntime
) -> Response:
    """One enrolment token without its secret."""
    async with runtime.database.reading(access.visible) as connection:
        row = await TOKENS.one(connection, access.visible, token_id)
    if row is None:
        raise not_found()
    access.check_site(row["tenant_id"], row["site_id"])
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.post("/enrollment-tokens", status_code=201)
async def create_token(
    data: TokenCreate, access: Annotated[Access, require(Permission.TOKEN_CREATE)], runtime: CurrentRuntime
) -> TokenCreated:
    """A new token; its secret is in this answer and nowhere else."""
    tenant_id = access.check(data.tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        site = await tenancy.get_site(tx.session, data.site_id)
        access.check_site(site.tenant_id, site.id)
        maker = tokens.Maker(access.actor, access.subject.user_id, access.subject.key_id)
        row, secret = await tokens.create(tx, tenant_id, site, data, maker)
        tx.announce(Change("token", tenant_id, row.id))
    values = {name: getattr(row, name) for name in TokenCreated.model_fields if hasattr(row, name)}
    return TokenCreated(**values, state="active", **await _how_to_install(runtime, secret))


async def _how_to_install(runtime: Runtime, token: str) -> dict[str, object]:
    settings = runtime.settings
    enrolling = install.Enrolling(settings.browser_url, settings.gateway_url, token, runtime.authority_fingerprint)
    async with runtime.database.reading(EMPTY_SCOPE) as connection:
        stored = await releases.list_releases(connection)

    def offer(platform: Platform, line: Callable[[install.Enrolling, StoredFile], str]) -> InstallOut | None:
        file = releases.newest_installer(stored, platform)
        if file is None:
            return None
        return InstallOut(
            line=line(enrolling, file),
            version=file.version,
            file_name=file.name,
            download_url=enrolling.download_url(file),
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )

    return {
        "token": token,
        "gateway_url": enrolling.gateway_url,
        "authority_sha256": enrolling.authority_sha256,
        "install_windows": offer("windows-amd64", install.windows_line),
        "install_linux": offer("linux", install.linux_line),
        "enroll_line": install.enroll_line(enrolling),
    }


@router.post("/enrollment-tokens/{token_id}/revoke", status_code=204)
async def revoke_token(
    token_id: UUID, access: Annotated[Access, require(Permission.TOKEN_REVOKE)], runtime: CurrentRuntime
) -> None:
    """End a token."""
    async with runtime.database.writing(access.visible) as tx:
        row = await tokens.get(tx.session, token_id)
        tenant_id = access.check_site(row.tenant_id, row.site_id)
        await tokens.revoke(tx, row, access.actor)
        tx.announce(Change("token", tenant_id, token_id))
