"""The list of devices with presence and update state."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, ColumnElement, String, case, func, literal, select
from sqlalchemy.types import DateTime

from bosman_server.features.updates.models import Scan
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.devices.schemas import DeviceRowOut, DeviceStatus, OsFamily, ScanCompleteness
from bosman_server.fleet.inventory.models import LOW_DISK_PERCENT, Facts
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.list_query import MOST_IDS
from bosman_server.kit.db.list_spec import Join, SortKey, any_of, at_site, by_text, equal, matching, search
from bosman_server.kit.db.lists import ListSpec

DiskRoom = Literal["low", "unknown"]
Pending = Literal["any", "security", "none"]

ACTIVE_OF = "SELECT tenant_id, id FROM tenancy_device WHERE id = ANY ($1::uuid[]) AND status = 'active' ORDER BY id"
PLACES_OF = "SELECT tenant_id, site_id, id, status FROM tenancy_device WHERE id = ANY ($1::uuid[])"
TENANT_OF_DEVICE = "SELECT tenant_id FROM tenancy_device WHERE id = $1"

STALE_AFTER = timedelta(days=7)
"""So long a scan says something of today; devices scan once a day by themselves."""

_pending = Scan.security_count + Scan.critical_count + Scan.optional_count
_ever = literal("0001-01-02T00:00:00Z", String()).cast(DateTime(timezone=True))
_online = func.coalesce(Presence.online, False)
_restart_required = func.coalesce(Scan.restart_required, False)
_completeness = func.coalesce(Scan.completeness, literal("unknown", String()))
_gaps = func.coalesce(Scan.failed_sources + Scan.unread_lines, 0)
_up_to_date = func.coalesce(
    (_pending == 0)
    & (Scan.completeness == "complete")
    & Scan.error_code.is_(None)
    & (Scan.scanned_at > func.now() - STALE_AFTER),
    literal(False, Boolean()),  # noqa: FBT003 - SQL's own value
)


def _matches_pending(value: BindParameter[str]) -> ColumnElement[bool]:
    total = func.coalesce(_pending, 0)
    return case(
        (value == "security", func.coalesce(Scan.security_count, 0) > 0),
        (value == "none", _up_to_date),
        else_=total > 0,
    )


def _has_room(value: BindParameter[str]) -> ColumnElement[bool]:
    """By the file system with the least room: less than a tenth of it is free, or nobody knows."""
    least = (
        select(Facts.least_free_percent)
        .where(Facts.tenant_id == Device.tenant_id, Facts.device_id == Device.id)
        .correlate(Device.__table__)
        .scalar_subquery()
    )
    return case((value == "low", least < LOW_DISK_PERCENT), (value == "unknown", least.is_(None)), else_=False)


DEVICES = ListSpec(
    root=Device,
    row=DeviceRowOut,
    shown={
        "tenant_name": Tenant.name,
        "site_name": Site.name,
        "online": _online,
        "last_seen_at": Presence.last_seen_at,
        "ip_address": Presence.ip_address,
        "pending_updates": _pending,
        "security_updates": Scan.security_count,
        "critical_updates": Scan.critical_count,
        "optional_updates": Scan.optional_count,
        "restart_required": Scan.restart_required,
        "last_scan_at": Scan.scanned_at,
        "last_scan_error": Scan.error_code,
        "scan_completeness": _completeness,
        "failed_sources": Scan.failed_sources,
        "unread_lines": Scan.unread_lines,
        "up_to_date": _up_to_date,
    },
    joins=(
        Join(Tenant, Tenant.id == Device.tenant_id),
        Join(Site, (Site.tenant_id == Device.tenant_id) & (Site.id == Device.site_id)),
        Join(Presence, (Presence.tenant_id == Device.tenant_id) & (Presence.device_id == Device.id), optional=True),
        Join(Scan, (Scan.tenant_id == Device.tenant_id) & (Scan.device_id == Device.id), optional=True),
    ),
    sorts={
        "hostname": by_text(Device.hostname, by_tenant=True),
        "last_seen_at": SortKey(func.coalesce(Presence.last_seen_at, _ever), "desc"),
        "enrolled_at": SortKey(Device.enrolled_at, "desc"),
        "agent_version": SortKey(Device.agent_version),
        "os": by_text(func.coalesce(Device.os_name, "") + " " + func.coalesce(Device.os_version, "")),
        # Trouble first: security and critical weigh more than any number of optional ones.
        "pending_updates": SortKey(
            func.coalesce((Scan.security_count + Scan.critical_count) * 10_000 + Scan.optional_count, -1), "desc"
        ),
        "restart_required": SortKey(_restart_required, "desc"),
        "last_scan_at": SortKey(func.coalesce(Scan.scanned_at, _ever), "desc"),
        # What nobody knows comes after what is known to be missing, and before what is whole.
        "scan_completeness": SortKey(
            case((_completeness == "incomplete", _gaps + 1), (_completeness == "unknown", 0), else_=-1), "desc"
        ),
    },
    default_sort="hostname",
    filters={
        "site_id": any_of(Device.site_id, UUID, max_length=MOST_IDS),
        "q": search(
            Device.hostname,
            Tenant.name,
            Site.name,
            func.coalesce(Device.os_name, ""),
            func.coalesce(Presence.ip_address, ""),
        ),
        "online": equal(_online, bool),
        "os_family": equal(Device.os_family, OsFamily),
        "restart_required": equal(_restart_required, bool),
        "pending": matching(Pending, _matches_pending),
        "scan_completeness": any_of(_completeness, ScanCompleteness),
        "status": equal(Device.status, DeviceStatus),
        "disk_room": matching(DiskRoom, _has_room),
    },
    visible_to=at_site(Device.tenant_id, Device.site_id),
    # Work for "all that match" is for as many as were seen.
    count_at_most=None,
)

UPDATE_DEVICES = replace(DEVICES, default_sort="pending_updates")
"""The same, trouble first."""
