"""The list of entries, narrow for the page and in full for one entry and for export."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, Text, any_, case, cast, func

from bosman_server.core.audit.actions import SENTENCE_VALUES
from bosman_server.core.audit.models import AuditEntry, AuditLink
from bosman_server.core.audit.schemas import ActorKind, AuditRowOut
from bosman_server.core.identity.models import User
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.list_spec import AnyExpression, Bound, Join, SortKey, any_of, equal, matching, matching_any
from bosman_server.kit.db.lists import ListSpec
from bosman_server.kit.schemas import Moment

ActionName = Annotated[str, Query(max_length=64, pattern=r"^[a-z_]+\.[a-z_.]*$")]


def _value(name: str) -> AnyExpression:
    return func.coalesce(AuditEntry.after[name], AuditEntry.before[name])


def _text(name: str) -> AnyExpression:
    return func.coalesce(AuditEntry.after[name].astext, AuditEntry.before[name].astext)


_params = func.jsonb_strip_nulls(
    func.jsonb_build_object(*(part for name in SENTENCE_VALUES for part in (name, _value(name))))
)
_target_name = case(
    (AuditEntry.target_kind == "user", func.coalesce(User.name, _text("name"))),
    (AuditEntry.target_kind == "device", func.coalesce(Device.hostname, _text("hostname"))),
    else_=func.coalesce(_text("name"), _text("label")),
)


def _matches_action(value: Bound) -> ColumnElement[bool]:
    group = func.split_part(AuditEntry.action, ".", 1).concat(".")
    return (AuditEntry.action == any_(value)) | (group == any_(value))


def _matches_actor(value: Bound) -> ColumnElement[bool]:
    in_name = func.strpos(func.lower(AuditEntry.actor_name), func.lower(value)) > 0
    return in_name | (AuditEntry.source_ip == value)


ENTRIES = ListSpec(
    root=AuditEntry,
    row=AuditRowOut,
    shown={
        "tenant_name": Tenant.name,
        "target_name": _target_name,
        "device_hostname": Device.hostname,
        "params": _params,
    },
    joins=(
        Join(Tenant, Tenant.id == AuditEntry.tenant_id, optional=True),
        Join(Device, (Device.tenant_id == AuditEntry.tenant_id) & (Device.id == AuditEntry.device_id), optional=True),
        Join(User, (AuditEntry.target_kind == "user") & (User.id == AuditEntry.target_id), optional=True),
    ),
    sorts={"at": SortKey(AuditEntry.at, "desc", by_tenant=True)},
    default_sort="at",
    filters={
        "actor": equal(AuditEntry.actor_id, UUID),
        "actor_kind": any_of(AuditEntry.actor_kind, ActorKind),
        "q": matching(str, _matches_actor, max_length=200, pattern=r"^[^\x00]*$"),
        "device_id": equal(AuditEntry.device_id, UUID),
        "action": matching_any(ActionName, _matches_action, max_length=100),
        "result": equal(AuditEntry.result, Literal["ok", "refused"]),
        "from": matching(Moment, lambda value: AuditEntry.at >= value),
        "to": matching(Moment, lambda value: AuditEntry.at < value),
    },
    tenant_parameter=list[UUID | Literal["platform"]],
)
"""Rows of the page."""

FULL_ENTRIES = replace(
    ENTRIES,
    shown={
        **ENTRIES.shown,
        "before": AuditEntry.before,
        "after": AuditEntry.after,
        "seq": AuditLink.seq,
        "hash": func.encode(AuditLink.hash, cast("hex", Text())),
        "sealed_at": AuditLink.sealed_at,
    },
    joins=(
        *ENTRIES.joins,
        Join(
            AuditLink,
            (AuditLink.tenant_id == AuditEntry.tenant_id) & (AuditLink.entry_id == AuditEntry.id),
            optional=True,
        ),
    ),
)
"""Everything that is known of an entry; `seq` is NULL until it is sealed."""
