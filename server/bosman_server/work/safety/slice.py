"""Freezes, budgets, and the numbers that have to be typed in."""

from collections.abc import Iterable

from bosman_server.core.specs.slice_spec import Slice, WorkerParts
from bosman_server.kit.periodic import Periodic
from bosman_server.work.safety import api, limits_api
from bosman_server.work.safety.consumers import HANDLERS
from bosman_server.work.safety.freeze_broadcaster import FreezeBroadcaster
from bosman_server.work.safety.freeze_orders import FreezeOrderSigner
from bosman_server.work.safety.gates import BUDGET, FREEZE


def _periodic(parts: WorkerParts) -> Iterable[Periodic]:
    orders = FreezeOrderSigner(parts.keyring.dispatcher())
    return FreezeBroadcaster(parts.runtime.database, parts.runtime.bus, orders).periodic()


SLICE = Slice(routers=(api.router, limits_api.router), handlers=HANDLERS, periodic=_periodic, gates=(FREEZE, BUDGET))
