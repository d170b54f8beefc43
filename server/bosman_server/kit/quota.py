"""Token buckets in memory, asked before anything that costs: how much a device, a caller or an account may have.

With N processes the limits are N times as wide.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from bosman_protocol.codes import Code
from bosman_server.kit.problems import Problem


class Quota:
    """`burst` at once, then `per_second`, per key. Bounded in memory: who was quiet longest is forgotten first."""

    def __init__(
        self,
        burst: float,
        per_second: float,
        *,
        max_keys: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._max_keys = max_keys
        self._clock = clock
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, amount: float = 1.0) -> bool:
        """Take `amount` if it is there; nothing is taken otherwise."""
        now = self._clock()
        level = self._level(key, now)
        if level < amount:
            return False
        self._keep(key, level - amount, now)
        return True

    def reserve(self, key: Hashable, amount: float) -> float:
        """Take `amount` in any case. Returns the seconds until it has been earned, 0 if it was there."""
        now = self._clock()
        level = self._level(key, now) - amount
        self._keep(key, level, now)
        return max(0.0, -level / self._per_second)

    def wait_seconds(self, key: Hashable, amount: float = 1.0) -> float:
        """How long until `amount` is there, 0 if it is; nothing is taken."""
        return max(0.0, (amount - self._level(key, self._clock())) / self._per_second)

    def give_back(self, key: Hashable, amount: float = 1.0) -> None:
        """What it was taken for turned out to be harmless."""
        now = self._clock()
        if key in self._levels:
            self._levels[key] = (min(self._burst, self._level(key, now) + amount), now)

    def forget(self, key: Hashable) -> None:
        """The key starts afresh."""
        self._levels.pop(key, None)

    def forget_all(self, is_meant: Callable[[Hashable], bool]) -> None:
        """Some keys start afresh."""
        for key in [key for key in self._levels if is_meant(key)]:
            del self._levels[key]

    def _level(self, key: Hashable, now: float) -> float:
        level, since = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - since) * self._per_second)

    def _keep(self, key: Hashable, level: float, now: float) -> None:
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        while len(self._levels) > self._max_keys:
            self._levels.popitem(last=False)


class RateLimiter:
    """A quota for requests: `burst` at once, then one every `refill_seconds`, per key; what is beyond is a problem."""

    def __init__(self, burst: int, refill_seconds: float, *, max_keys: int = 50_000) -> None:
        self._quota = Quota(burst, 1 / refill_seconds, max_keys=max_keys)

    def hit(self, key: str) -> None:
        """Take one token. Raises Problem 429 `session.rate_limited` with the seconds to wait."""
        if not self._quota.take(key):
            self.check(key)

    def check(self, key: str) -> None:
        """Take nothing, but refuse where `hit` would: for limits that only failures use up."""
        seconds = self._quota.wait_seconds(key)
        if seconds > 0:
            wait = max(1, round(seconds))
            raise Problem(
                429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": wait}, headers={"retry-after": str(wait)}
            )

    def refund(self, key: str) -> None:
        """Give one token back: what it was taken for turned out to be harmless."""
        self._quota.give_back(key)

    def forgive(self, key: str) -> None:
        """A success: the key starts afresh."""
        self._quota.forget(key)

    def forgive_all(self, prefix: str) -> None:
        """All keys that begin so start afresh."""
        self._quota.forget_all(lambda key: str(key).startswith(prefix))


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
