"""What the slices declare, for every process."""

from bosman_protocol.work import TaskKind
from bosman_server.core.specs.kind_spec import KindSpec
from bosman_server.features.agents import kinds as rollout
from bosman_server.features.updates import kinds as updates
from bosman_server.fleet.inventory import kinds as inventory
from bosman_server.work.tasks import kinds as tasks

KINDS: tuple[KindSpec, ...] = (*tasks.KINDS, *inventory.KINDS, *updates.KINDS, *rollout.KINDS)


def check() -> None:
    """Raises LookupError for a kind of task that no slice has declared."""
    missing = set(TaskKind) - {spec.kind for spec in KINDS}
    if missing:
        raise LookupError(f"no slice declares {sorted(missing)}")
