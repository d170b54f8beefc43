"""The record of an update in progress, shared by the agent and whoever keeps it running.

`staged` (the agent: the folder is there, please) → `probing` (the keeper: the new version is on trial) →
`committed` or `rolled_back` (the keeper) → gone (the agent, once the task is closed).
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.folder import DataDir, write_private

MAX_ATTEMPTS = 2
"""How often a trial is begun; a second time only when the keeper itself was killed in the middle."""


class PendingSwap(msgspec.Struct, frozen=True):
    """What agent and keeper tell one another about an update; versions before and after this one read it too."""

    task_id: UUID
    from_version: str
    to_version: str
    phase: Literal["staged", "probing", "committed", "rolled_back"]
    changed_at: datetime
    attempts: int = 0
    reason: str = ""


def read_swap(data: DataDir) -> PendingSwap | None:
    """The record, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(data.swap.read_bytes(), type=PendingSwap)
    except (OSError, msgspec.MsgspecError):
        return None


def stage_swap(data: DataDir, task_id: UUID, *, from_version: str, to_version: str) -> None:
    """Ask for the swap. Raises OSError."""
    _write(data, PendingSwap(task_id, from_version, to_version, "staged", utc_now()))


def begin_probe(data: DataDir, swap: PendingSwap) -> PendingSwap:
    """Put the new version on trial. Raises OSError."""
    return _write(
        data, msgspec.structs.replace(swap, phase="probing", attempts=swap.attempts + 1, changed_at=utc_now())
    )


def end_swap(data: DataDir, swap: PendingSwap, *, committed: bool, reason: str = "") -> PendingSwap:
    """Write down how the trial ended. Raises OSError."""
    phase = "committed" if committed else "rolled_back"
    return _write(data, msgspec.structs.replace(swap, phase=phase, reason=reason[:500], changed_at=utc_now()))


def forget_swap(data: DataDir) -> None:
    """The task is closed: nothing needs the record any more."""
    data.swap.unlink(missing_ok=True)


def _write(data: DataDir, swap: PendingSwap) -> PendingSwap:
    write_private(data.swap, msgspec.json.encode(swap))
    return swap
