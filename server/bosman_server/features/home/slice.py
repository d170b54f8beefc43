"""The first page of the day: what needs somebody, what runs, what comes."""

from bosman_server.core.specs.slice_spec import Slice
from bosman_server.features.home import api

SLICE = Slice(routers=(api.router,))
