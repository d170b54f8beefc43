"""Lists of tenants and sites."""

from sqlalchemy import func, select

from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.fleet.tenancy.schemas import SiteRowOut, TenantRowOut
from bosman_server.kit.db.list_spec import Join, SortKey, at_site, by_text, search_folded
from bosman_server.kit.db.lists import ListSpec

TENANT_OF_SITE = "SELECT tenant_id FROM tenancy_site WHERE id = $1"

_sites = select(func.count()).where(Site.tenant_id == Tenant.id).correlate(Tenant).scalar_subquery()
_devices = select(func.count()).where(Device.tenant_id == Tenant.id).correlate(Tenant).scalar_subquery()

TENANTS = ListSpec(
    root=Tenant,
    row=TenantRowOut,
    shown={"site_count": _sites, "device_count": _devices},
    sorts={
        "name": by_text(Tenant.name),
        "created_at": SortKey(Tenant.created_at, "desc"),
        "device_count": SortKey(_devices, "desc"),
    },
    default_sort="name",
    filters={"q": search_folded(Tenant.search_text)},
    tenant_parameter=None,
)

_site_devices = (
    select(func.count())
    .where(Device.tenant_id == Site.tenant_id, Device.site_id == Site.id)
    .correlate(Site)
    .scalar_subquery()
)

SITES = ListSpec(
    root=Site,
    row=SiteRowOut,
    shown={"tenant_name": Tenant.name, "device_count": _site_devices},
    joins=(Join(Tenant, Tenant.id == Site.tenant_id),),
    sorts={
        "name": by_text(Site.name),
        "tenant": by_text(Tenant.name),
        "created_at": SortKey(Site.created_at, "desc"),
        "device_count": SortKey(_site_devices, "desc"),
    },
    default_sort="name",
    filters={"q": search_folded(Site.search_text)},
    visible_to=at_site(Site.tenant_id, Site.id),
)
