"""What `bosman-agent status` shows: written by the running agent whenever it changes."""

import logging
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.watchdog.client import previous_end
from bosman_protocol.codes import Code
from bosman_protocol.freeze import FreezeOrder

log = logging.getLogger(__name__)

STEADY_SECONDS = 30


class FrozenStatus(msgspec.Struct, frozen=True):
    """An order that keeps guarded work from beginning."""

    scope: Literal["fleet", "tenant"]
    since: datetime
    reason: str = ""


class RunStatus(msgspec.Struct, frozen=True):
    """The last news of the running agent."""

    pid: int
    started_at: datetime
    updated_at: datetime
    connected_to: str | None = None
    last_error: str | None = None
    last_error_code: str | None = None
    clock_off_seconds: int | None = None
    """How far this device's clock is ahead of the server's (behind: negative), where that is too far."""
    stopped: bool = False
    frozen: tuple[FrozenStatus, ...] = ()
    previous_end: str = ""
    """How the run before this one ended, where that was not meant."""
    last_trouble_code: str | None = None
    last_trouble_at: datetime | None = None


class StatusFile:
    """Keeps `status.json` in step with the connection."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        now = utc_now()
        self._status = RunStatus(os.getpid(), now, now, previous_end=previous_end())

    def update(
        self, connected_to: str | None, last_error: str | None, code: Code | None = None, *, stopped: bool = False
    ) -> None:
        """Write what is known of the connection now."""
        self._status = msgspec.structs.replace(
            self._status,
            updated_at=utc_now(),
            connected_to=connected_to,
            last_error=last_error,
            last_error_code=code,
            stopped=stopped,
        )
        self._write()

    def clock_off(self, seconds: int | None) -> None:
        """Write how far the clock is off; nothing is written while that stays about the same."""
        known = self._status.clock_off_seconds
        if seconds == known or (seconds is not None and known is not None and abs(seconds - known) < STEADY_SECONDS):
            return
        self._status = msgspec.structs.replace(self._status, clock_off_seconds=seconds)
        self._write()

    def trouble(self, code: str) -> None:
        """Write what the agent has told the server of itself last."""
        self._status = msgspec.structs.replace(self._status, last_trouble_code=code, last_trouble_at=utc_now())
        self._write()

    def freeze(self, orders: Iterable[FreezeOrder]) -> None:
        """Write which orders freeze this device now."""
        frozen = tuple(
            FrozenStatus("fleet" if order.scope is None else "tenant", order.issued_at, order.reason)
            for order in orders
        )
        self._status = msgspec.structs.replace(self._status, frozen=frozen)
        self._write()

    def _write(self) -> None:
        """A disk without room only costs the news."""
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
