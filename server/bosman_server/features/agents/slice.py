"""Versions of the agent: stored, served, and brought to devices."""

from bosman_server.core.specs.slice_spec import Slice, WorkerParts
from bosman_server.features.agents import api, releases_api
from bosman_server.features.agents.gateway import gateway_routes
from bosman_server.features.agents.kinds import KINDS
from bosman_server.features.agents.rollout import Rollout
from bosman_server.kit.periodic import Periodic


def _periodic(parts: WorkerParts) -> list[Periodic]:
    return [Rollout(parts.runtime.database, parts.runtime.settings.rollout_period_seconds).periodic()]


SLICE = Slice(
    routers=(releases_api.router, api.router),
    gateway_routes=gateway_routes,
    root_routers=(releases_api.downloads,),
    periodic=_periodic,
    kinds=KINDS,
)
