"""Outages of the connection: what they were, since when, how often it was tried; told once, when they are over."""

import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime

from bosman_agent.clock import utc_now
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.text import clean_text

WORTH_SECONDS = 60.0
WORTH_ATTEMPTS = 3
"""An outage that was longer, or that took more attempts, is told; a restart of the bus is nobody's concern."""
REPORTS_PER_HOUR = 6
"""More are only logged: a network that comes and goes must not fill the audit trail."""
DETAIL_CHARS = 1000


class Outages:
    """Counts failed attempts until one succeeds."""

    def __init__(
        self, clock: Callable[[], datetime] = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._codes: Counter[Code] = Counter()
        self._since: datetime | None = None
        self._began = 0.0
        self._detail = ""
        self._told: deque[float] = deque(maxlen=REPORTS_PER_HOUR)

    def failed(self, code: Code, detail: str) -> None:
        """An attempt has failed."""
        if self._since is None:
            self._since = self._clock()
            self._began = self._monotonic()
        self._codes[code] += 1
        self._detail = detail

    def over(self) -> ErrorDetail | None:
        """An attempt has succeeded; what is to be told of the outage before it, if it is worth it.

        The code is the one that was met most often; `since` and `until` are by this device's clock.
        """
        since, attempts = self._since, self._codes.total()
        if since is None:
            return None
        code = self._codes.most_common(1)[0][0]
        now, seconds = self._monotonic(), self._monotonic() - self._began
        self._codes.clear()
        self._since = None
        if seconds <= WORTH_SECONDS and attempts <= WORTH_ATTEMPTS:
            return None
        if len(self._told) == REPORTS_PER_HOUR and now - self._told[0] < 3600:
            return None
        self._told.append(now)
        params: dict[str, ParamValue] = {
            "since": since.isoformat(timespec="seconds"),
            "until": self._clock().isoformat(timespec="seconds"),
            "seconds": round(seconds),
            "attempts": attempts,
        }
        return ErrorDetail(code, params, clean_text(self._detail, DETAIL_CHARS) or None)
