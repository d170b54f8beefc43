"""The list of devices with presence and update state."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, ColumnElement, String, Uuid, any_, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime

from bosman_server.features.updates.models import Scan
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.lists import FastList, Filter, SortKey
from bosman_server.kit.db.scope import TenantScope

ACTIVE_OF = "SELECT tenant_id, id FROM tenancy_device WHERE id = ANY ($1::uuid[]) AND status = 'active' ORDER BY id"
PLACES_OF = "SELECT tenant_id, site_id, id, status FROM tenancy_device WHERE id = ANY ($1::uuid[])"
TENANT_OF_DEVICE = "SELECT tenant_id FROM tenancy_device WHERE id = $1"

_pending = Scan.security_count + Scan.critical_count + Scan.optional_count
_ever = literal("0001-01-02T00:00:00Z", String()).cast(DateTime(timezone=True))


def _matches_pending(value: BindParameter[Any]) -> ColumnElement[bool]:
    total = func.coalesce(_pending, 0)
    return case(
        (value == "security", func.coalesce(Scan.security_count, 0) > 0),
        (value == "none", total == 0),
        else_=total > 0,
    )


def _matches_text(value: BindParameter[Any]) -> ColumnElement[bool]:
    needle = func.lower(value)
    return (
        (func.strpos(func.lower(Device.hostname), needle) > 0)
        | (func.strpos(func.lower(Tenant.name), needle) > 0)
        | (func.strpos(func.lower(Site.name), needle) > 0)
        | (func.strpos(func.lower(func.coalesce(Device.os_name, "")), needle) > 0)
        | (func.strpos(func.coalesce(Presence.ip_address, ""), needle) > 0)
    )


DEVICES = FastList(
    base=select(
        Device.id,
        Device.tenant_id,
        Tenant.name.label("tenant_name"),
        Device.site_id,
        Site.name.label("site_name"),
        Device.hostname,
        Device.os_family,
        Device.os_name,
        Device.os_version,
        Device.agent_version,
        func.coalesce(Presence.online, False).label("online"),
        Presence.last_seen_at,
        Device.enrolled_at,
        Device.status,
        Presence.ip_address,
        _pending.label("pending_updates"),
        Scan.security_count.label("security_updates"),
        Scan.critical_count.label("critical_updates"),
        Scan.optional_count.label("optional_updates"),
        Scan.restart_required,
        Scan.scanned_at.label("last_scan_at"),
        Scan.error_code.label("last_scan_error"),
    )
    .select_from(Device)
    .join(Tenant, Tenant.id == Device.tenant_id)
    .join(Site, (Site.tenant_id == Device.tenant_id) & (Site.id == Device.site_id))
    .outerjoin(Presence, (Presence.tenant_id == Device.tenant_id) & (Presence.device_id == Device.id))
    .outerjoin(Scan, (Scan.tenant_id == Device.tenant_id) & (Scan.device_id == Device.id)),
    row_id=Device.id,
    root=Device.__table__,
    tenant=Device.tenant_id,
    joins={
        "tenant": (Tenant.__table__, Tenant.id == Device.tenant_id),
        "site": (Site.__table__, (Site.tenant_id == Device.tenant_id) & (Site.id == Device.site_id)),
        "presence": (
            Presence.__table__,
            (Presence.tenant_id == Device.tenant_id) & (Presence.device_id == Device.id),
        ),
        "scan": (Scan.__table__, (Scan.tenant_id == Device.tenant_id) & (Scan.device_id == Device.id)),
    },
    sorts={
        "hostname": SortKey(func.lower(Device.hostname), str, by_tenant=True),
        "last_seen_at": SortKey(func.coalesce(Presence.last_seen_at, _ever), datetime, "desc", ("presence",)),
        "enrolled_at": SortKey(Device.enrolled_at, datetime, "desc"),
        "agent_version": SortKey(Device.agent_version, str),
        "os": SortKey(func.lower(func.coalesce(Device.os_name, "") + " " + func.coalesce(Device.os_version, "")), str),
        # Trouble first: security and critical weigh more than any number of optional ones.
        "pending_updates": SortKey(
            func.coalesce((Scan.security_count + Scan.critical_count) * 10_000 + Scan.optional_count, -1),
            int,
            "desc",
            ("scan",),
        ),
        "restart_required": SortKey(func.coalesce(Scan.restart_required, False), bool, "desc", ("scan",)),
        "last_scan_at": SortKey(func.coalesce(Scan.scanned_at, _ever), datetime, "desc", ("scan",)),
    },
    default_sort="hostname",
    filters={
        "id": Filter(ARRAY(Uuid()), lambda value: Device.id == any_(value)),
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Device.tenant_id == any_(value)),
        "visible_to": Filter(
            ARRAY(Uuid()), lambda value: (Device.site_id == any_(value)) | (Device.tenant_id == any_(value))
        ),
        "site_id": Filter(ARRAY(Uuid()), lambda value: Device.site_id == any_(value)),
        "online": Filter(Boolean(), lambda value: func.coalesce(Presence.online, False) == value, ("presence",)),
        "os_family": Filter(String(), lambda value: Device.os_family == value),
        "restart_required": Filter(
            Boolean(), lambda value: func.coalesce(Scan.restart_required, False) == value, ("scan",)
        ),
        "pending": Filter(String(), _matches_pending, ("scan",)),
        "status": Filter(String(), lambda value: Device.status == value),
        "q": Filter(String(), _matches_text, ("tenant", "site", "presence")),
    },
)


def filter_values(
    scope: TenantScope,
    *,
    site_id: list[UUID] | None = None,
    q: str | None = None,
    online: bool | None = None,
    os_family: str | None = None,
    restart_required: bool | None = None,
    pending: Literal["any", "security", "none"] | None = None,
    status: str | None = None,
) -> dict[str, Any]:
    """Values for `DEVICES`; the scope is always among them."""
    return {
        "tenant_id": list(scope),
        "visible_to": scope.visible_to,
        "site_id": site_id,
        "q": q or None,
        "online": online,
        "os_family": os_family,
        "restart_required": restart_required,
        "pending": pending,
        "status": status,
    }
