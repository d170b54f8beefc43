"""Changes, told to browsers while they happen."""

from bosman_server.core.live.api import router
from bosman_server.core.specs.slice_spec import Slice

SLICE = Slice(routers=(router,))
