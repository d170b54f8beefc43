"""Routes of the audit trail: the list, one entry, export."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from bosman_server.core.audit.actions import ACTIONS
from bosman_server.core.audit.export import MEDIA_TYPES, Format, begun, export, record_export
from bosman_server.core.audit.queries import ENTRIES, FULL_ENTRIES
from bosman_server.core.audit.schemas import AuditActionsOut, AuditEntryOut, AuditRowOut
from bosman_server.core.audit.service import PLATFORM_TENANT
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.stream_guard import place_keys
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.fair import PLACES, LongAnswer
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["audit"])

SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}


def with_platform(
    scope: TenantScope, access: Access, wanted: Sequence[UUID | Literal["platform"]] | None
) -> TenantScope:
    """The scope and, for whoever looks after the installation, the platform's own trail; an API key is nobody."""
    subject = access.subject
    if not subject.is_operator or subject.session_id is None or (wanted is not None and "platform" not in wanted):
        return scope
    return TenantScope.of([*scope, TenantId(PLATFORM_TENANT)])


def _scope(access: Access, query: ListQuery) -> TenantScope:
    return with_platform(access.restricted_to(query.tenant_ids), access, query.tenants)


@router.get("/audit", response_model=Page[AuditRowOut])
async def list_audit(
    access: Annotated[Access, require(Permission.AUDIT_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(ENTRIES.query)],
) -> Response:
    """Who did what; `action` takes whole actions and groups (`task.`)."""
    scope = _scope(access, query)
    async with runtime.database.reading(scope) as connection:
        return (await ENTRIES.fetch(connection, scope, query)).response()


@router.get("/audit/actions", dependencies=[require(Permission.AUDIT_READ)])
async def list_audit_actions() -> AuditActionsOut:
    """Every action that an entry may name."""
    return AuditActionsOut(items=list(ACTIONS))


@router.get("/audit/export", response_class=StreamingResponse)
async def export_audit(
    access: Annotated[Access, require(Permission.AUDIT_EXPORT)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(FULL_ENTRIES.filter_query)],
    format_: Annotated[Format, Query(alias="format")] = "csv",
    separator: Annotated[Literal["comma", "semicolon", "tab"], Query()] = "comma",
) -> LongAnswer:
    """Everything that matches, as a file; every tenant whose entries leave gets an entry about it."""
    keys = place_keys(access.subject)
    PLACES.check(keys)
    scope = _scope(access, query)
    await record_export(runtime.database, scope, access.actor, {"format": format_, "filters": query.given})
    pieces = await begun(export(runtime.database, scope, query.filters, format_, SEPARATORS[separator]))
    name = f"bosman-audit-{utc_now():%Y-%m-%d}.{format_}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return LongAnswer(pieces, keys=keys, media_type=MEDIA_TYPES[format_], headers=headers)


@router.get("/audit/{entry_id}", response_model=AuditEntryOut)
async def get_audit_entry(
    entry_id: UUID, access: Annotated[Access, require(Permission.AUDIT_READ)], runtime: CurrentRuntime
) -> Response:
    """One entry with what was before and after, and its place in the chain."""
    scope = with_platform(access.visible, access, None)
    async with runtime.database.reading(scope) as connection:
        row = await FULL_ENTRIES.one(connection, scope, entry_id)
    if row is None:
        raise not_found()
    if row["tenant_id"] != PLATFORM_TENANT:
        access.check(row["tenant_id"])
    seq, digest, sealed_at = (row.pop(name) for name in ("seq", "hash", "sealed_at"))
    row["chain"] = None if seq is None else {"seq": seq, "hash": digest, "sealed_at": sealed_at}
    return Response(msgspec.json.encode(row), media_type="application/json")
