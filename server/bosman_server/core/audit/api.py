"""Routes of the audit trail: the list, one entry, export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.export import MEDIA_TYPES, Format, begun, export, record_export
from bosman_server.core.audit.queries import ENTRIES, FULL_ENTRIES
from bosman_server.core.audit.schemas import AuditActionsOut, AuditEntryOut, AuditRowOut
from bosman_server.core.audit.service import PLATFORM_TENANT
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.stream_guard import place_keys
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.fair import PLACES, LongAnswer
from bosman_server.kit.paging import Page, Paging, SearchText, narrowing
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.schemas import Moment

router = APIRouter(tags=["audit"])
Wanted = Annotated[list[UUID | Literal["platform"]] | None, narrowing(max_length=500)]
ActionName = Annotated[str, Query(max_length=64, pattern=r"^[a-z_]+\.[a-z_.]*$")]


SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}


def with_platform(scope: TenantScope, access: Access, wanted: list[UUID | Literal["platform"]] | None) -> TenantScope:
    """The scope and, for whoever looks after the installation, the platform's own trail; an API key is nobody."""
    subject = access.subject
    if not subject.is_operator or subject.session_id is None or (wanted is not None and "platform" not in wanted):
        return scope
    return TenantScope.of([*scope, TenantId(PLATFORM_TENANT)])


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """The filters that list and export take."""

    tenant_id: list[UUID | Literal["platform"]] | None
    rest: Mapping[str, Any]

    def values(self, access: Access) -> tuple[TenantScope, Mapping[str, Any]]:
        """The scope that remains, and values for the list."""
        ids = None if self.tenant_id is None else [one for one in self.tenant_id if isinstance(one, UUID)]
        scope = with_platform(access.restricted_to(ids), access, self.tenant_id)
        return scope, {"tenant_id": list(scope), **self.rest}

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, for the entry about an export."""
        return {name: value for name, value in {"tenant_id": self.tenant_id, **self.rest}.items() if value is not None}


async def _filters(
    tenant_id: Wanted = None,
    actor: Annotated[UUID | None, narrowing()] = None,
    q: SearchText = None,
    device_id: Annotated[UUID | None, narrowing()] = None,
    action: Annotated[list[ActionName] | None, narrowing(max_length=100)] = None,
    result: Annotated[Literal["ok", "refused"] | None, narrowing()] = None,
    from_: Annotated[Moment | None, narrowing(alias="from")] = None,
    to: Annotated[Moment | None, narrowing()] = None,
) -> TrailFilters:
    rest: dict[str, UUID | str | list[str] | datetime | None] = {
        "actor": actor,
        "q": q or None,
        "device_id": device_id,
        "action": action,
        "result": result,
        "since": from_,
        "until": to,
    }
    return TrailFilters(tenant_id, rest)


Filtered = Annotated[TrailFilters, Depends(_filters)]


@router.get("/audit", response_model=Page[AuditRowOut])
async def list_audit(
    access: Annotated[Access, require(Permission.AUDIT_READ)], runtime: CurrentRuntime, page: Paging, filters: Filtered
) -> Response:
    """Who did what; `action` takes whole actions and groups (`task.`). A total above 10 000 is not counted out."""
    scope, values = filters.values(access)
    async with runtime.database.reading(scope) as connection:
        return (await ENTRIES.fetch(connection, page, values)).response()


@router.get("/audit/actions", dependencies=[require(Permission.AUDIT_READ)])
async def list_audit_actions() -> AuditActionsOut:
    """Every action that an entry may name."""
    return AuditActionsOut(items=list(Action))


@router.get("/audit/export", response_class=StreamingResponse)
async def export_audit(
    access: Annotated[Access, require(Permission.AUDIT_EXPORT)],
    runtime: CurrentRuntime,
    filters: Filtered,
    format_: Annotated[Format, Query(alias="format")] = "csv",
    separator: Annotated[Literal["comma", "semicolon", "tab"], Query()] = "comma",
) -> LongAnswer:
    """Everything that matches, as a file; every tenant whose entries leave gets an entry about it."""
    keys = place_keys(access.subject)
    PLACES.check(keys)
    scope, values = filters.values(access)
    await record_export(runtime.database, scope, access.actor, {"format": format_, "filters": filters.given})
    pieces = await begun(export(runtime.database, scope, values, format_, SEPARATORS[separator]))
    name = f"bosman-audit-{utc_now():%Y-%m-%d}.{format_}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return LongAnswer(pieces, keys=keys, media_type=MEDIA_TYPES[format_], headers=headers)


@router.get("/audit/{entry_id}", response_model=AuditEntryOut)
async def get_audit_entry(
    entry_id: UUID, access: Annotated[Access, require(Permission.AUDIT_READ)], runtime: CurrentRuntime
) -> Response:
    """One entry with what was before and after, and its place in the chain."""
    scope = with_platform(access.visible, access, None)
    values = {"id": entry_id, "tenant_id": list(scope)}
    async with runtime.database.reading(scope) as connection:
        row = await FULL_ENTRIES.one(connection, values)
    if row is None:
        raise not_found()
    if row["tenant_id"] != PLATFORM_TENANT:
        access.check(row["tenant_id"])
    seq, digest, sealed_at = (row.pop(name) for name in ("seq", "hash", "sealed_at"))
    row["chain"] = None if seq is None else {"seq": seq, "hash": digest, "sealed_at": sealed_at}
    return Response(msgspec.json.encode(row), media_type="application/json")
