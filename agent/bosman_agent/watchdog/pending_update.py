"""The record of an update in progress, shared by the agent and whoever keeps it running.

`staged` (the agent: the folder is there, please) → `probing` (the watchdog: the new version is on trial) →
`committed` or `rolled_back` (the watchdog) → gone (the agent, once the task is closed).
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.identity.data_dir import DataDir, write_private

MAX_ATTEMPTS = 2
"""How often a trial is begun; a second time only when the watchdog itself was killed in the middle."""


class PendingUpdate(msgspec.Struct, frozen=True):
    """What agent and watchdog tell one another about an update; versions before and after this one read it too."""

    task_id: UUID
    from_version: str
    to_version: str
    phase: Literal["staged", "probing", "committed", "rolled_back"]
    changed_at: datetime
    attempts: int = 0
    reason: str = ""


def read_pending_update(data: DataDir) -> PendingUpdate | None:
    """The record, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(data.pending_update.read_bytes(), type=PendingUpdate)
    except (OSError, msgspec.MsgspecError):
        return None


def stage_update(data: DataDir, task_id: UUID, *, from_version: str, to_version: str) -> None:
    """Ask for the update. Raises OSError."""
    _write(data, PendingUpdate(task_id, from_version, to_version, "staged", utc_now()))


def begin_probe(data: DataDir, update: PendingUpdate) -> PendingUpdate:
    """Put the new version on trial. Raises OSError."""
    return _write(
        data, msgspec.structs.replace(update, phase="probing", attempts=update.attempts + 1, changed_at=utc_now())
    )


def end_update(data: DataDir, update: PendingUpdate, *, committed: bool, reason: str = "") -> PendingUpdate:
    """Write down how the trial ended. Raises OSError."""
    phase = "committed" if committed else "rolled_back"
    return _write(data, msgspec.structs.replace(update, phase=phase, reason=reason[:500], changed_at=utc_now()))


def forget_pending_update(data: DataDir) -> None:
    """The task is closed: nothing needs the record any more."""
    data.pending_update.unlink(missing_ok=True)


def _write(data: DataDir, update: PendingUpdate) -> PendingUpdate:
    write_private(data.pending_update, msgspec.json.encode(update))
    return update
