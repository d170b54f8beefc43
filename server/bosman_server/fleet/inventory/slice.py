"""What devices are made of and what is installed on them."""

from bosman_server.core.specs.slice_spec import Slice
from bosman_server.fleet.inventory.api import router
from bosman_server.fleet.inventory.consumers import HANDLERS
from bosman_server.fleet.inventory.kinds import KINDS

SLICE = Slice(routers=(router,), handlers=HANDLERS, kinds=KINDS)
