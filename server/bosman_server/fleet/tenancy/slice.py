"""Customers and their sites."""

from bosman_server.core.specs.slice_spec import PathTarget, Slice
from bosman_server.fleet.tenancy.api import router
from bosman_server.fleet.tenancy.queries import TENANT_OF_SITE

SLICE = Slice(
    routers=(router,),
    targets={"site_id": PathTarget("site", TENANT_OF_SITE), "tenant_id": PathTarget("tenant")},
)
