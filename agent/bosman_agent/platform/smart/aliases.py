"""One disk under several names is one disk: behind a controller that also passes it through, CSMI, multipath."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from bosman_agent.platform.smart.reading import SmartReading
from bosman_protocol.text import clean_text

_BEHIND = re.compile(
    r"(?:^|\+)(?P<place>(?:megaraid|3ware|areca|cciss|hpt|aacraid|sssraid|jmb39x(?:-q2?)?|jms56x),\S+)"
)
"""The part of a device's type that says which disk behind a controller is meant (smartctl(8), option -d)."""
_EMPTY_SERIAL = re.compile(r"(.)\1+|0*1234567(?:8(?:9[0-9A-F]*)?)?|n/?a|none|unknown|to be filled.*", re.IGNORECASE)
"""What bridges and controllers say that know of no serial number."""
HOURS_APART = 1


class NamedReading(msgspec.Struct, frozen=True):
    """A report, with the names by which its disk can be asked."""

    name: str
    reading: SmartReading


def disk_name(device: str, kind: str) -> str:
    """The name of a disk: one node of a controller stands for many, told apart by their number (`megaraid,0`)."""
    behind = _BEHIND.search(kind)
    return clean_text(f"{device} ({behind['place']})" if behind is not None else device, 256)


def merge(readings: Iterable[NamedReading]) -> list[NamedReading]:
    """One per disk, in the order in which they were met; the fullest report counts, under all of its names."""
    disks: list[list[NamedReading]] = []
    for one in readings:
        twin = next((disk for disk in disks if _is_same(disk[0], one)), None)
        if twin is None:
            disks.append([one])
        else:
            twin.append(one)
    return [_whole(disk) for disk in disks]


def _whole(disk: Sequence[NamedReading]) -> NamedReading:
    best = max(disk, key=lambda one: _fullness(one.reading))
    first, *others = dict.fromkeys(one.name for one in disk)
    name = f"{first} ({', '.join(map(_short, others))})" if others else first
    return NamedReading(clean_text(name, 256), best.reading)


def _short(name: str) -> str:
    """Of a name behind a controller its number is enough."""
    return name.rpartition(" (")[2].removesuffix(")") if name.endswith(")") else name


def _is_same(left: NamedReading, right: NamedReading) -> bool:
    """The same serial number, and nothing that speaks against it: bridges of one make may all name the same.

    Two ordinary nodes need more in common than that, or a disk behind such a bridge would vanish.
    """
    one, other = left.reading, right.reading
    serial, also = _serial(one), _serial(other)
    if serial is None or serial != also or _differ(one.capacity_bytes, other.capacity_bytes):
        return False
    units, hours = (one.unit_id, other.unit_id), (one.power_on_hours, other.power_on_hours)
    if units[0] is not None and units[1] is not None and len(units[0]) == len(units[1]):
        # Two arms of one case are two disks to whoever writes on them, with a health of their own.
        return units[0] == units[1]
    if hours[0] is not None and hours[1] is not None:
        return abs(hours[0] - hours[1]) <= HOURS_APART
    return _is_behind(left) or _is_behind(right)


def _differ(one: int | None, other: int | None) -> bool:
    """Controllers round a size a little."""
    return one is not None and other is not None and abs(one - other) * 100 > max(one, other)


def _is_behind(one: NamedReading) -> bool:
    return one.name.endswith(")")


def _serial(reading: SmartReading) -> str | None:
    text = (reading.serial_number or "").strip().upper()
    return None if not text or _EMPTY_SERIAL.fullmatch(text) is not None else text


def _fullness(reading: SmartReading) -> int:
    return sum(getattr(reading, field) is not None for field in SmartReading.__struct_fields__)
