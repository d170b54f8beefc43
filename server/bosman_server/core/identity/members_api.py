"""Routes of members and roles."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_server.core.identity import giving, members
from bosman_server.core.identity.access import Access, CurrentSubject, require
from bosman_server.core.identity.members_schemas import MemberOut, RoleOut, RolesOut
from bosman_server.core.identity.permissions import (
    DEVICE_LIST_PERMISSIONS,
    KEY_PERMISSIONS,
    ROLE_PERMISSIONS,
    SITE_PERMISSIONS,
    Permission,
)
from bosman_server.core.identity.queries import MEMBERS
from bosman_server.core.identity.schemas import MembershipChange
from bosman_server.fleet.enrollment import tokens
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.kit.schemas import Sites
from bosman_server.kit.values import Row

router = APIRouter(tags=["members"])


@router.get("/roles")
async def list_roles(_: CurrentSubject) -> RolesOut:
    """Which role may do what."""
    return RolesOut(
        roles=[RoleOut(role=role, permissions=sorted(allowed)) for role, allowed in ROLE_PERMISSIONS.items()],
        permissions=sorted(Permission),
        site_permissions=sorted(SITE_PERMISSIONS),
        key_permissions=sorted(KEY_PERMISSIONS),
        device_list_permissions=sorted(DEVICE_LIST_PERMISSIONS),
    )


@router.get("/members", response_model=Page[MemberOut])
async def list_members(
    access: Annotated[Access, require(Permission.MEMBER_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(MEMBERS.query)],
) -> Response:
    """Members of the tenants that the user looks after."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await MEMBERS.fetch(connection, scope, query)).response()


@router.get("/members/{membership_id}", response_model=MemberOut)
async def get_member(
    membership_id: UUID, access: Annotated[Access, require(Permission.MEMBER_READ)], runtime: CurrentRuntime
) -> Response:
    """One membership."""
    async with runtime.database.reading(access.visible) as connection:
        row = await MEMBERS.one(connection, access.visible, membership_id)
    if row is None:
        raise not_found()
    access.check(row["tenant_id"])
    return _versioned(row)


async def check_sites(session: AsyncSession, tenant_id: TenantId, sites: Sites) -> None:
    """That something is limited to sites of its own tenant. Raises Problem 409 `site.other_tenant`."""
    if sites != "all":
        await tenancy.check_sites(session, tenant_id, sites)


async def _row(runtime: Runtime, access: Access, membership_id: UUID) -> Row:
    async with runtime.database.reading(access.scope) as connection:
        row = await MEMBERS.one(connection, access.scope, membership_id)
    if row is None:
        raise not_found()
    return row


def _versioned(row: Row) -> Response:
    headers = {"etag": etag(row["version"])}
    return Response(msgspec.json.encode(row), media_type="application/json", headers=headers)


@router.patch("/members/{membership_id}", response_model=MemberOut)
async def update_member(
    membership_id: UUID,
    data: MembershipChange,
    access: Annotated[Access, require(Permission.MEMBER_UPDATE)],
    runtime: CurrentRuntime,
    seen: Precondition,
) -> Response:
    """Another role or other sites; holds from the member's next request on. Needs a fresh second factor.

    Invitations, keys and enrolment tokens that they could not make any more end with it.
    """
    access.check_fresh()
    async with runtime.database.writing(access.scope) as tx:
        membership = await members.change(tx, access, membership_id, data, seen)
        await check_sites(tx.session, TenantId(membership.tenant_id), data.sites)
        left = giving.grant_of(membership)
        await tokens.end_beyond(tx, access.actor, membership.tenant_id, membership.user_id, left)
        tx.announce(Change("member", membership.tenant_id, membership_id))
    row = await _row(runtime, access, membership_id)
    return _versioned(row)


@router.delete("/members/{membership_id}", status_code=204)
async def remove_member(
    membership_id: UUID, access: Annotated[Access, require(Permission.MEMBER_REMOVE)], runtime: CurrentRuntime
) -> None:
    """Somebody leaves the tenant; their keys, invitations and enrolment tokens end. Needs a fresh second factor."""
    access.check_fresh()
    async with runtime.database.writing(access.scope) as tx:
        membership = await members.remove(tx, access, membership_id)
        await tokens.end_beyond(tx, access.actor, membership.tenant_id, membership.user_id, None)
        tx.announce(Change("member", membership.tenant_id, membership_id))
