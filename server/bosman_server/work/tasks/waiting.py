"""Why work waits: every gate in its order, at each of the four places where it matters [R15].

Made work asks whether it may be queued, leased work whether it may be signed, a page why it is not, and the sweeper
whether it may go on. Gates are declared by their slices; `install` is told all of them when a process starts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from bosman_protocol.work import WaitReason
from bosman_server.core.identity.access import Access
from bosman_server.core.specs.gate_spec import Entry, Explanation, Gate, Handout, NewWork
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.values import Row, RowView
from bosman_server.work.tasks import sql

_gates: dict[WaitReason, Gate] = {}


def install(gates: Iterable[Gate]) -> None:
    """Make gates known. Raises LookupError for a reason without one, ValueError for one with two."""
    found: dict[WaitReason, Gate] = {}
    for gate in gates:
        if gate.reason in found:
            raise ValueError(f"two gates for {gate.reason}")
        found[gate.reason] = gate
    missing = set(WaitReason) - found.keys()
    if missing:
        raise LookupError(f"no gate for {sorted(missing)}")
    _gates.update({reason: found[reason] for reason in WaitReason})


def gates() -> Iterable[Gate]:
    """Every gate, in the order of the reasons."""
    return _gates.values()


@dataclass(frozen=True, slots=True)
class Entered:
    """What new work waits for, if anything, and the second person's request that its tasks carry."""

    reason: WaitReason | None = None
    approval_id: UUID | None = None


async def enter(tx: Transaction, access: Access, work: NewWork) -> Entered:
    """Ask every gate about work that is being made; it waits for the first that says so."""
    entries = [(gate.reason, await gate.enter(tx, access, work)) for gate in gates()]
    held = [(reason, entry) for reason, entry in entries if entry is not None]
    approval_id = next((entry.approval_id for _, entry in held if entry.approval_id is not None), None)
    return Entered(held[0][0] if held else None, approval_id)


async def admit(connection: Connection, tenant_id: UUID, device_id: UUID, rows: Sequence[Record]) -> list[Record]:
    """Those of the leased rows that may be signed; the others go back to waiting, in this transaction."""
    left = list(rows)
    for gate in gates():
        held = set(await gate.hold(connection, Handout(tenant_id, device_id, left)))
        if held:
            await connection.execute(sql.HOLD_BACK, tenant_id, list(held), gate.reason.value)
            left = [row for row in left if row["id"] not in held]
    for gate in gates():
        await gate.passed(connection, Handout(tenant_id, device_id, left))
    return left


async def explain(connection: Connection, scope: TenantScope, task: RowView) -> Row | None:
    """What keeps a task (as lists show it) from beginning; None when nothing does."""
    if task["waiting_for"] is None:
        return None
    gate = _gates[WaitReason(task["waiting_for"])]
    return {"kind": gate.reason.value} | asdict(await gate.explain(connection, scope, task))


async def _enter_before_its_time(_tx: Transaction, _access: Access, work: NewWork) -> Entry | None:
    return Entry() if work.not_before is not None and work.not_before > utc_now() else None


async def _explain_time(_connection: Connection, _scope: TenantScope, task: RowView) -> Explanation:
    return Explanation(until=task["not_before"])


async def _one_group(_connection: Connection) -> Sequence[Record | None]:
    return (None,)


async def _whose_time_has_come(connection: Connection, _group: Record | None) -> Sequence[Record]:
    return await connection.fetch(sql.WHOSE_TIME_HAS_COME)


TIME = Gate(
    reason=WaitReason.TIME,
    explain=_explain_time,
    enter=_enter_before_its_time,
    groups=_one_group,
    due=_whose_time_has_come,
)
