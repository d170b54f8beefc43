"""Devices: the list, one of them, who is there."""

from bosman_server.core.specs.slice_spec import PathTarget, Slice
from bosman_server.fleet.devices.api import router
from bosman_server.fleet.devices.queries import TENANT_OF_DEVICE

SLICE = Slice(routers=(router,), targets={"device_id": PathTarget("device", TENANT_OF_DEVICE)})
