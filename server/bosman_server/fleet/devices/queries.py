"""The list of devices with presence, update state and health."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, ColumnElement, Select, String, case, func, literal, select
from sqlalchemy.types import DateTime

from bosman_server.features.updates.models import PendingUpdate, Scan, Severity, UpdateClass
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.devices.schemas import DeviceRowOut, DeviceStatus, DiskVerdict, OsFamily, ScanCompleteness
from bosman_server.fleet.inventory.models import LOW_DISK_PERCENT, Facts, Health
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.list_query import MOST_IDS
from bosman_server.kit.db.list_spec import (
    Expression,
    Filter,
    FilterClause,
    Join,
    SortKey,
    any_of,
    at_site,
    by_text,
    equal,
    matching,
    matching_any,
    none_of,
    older_than_days,
    search_folded,
)
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
_disk_verdict = func.coalesce(Health.disk_verdict, "")
_RANKS = {"failing": 4, "warning": 3, "unknown": 2, "ok": 1}


UPDATE_KEY = case(
    (PendingUpdate.kb.is_not(None), PendingUpdate.name),
    else_=PendingUpdate.name + " " + PendingUpdate.available_version,
)
"""What makes an update the same one on several devices. Windows names its updates by an id, whatever the revision; of a
package another version is another update."""
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


def _lacks(condition: ColumnElement[bool]) -> Select[int]:
    """Pending updates of a device for which something holds; what somebody hid there counts nowhere."""
    return (
        select(literal(1))
        .select_from(PendingUpdate)
        .where(
            PendingUpdate.tenant_id == Device.tenant_id,
            PendingUpdate.device_id == Device.id,
            PendingUpdate.is_hidden.is_(False),
            condition,
        )
        .correlate(Device.__table__)
    )


def _lacking(expression: Expression, annotation: object) -> Filter:
    """Devices that miss an update of which something is one of several values."""
    any_value = any_of(expression, annotation).clause
    return matching_any(annotation, lambda value: _lacks(any_value(value)).exists())


def _not_lacking(expression: Expression, annotation: object) -> Filter:
    any_value = any_of(expression, annotation).clause
    return matching_any(annotation, lambda value: ~_lacks(any_value(value)).exists())


def _lacking_one(expression: Expression) -> Filter:
    clause: FilterClause = lambda value: _lacks(expression == value).exists()  # noqa: E731 - a clause is a function
    return matching(str, clause, max_length=300, pattern=r"^[^\x00]*$")


def _lacking_for_days() -> Filter:
    released = older_than_days(PendingUpdate.released_at)
    known = PendingUpdate.released_at.is_not(None)
    return replace(released, clause=lambda value: _lacks(known & released.clause(value)).exists())


def _unseen_for_days() -> Filter:
    seen = older_than_days(Presence.last_seen_at)
    return replace(seen, clause=lambda value: ~_online & seen.clause(value))


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
        "lan_address": Facts.lan_address,
        "user_name": Facts.user_name,
        "pending_updates": _pending,
        "security_updates": Scan.security_count,
        "critical_updates": Scan.critical_count,
        "optional_updates": Scan.optional_count,
        "restart_required": Scan.restart_required,
        "last_scan_at": Scan.scanned_at,
        "last_scan_error": Scan.error_code,
        "disk_verdict": Health.disk_verdict,
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
        Join(Facts, (Facts.tenant_id == Device.tenant_id) & (Facts.device_id == Device.id), optional=True),
        Join(Health, (Health.tenant_id == Device.tenant_id) & (Health.device_id == Device.id), optional=True),
    ),
    sorts={
        "hostname": by_text(Device.hostname, by_tenant=True),
        "tenant": by_text(Tenant.name),
        "site": by_text(Site.name),
        "user": by_text(func.coalesce(Facts.user_name, "")),
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
        "disk_verdict": SortKey(case(_RANKS, value=_disk_verdict, else_=0), "desc"),
        # What nobody knows comes after what is known to be missing, and before what is whole.
        "scan_completeness": SortKey(
            case((_completeness == "incomplete", _gaps + 1), (_completeness == "unknown", 0), else_=-1), "desc"
        ),
    },
    default_sort="hostname",
    filters={
        "site_id": any_of(Device.site_id, UUID, max_length=MOST_IDS),
        "device_id": any_of(Device.id, UUID, max_length=MOST_IDS),
        "q": search_folded(
            Device.search_text,
            Tenant.search_text,
            Site.search_text,
            Facts.search_text,
            Presence.ip_address,
        ),
        "online": equal(_online, bool),
        "seen_older_days": _unseen_for_days(),
        "os_family": equal(Device.os_family, OsFamily),
        "os_family_not": matching(OsFamily, lambda value: Device.os_family != value),
        "restart_required": equal(_restart_required, bool),
        "pending": matching(Pending, _matches_pending),
        "update_class": _lacking(PendingUpdate.update_class, UpdateClass),
        "update_class_not": _not_lacking(PendingUpdate.update_class, UpdateClass),
        "severity": _lacking(PendingUpdate.severity, Severity),
        "kb": _lacking_one(PendingUpdate.kb),
        "update": _lacking_one(UPDATE_KEY),
        "update_older_days": _lacking_for_days(),
        "scan_older_days": older_than_days(Scan.scanned_at),
        "disk_verdict": any_of(_disk_verdict, DiskVerdict),
        "disk_verdict_not": none_of(_disk_verdict, DiskVerdict),
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

SEARCHED_OF = """
SELECT d.id, d.hostname, t.name AS tenant_name, s.name AS site_name, d.os_name, d.os_version, p.ip_address,
       f.facts ->> 'serial_number' AS serial_number, f.facts ->> 'vendor' AS vendor, f.facts ->> 'model' AS model,
       f.facts ->> 'domain' AS domain, f.facts -> 'signed_in_users' AS users,
       jsonb_path_query_array(f.facts, '$.network_interfaces[*].addresses[*]') AS addresses,
       jsonb_path_query_array(f.facts, '$.network_interfaces[*].mac_address') AS macs
FROM tenancy_device d
JOIN tenancy_tenant t ON t.id = d.tenant_id
JOIN tenancy_site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id
LEFT JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
LEFT JOIN inventory_facts f ON f.tenant_id = d.tenant_id AND f.device_id = d.id
WHERE d.tenant_id = ANY ($1::uuid[]) AND d.id = ANY ($2::uuid[])
"""
"""What a search looked at, of the devices that it found."""

BREAKDOWN = """
SELECT d.tenant_id, t.name AS tenant_name, count(*) AS devices,
       count(*) FILTER (WHERE NOT coalesce(p.online, false)) AS offline,
       count(*) FILTER (WHERE d.os_family = 'linux' OR d.os_name ILIKE '%server%') AS servers,
       count(*) FILTER (WHERE f.user_name IS NOT NULL) AS signed_in,
       count(*) FILTER (WHERE d.os_family = 'windows') AS windows
FROM tenancy_device d
JOIN tenancy_tenant t ON t.id = d.tenant_id
LEFT JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
LEFT JOIN inventory_facts f ON f.tenant_id = d.tenant_id AND f.device_id = d.id
WHERE d.tenant_id = ANY ($1::uuid[]) AND d.id = ANY ($2::uuid[])
GROUP BY d.tenant_id, t.name ORDER BY devices DESC, t.name
"""
"""Who is behind so many devices. Linux machines count as servers: desktops with it are rare where Bosman is used."""
