"""Lists of tenants and sites."""

from sqlalchemy import String, Uuid, any_, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.kit.db.lists import FastList, Filter, SortKey

TENANT_OF_SITE = "SELECT tenant_id FROM tenancy_site WHERE id = $1"

_sites = select(func.count()).where(Site.tenant_id == Tenant.id).correlate(Tenant).scalar_subquery()
_devices = select(func.count()).where(Device.tenant_id == Tenant.id).correlate(Tenant).scalar_subquery()

TENANTS = FastList(
    base=select(
        Tenant.id,
        Tenant.name,
        Tenant.created_at,
        Tenant.output_retention_days,
        Tenant.agent_updates,
        _sites.label("site_count"),
        _devices.label("device_count"),
    ),
    row_id=Tenant.id,
    sorts={
        "name": SortKey(func.lower(Tenant.name), str),
        "device_count": SortKey(_devices, int, "desc"),
    },
    default_sort="name",
    filters={
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Tenant.id == any_(value)),
        "q": Filter(String(), lambda value: func.strpos(func.lower(Tenant.name), func.lower(value)) > 0),
    },
)

_site_devices = (
    select(func.count())
    .where(Device.tenant_id == Site.tenant_id, Device.site_id == Site.id)
    .correlate(Site)
    .scalar_subquery()
)

SITES = FastList(
    base=select(
        Site.id,
        Site.tenant_id,
        Tenant.name.label("tenant_name"),
        Site.name,
        Site.time_zone,
        Site.created_at,
        _site_devices.label("device_count"),
    ).join(Tenant, Tenant.id == Site.tenant_id),
    row_id=Site.id,
    sorts={
        "name": SortKey(func.lower(Site.name), str),
        "tenant": SortKey(func.lower(Tenant.name), str),
        "device_count": SortKey(_site_devices, int, "desc"),
    },
    default_sort="name",
    filters={
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Site.tenant_id == any_(value)),
        "visible_to": Filter(ARRAY(Uuid()), lambda value: (Site.id == any_(value)) | (Site.tenant_id == any_(value))),
        "q": Filter(String(), lambda value: func.strpos(func.lower(Site.name), func.lower(value)) > 0),
    },
)
