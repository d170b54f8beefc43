"""Every slice, bottom first: what app, worker and tests walk."""

from bosman_protocol.uplink import UplinkMessage
from bosman_protocol.work import TaskKind
from bosman_server.core.audit.slice import SLICE as AUDIT
from bosman_server.core.identity.slice import SLICE as IDENTITY
from bosman_server.core.live.slice import SLICE as LIVE
from bosman_server.core.notifications.slice import SLICE as NOTIFICATIONS
from bosman_server.core.specs.kind_spec import KindSpec
from bosman_server.core.specs.slice_spec import MessageHandler, PathTarget, Slice
from bosman_server.features.agents.slice import SLICE as AGENTS
from bosman_server.features.home.slice import SLICE as HOME
from bosman_server.features.updates.slice import SLICE as UPDATES
from bosman_server.fleet.devices.slice import SLICE as DEVICES
from bosman_server.fleet.enrollment.slice import SLICE as ENROLLMENT
from bosman_server.fleet.ingest.slice import SLICE as INGEST
from bosman_server.fleet.inventory.slice import SLICE as INVENTORY
from bosman_server.fleet.tenancy.slice import SLICE as TENANCY
from bosman_server.work.approvals.slice import SLICE as APPROVALS
from bosman_server.work.safety.slice import SLICE as SAFETY
from bosman_server.work.tasks import waiting
from bosman_server.work.tasks.slice import SLICE as TASKS
from bosman_server.work.windows.slice import SLICE as WINDOWS

SLICES: tuple[Slice, ...] = (
    AUDIT, NOTIFICATIONS, IDENTITY, LIVE,
    TENANCY, DEVICES, INGEST, ENROLLMENT, INVENTORY,
    SAFETY, APPROVALS, WINDOWS, TASKS,
    UPDATES, AGENTS, HOME,
)  # fmt: skip

KINDS: tuple[KindSpec, ...] = tuple(spec for one in SLICES for spec in one.kinds)
"""Every kind of task."""


def check() -> None:
    """Make the slices' gates known. Raises LookupError for a kind of task, or a reason to wait, that none declares."""
    waiting.install(gate for one in SLICES for gate in one.gates)
    missing = set(TaskKind) - {spec.kind for spec in KINDS}
    if missing:
        raise LookupError(f"no slice declares {sorted(missing)}")


def handlers() -> dict[type[UplinkMessage], MessageHandler]:
    """Who stores what devices say. Raises ValueError for a message that two slices want."""
    found: dict[type[UplinkMessage], MessageHandler] = {}
    for one in SLICES:
        twice = found.keys() & one.handlers.keys()
        if twice:
            raise ValueError(f"two slices want {sorted(message.__name__ for message in twice)}")
        found |= one.handlers
    return found


def targets() -> dict[str, PathTarget]:
    """What parameters of paths name, the most particular first."""
    return {name: target for one in reversed(SLICES) for name, target in one.targets.items()}
