"""What devices say, from the bus into the handlers of other slices."""

from bosman_server.core.specs.slice_spec import Slice

SLICE = Slice()
