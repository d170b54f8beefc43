"""Which part each device plays, so that every state is somewhere on every page."""

import random
from collections.abc import Iterable
from typing import Literal

Role = Literal["online", "offline", "never_connected", "never_scanned", "scan_failed", "revoked"]

_SHARES: tuple[tuple[Role, float], ...] = (
    ("offline", 0.13),
    ("never_connected", 0.02),
    ("never_scanned", 0.04),
    ("scan_failed", 0.03),
    ("revoked", 0.03),
)


def cast_roles(names: Iterable[str], seed: str) -> dict[str, Role]:
    """A role for each device, the same for the same seed."""
    ordered = sorted(names)
    random.Random(f"roles {seed}").shuffle(ordered)
    roles: dict[str, Role] = dict.fromkeys(ordered, "online")
    start = 0
    for role, share in _SHARES:
        end = start + max(1, round(len(ordered) * share))
        roles.update(dict.fromkeys(ordered[start:end], role))
        start = end
    return roles
