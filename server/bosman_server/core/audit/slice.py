"""The trail of what was done: written with every act, sealed, read, exported."""

from bosman_server.core.audit.api import router
from bosman_server.core.audit.sealer import Sealer
from bosman_server.core.specs.slice_spec import Slice, WorkerParts
from bosman_server.kit.periodic import Periodic


def _periodic(parts: WorkerParts) -> list[Periodic]:
    return [Sealer(parts.runtime.database, parts.keyring.audit()).periodic()]


SLICE = Slice(routers=(router,), periodic=_periodic)
