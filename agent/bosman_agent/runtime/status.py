"""What `bosman-agent status` shows: written by the running agent whenever it changes."""

import logging
import os
from datetime import datetime

import msgspec

from bosman_agent.config import DataDir, write_private
from bosman_agent.identity import utc_now

log = logging.getLogger(__name__)


class RunStatus(msgspec.Struct, frozen=True):
    """The last news of the running agent."""

    pid: int
    started_at: datetime
    updated_at: datetime
    connected_to: str | None = None
    last_error: str | None = None
    stopped: bool = False


class StatusFile:
    """Keeps `status.json` in step with the connection."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        now = utc_now()
        self._status = RunStatus(os.getpid(), now, now)

    def update(self, connected_to: str | None, last_error: str | None, *, stopped: bool = False) -> None:
        """Write what is known now; a disk without room only costs the news."""
        self._status = msgspec.structs.replace(
            self._status, updated_at=utc_now(), connected_to=connected_to, last_error=last_error, stopped=stopped
        )
        try:
            write_private(self._data.status, msgspec.json.encode(self._status))
        except OSError as error:
            log.warning("status cannot be written", extra={"error": error})


def read_status(data: DataDir) -> RunStatus | None:
    """The last news, or None when the agent has never run or wrote nonsense."""
    try:
        return msgspec.json.decode(data.status.read_bytes(), type=RunStatus)
    except (OSError, msgspec.MsgspecError):
        return None
