"""Full-jitter pauses: a fleet that lost its server must not come back in step."""

import random


def full_jitter(attempt: int, *, base_seconds: float, cap_seconds: float) -> float:
    """Seconds to wait before attempt number `attempt` (0 is the first retry)."""
    ceiling = min(cap_seconds, base_seconds * 2 ** min(attempt, 30))
    return random_part(ceiling)


def random_part(seconds: float) -> float:
    """Anything from nothing up to `seconds`."""
    return random.uniform(0, seconds)  # noqa: S311 - jitter, no secret


def spread(seconds: float, share: float = 0.3) -> float:
    """A period with ± `share` jitter."""
    return seconds * random.uniform(1 - share, 1 + share)  # noqa: S311 - jitter, no secret
