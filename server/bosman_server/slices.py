"""What the slices declare, for every process."""

from bosman_protocol.work import TaskKind
from bosman_server.inventory import kinds as inventory
from bosman_server.kinds.spec import KindSpec
from bosman_server.rollout import kinds as rollout
from bosman_server.tasks import kinds as tasks
from bosman_server.updates import kinds as updates

KINDS: tuple[KindSpec, ...] = (*tasks.KINDS, *inventory.KINDS, *updates.KINDS, *rollout.KINDS)


def check() -> None:
    """Raises LookupError for a kind of task that no slice has declared."""
    missing = set(TaskKind) - {spec.kind for spec in KINDS}
    if missing:
        raise LookupError(f"no slice declares {sorted(missing)}")
