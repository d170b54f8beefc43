"""Maintenance windows."""

from bosman_server.core.specs.slice_spec import PathTarget, Slice
from bosman_server.work.windows import api, effective_api
from bosman_server.work.windows.gates import WINDOW
from bosman_server.work.windows.queries import TENANT_OF_WINDOW

SLICE = Slice(
    routers=(effective_api.router, api.router),
    gates=(WINDOW,),
    targets={"window_id": PathTarget("window", TENANT_OF_WINDOW)},
)
