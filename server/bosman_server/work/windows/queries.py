"""The list of maintenance windows, and what has to be known of devices to work out theirs."""

from sqlalchemy import any_

from bosman_protocol.windows.document import WindowKind
from bosman_protocol.work import WindowClass
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.list_spec import Join, SortKey, any_of, by_text, equal, matching
from bosman_server.kit.db.lists import ListSpec
from bosman_server.work.windows.models import Scope, Window
from bosman_server.work.windows.schemas import WindowRow

WINDOWS = ListSpec(
    root=Window,
    row=WindowRow,
    shown={"tenant_name": Tenant.name, "site_name": Site.name, "hostname": Device.hostname},
    joins=(
        Join(Tenant, Tenant.id == Window.tenant_id),
        Join(Site, (Site.tenant_id == Window.tenant_id) & (Site.id == Window.site_id), optional=True),
        Join(Device, (Device.tenant_id == Window.tenant_id) & (Device.id == Window.device_id), optional=True),
    ),
    sorts={
        "name": by_text(Window.name),
        "tenant": by_text(Tenant.name),
        "kind": SortKey(Window.kind),
        "changed_at": SortKey(Window.changed_at, "desc"),
    },
    default_sort="name",
    filters={
        "kind": any_of(Window.kind, WindowKind),
        "scope": any_of(Window.scope, Scope),
        "window_class": matching(WindowClass, lambda value: value == any_(Window.classes)),
        "enabled": equal(Window.enabled, bool),
    },
)

TENANT_OF_WINDOW = "SELECT tenant_id FROM windows_window WHERE id = $1"

STORED = """
SELECT id, name, kind, scope, site_id, device_id, classes, timing, margin_minutes FROM windows_window
WHERE tenant_id = $1 AND enabled ORDER BY name
"""

# A device's report names its zone; asked for only where a window follows it.
_PLACE = """
SELECT d.tenant_id, d.id, d.hostname, d.site_id, s.name AS site_name, s.time_zone AS site_zone,
       CASE WHEN $2 THEN f.facts ->> 'time_zone' END AS device_zone
FROM tenancy_device d
JOIN tenancy_site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id
LEFT JOIN inventory_facts f ON $2 AND f.tenant_id = d.tenant_id AND f.device_id = d.id
WHERE d.tenant_id = $1
"""
PLACES = f"{_PLACE} AND d.id = ANY ($3::uuid[]) ORDER BY d.hostname, d.id"
PLACES_OF_SCOPE = f"""
{_PLACE} AND d.status = 'active' AND ($3::uuid IS NULL OR d.site_id = $3) AND ($4::uuid IS NULL OR d.id = $4)
ORDER BY d.hostname, d.id LIMIT $5
"""
COUNT_OF_SCOPE = """
SELECT count(*) FROM tenancy_device d
WHERE d.tenant_id = $1 AND d.status = 'active' AND ($2::uuid IS NULL OR d.site_id = $2)
  AND ($3::uuid IS NULL OR d.id = $3)
"""
SITE_OF_SCOPE = """
SELECT id AS site_id, name AS site_name, time_zone AS site_zone FROM tenancy_site
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY name, id LIMIT 1
"""

WAITING_TENANTS = """
SELECT DISTINCT tenant_id FROM tasks_task
WHERE action_class IS NOT NULL AND state IN ('waiting', 'queued') AND waiting_for = 'window' AND expires_at > now()
"""
WAITING = """
SELECT t.id AS task_id, t.kind, d.id, d.site_id, s.time_zone AS site_zone,
       CASE WHEN $2 THEN f.facts ->> 'time_zone' END AS device_zone
FROM tasks_task t
JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
JOIN tenancy_site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id
LEFT JOIN inventory_facts f ON $2 AND f.tenant_id = d.tenant_id AND f.device_id = d.id
WHERE t.tenant_id = $1 AND t.action_class IS NOT NULL AND t.state = 'waiting' AND t.waiting_for = 'window'
  AND t.expires_at > now()
ORDER BY t.created_at, t.id LIMIT 50000
"""
LET_GO = """
SELECT t.tenant_id, t.id FROM tasks_task t
WHERE t.tenant_id = $1 AND t.id = ANY ($2::uuid[]) AND t.state = 'waiting' AND t.waiting_for = 'window'
FOR UPDATE OF t SKIP LOCKED
"""
VERSIONS = """
SELECT version, change, at, by_name, content FROM windows_version
WHERE tenant_id = $1 AND window_id = $2 ORDER BY version DESC LIMIT 200
"""
