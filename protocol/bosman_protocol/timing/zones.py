"""Time zones, and what a clock on the wall of one means [R17]. A zone that is not known is an error, never UTC."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import expect


@cache
def _names() -> frozenset[str]:
    # The list that the package brings: Windows has no other, and to ask the file system would be another
    # answer on each machine (and on Windows take `europe/warsaw`).
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


@lru_cache(512)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone with this IANA name; None where there is none."""
    if name not in _names():
        return None
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None


def zone(value: object, path: str, problems: Problems) -> ZoneInfo | None:
    """Reads the name of a zone in a document."""
    if not expect(value, str, path, problems):
        return None
    found = find_zone(value)
    if found is None:
        problems.add(DocumentCode.ZONE_UNKNOWN, path)
    return found


def first_instant(wall: datetime, where: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall of a zone shows a time, in UTC.

    One that does not exist is read with the offset before the gap (RFC 5545); one
    that exists twice is its first occurrence.
    """
    return wall.replace(tzinfo=where, fold=0).astimezone(UTC)


def last_instant(wall: datetime, where: ZoneInfo) -> datetime:
    """As `first_instant`, but one that exists twice is its second occurrence."""
    first, second = first_instant(wall, where), wall.replace(tzinfo=where, fold=1).astimezone(UTC)
    # In a gap the second reading, with the offset after it, is the earlier one.
    return max(first, second)


def midnight(day: date, where: ZoneInfo) -> datetime:
    """The moment at which a date begins in a zone, by the same rule."""
    return first_instant(datetime.combine(day, time()), where)


def date_range(day: date, days: int, where: ZoneInfo) -> tuple[datetime, datetime]:
    """From the local midnight of a date to that of the date so many days later."""
    return midnight(day, where), midnight(day + timedelta(days=days), where)
