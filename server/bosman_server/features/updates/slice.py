"""Updates of the operating system and of programs."""

from bosman_server.core.specs.slice_spec import Slice
from bosman_server.features.updates import api, overview_api
from bosman_server.features.updates.consumers import HANDLERS
from bosman_server.features.updates.kinds import KINDS

SLICE = Slice(routers=(api.router, overview_api.router), handlers=HANDLERS, kinds=KINDS)
