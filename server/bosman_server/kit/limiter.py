"""Rate limits that cost nothing: token buckets in memory, asked before any hashing or query."""

import ipaddress
import time
from collections import OrderedDict

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem


def network_of(address: str | None) -> str:
    """What one limit counts for: an IPv4 address, or the /64 that everybody with IPv6 has to themselves."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


class RateLimiter:
    """`burst` at once, then one every `refill_seconds`, per key. Bounded in memory: the oldest keys go first."""

    def __init__(self, burst: int, refill_seconds: float, *, max_keys: int = 50_000) -> None:
        self._burst = burst
        self._refill_seconds = refill_seconds
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Take one token. Raises Problem 429 `session.rate_limited` with the seconds to wait."""
        self.check(key)
        now = time.monotonic()
        self._buckets[key] = (self._tokens(key, now) - 1, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)

    def _tokens(self, key: str, now: float) -> float:
        tokens, since = self._buckets.get(key, (float(self._burst), now))
        return min(float(self._burst), tokens + (now - since) / self._refill_seconds)

    def check(self, key: str) -> None:
        """Take nothing, but refuse where `hit` would: for limits that only failures use up."""
        tokens = self._tokens(key, time.monotonic())
        if tokens < 1:
            wait = max(1, round((1 - tokens) * self._refill_seconds))
            raise Problem(
                429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": wait}, headers={"retry-after": str(wait)}
            )

    def refund(self, key: str) -> None:
        """Give one token back: what it was taken for turned out to be harmless."""
        if key in self._buckets:
            now = time.monotonic()
            self._buckets[key] = (min(float(self._burst), self._tokens(key, now) + 1), now)

    def forgive(self, key: str) -> None:
        """A success: the key starts afresh."""
        self._buckets.pop(key, None)

    def forgive_all(self, prefix: str) -> None:
        """All keys that begin so start afresh."""
        for key in [key for key in self._buckets if key.startswith(prefix)]:
            del self._buckets[key]
