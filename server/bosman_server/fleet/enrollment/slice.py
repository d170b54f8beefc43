"""How devices join, prove who they are, and are shut out."""

from bosman_server.core.specs.slice_spec import PathTarget, Slice
from bosman_server.fleet.enrollment.api import router
from bosman_server.fleet.enrollment.consumers import HANDLERS

SLICE = Slice(routers=(router,), handlers=HANDLERS, targets={"token_id": PathTarget("token")})
