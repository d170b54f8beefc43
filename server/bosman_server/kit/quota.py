"""Quotas per device: token buckets in memory, asked before anything that costs."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


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

    def _level(self, key: Hashable, now: float) -> float:
        level, since = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - since) * self._per_second)

    def _keep(self, key: Hashable, level: float, now: float) -> None:
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        while len(self._levels) > self._max_keys:
            self._levels.popitem(last=False)
