"""Which settings a policy may say: one line each, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass

from bosman_protocol.documents.reader import Reader, boolean, integer, one_of

_TEN_YEARS = 10 * 366 * 86400


@dataclass(frozen=True, slots=True)
class PolicyField:
    """A field of a section; of a map, `value` reads one entry."""

    value: Reader[bool] | Reader[int] | Reader[str]
    is_map: bool = False
    """Merged entry by entry; each entry is a field of its own."""


_INTERVAL = PolicyField(integer(1, _TEN_YEARS))
_SWITCH = PolicyField(boolean)
_CHOSEN = PolicyField(boolean, is_map=True)
"""Id → true, or false = explicitly not."""

FIELDS: Mapping[str, PolicyField] = {
    "updates.scan_interval_seconds": _INTERVAL,
    "updates.auto_install": PolicyField(one_of(("off", "security", "all"))),
    "updates.rejected": _CHOSEN,
    "apps.scan_interval_seconds": _INTERVAL,
    "apps.auto_update": _SWITCH,
    "apps.excluded": _CHOSEN,
    "restart.mode": PolicyField(one_of(("never", "in_window", "ask_user"))),
    "restart.deadline_seconds": PolicyField(integer(0, _TEN_YEARS)),
    "scripts.allow_remote": _SWITCH,
    "telemetry.temperature_interval_seconds": _INTERVAL,
    "telemetry.smart_interval_seconds": _INTERVAL,
}
"""By `section.field`."""

SECTIONS = frozenset(name.split(".")[0] for name in FIELDS)
