"""The time as the server knows it, beside this device's own: a wrong clock must neither refuse nor revive work."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bosman_agent.clock import utc_now
from bosman_protocol.codes import Code
from bosman_protocol.envelope import CLOCK_SKEW
from bosman_protocol.failures import ErrorDetail

log = logging.getLogger(__name__)

OnWrong = Callable[[ErrorDetail], Awaitable[None]]


class ServerClock:
    """Hears the server's time with every answer and lets it run on beside this device's clock."""

    def __init__(
        self, clock: Callable[[], datetime] = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._heard: tuple[datetime, float] | None = None
        self._told = False
        self.on_wrong: OnWrong = _log_only
        self.on_offset: Callable[[int | None], None] = lambda _seconds: None

    def now(self) -> datetime:
        """The later of both clocks.

        A clock that is behind neither refuses fresh work as unborn nor accepts what has expired. One that is ahead
        refuses by itself what has expired by it: the device does not know which of the two is right.
        """
        local = self._clock()
        if self._heard is None:
            return local
        server_time, heard_at = self._heard
        return max(local, server_time + timedelta(seconds=self._monotonic() - heard_at))

    async def hear(self, server_time: datetime) -> None:
        """Take the time of an answer that TLS has vouched for; a difference too large is told once per start."""
        if server_time.tzinfo is None:
            return
        server_time = server_time.astimezone(UTC)
        self._heard = (server_time, self._monotonic())
        off = self._clock() - server_time
        wrong = abs(off) > CLOCK_SKEW
        seconds = round(off.total_seconds())
        self.on_offset(seconds if wrong else None)
        if not wrong or self._told:
            return
        self._told = True
        log.warning("clock is wrong", extra={"seconds": seconds})
        await self.on_wrong(ErrorDetail(Code.AGENT_CLOCK_WRONG, {"seconds": seconds}))


async def _log_only(_error: ErrorDetail) -> None:
    return
