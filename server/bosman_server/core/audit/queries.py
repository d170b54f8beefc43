"""The list of entries, narrow for the page and in full for one entry and for export."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Select,
    String,
    Text,
    Uuid,
    any_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from bosman_server.core.audit.actions import SENTENCE_VALUES
from bosman_server.core.audit.models import AuditEntry, AuditLink
from bosman_server.core.identity.models import User
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.lists import FastList, Filter, SortKey

COUNT_AT_MOST = 10_000


def _value(name: str) -> ColumnElement[Any]:
    return func.coalesce(AuditEntry.after[name], AuditEntry.before[name])


def _text(name: str) -> ColumnElement[Any]:
    return func.coalesce(AuditEntry.after[name].astext, AuditEntry.before[name].astext)


_params = func.jsonb_strip_nulls(
    func.jsonb_build_object(*(part for name in SENTENCE_VALUES for part in (name, _value(name))))
)
_target_name = case(
    (AuditEntry.target_kind == "user", func.coalesce(User.name, _text("name"))),
    (AuditEntry.target_kind == "device", func.coalesce(Device.hostname, _text("hostname"))),
    else_=func.coalesce(_text("name"), _text("label")),
)

_COLUMNS = (
    AuditEntry.id,
    AuditEntry.tenant_id,
    Tenant.name.label("tenant_name"),
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.source_ip,
    AuditEntry.action,
    AuditEntry.target_kind,
    AuditEntry.target_id,
    _target_name.label("target_name"),
    AuditEntry.device_id,
    Device.hostname.label("device_hostname"),
    AuditEntry.result,
    AuditEntry.code,
)


def _base(*columns: Any) -> Select[Any]:
    return (
        select(*_COLUMNS, *columns)
        .select_from(AuditEntry)
        .outerjoin(Tenant, Tenant.id == AuditEntry.tenant_id)
        .outerjoin(Device, (Device.tenant_id == AuditEntry.tenant_id) & (Device.id == AuditEntry.device_id))
        .outerjoin(User, (AuditEntry.target_kind == "user") & (User.id == AuditEntry.target_id))
    )


def _matches_action(value: BindParameter[Any]) -> ColumnElement[bool]:
    group = func.split_part(AuditEntry.action, ".", 1).concat(".")
    return (AuditEntry.action == any_(value)) | (group == any_(value))


def _matches_actor(value: BindParameter[Any]) -> ColumnElement[bool]:
    in_name = func.strpos(func.lower(AuditEntry.actor_name), func.lower(value)) > 0
    return in_name | (AuditEntry.source_ip == value)


_FILTERS = {
    "id": Filter(Uuid(), lambda value: AuditEntry.id == value),
    "tenant_id": Filter(ARRAY(Uuid()), lambda value: AuditEntry.tenant_id == any_(value)),
    "actor": Filter(Uuid(), lambda value: AuditEntry.actor_id == value),
    "q": Filter(String(), _matches_actor),
    "device_id": Filter(Uuid(), lambda value: AuditEntry.device_id == value),
    "action": Filter(ARRAY(String()), _matches_action),
    "result": Filter(String(), lambda value: AuditEntry.result == value),
    "since": Filter(DateTime(timezone=True), lambda value: AuditEntry.at >= value),
    "until": Filter(DateTime(timezone=True), lambda value: AuditEntry.at < value),
}


def _list(base: Select[Any]) -> FastList:
    return FastList(
        base=base,
        row_id=AuditEntry.id,
        root=AuditEntry.__table__,
        tenant=AuditEntry.tenant_id,
        sorts={"at": SortKey(AuditEntry.at, datetime, "desc", by_tenant=True)},
        default_sort="at",
        filters=_FILTERS,
        count_at_most=COUNT_AT_MOST,
    )


ENTRIES = _list(_base(_params.label("params")))
"""Rows of the page."""

FULL_ENTRIES = _list(
    _base(
        _params.label("params"),
        AuditEntry.before,
        AuditEntry.after,
        AuditLink.seq,
        func.encode(AuditLink.hash, cast("hex", Text())).label("hash"),
        AuditLink.sealed_at,
    ).outerjoin(AuditLink, (AuditLink.tenant_id == AuditEntry.tenant_id) & (AuditLink.entry_id == AuditEntry.id))
)
"""Everything that is known of an entry; `seq` is NULL until it is sealed."""
