"""When a window occurs, and from when to when it is in force; moments are seconds since 1970, UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bosman_protocol.timing.recurrence import HORIZON
from bosman_protocol.timing.zones import first_instant, last_instant, midnight
from bosman_protocol.windows.document import Window, WindowKind

FOREVER = 2**62
"""The end of what has none."""

# Zones lie up to 14 hours east and 12 west of UTC, and a gap may swallow a whole date (Samoa, 30 December 2011).
_ZONE_DAYS = 2


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a moment to, but not including, another."""

    start: int
    end: int


def seconds(moment: datetime) -> int:
    """A moment as this module counts."""
    return int(moment.timestamp())


def occurrence_on(window: Window, day: date) -> Span | None:
    """The occurrence that starts on a date, however the clocks change; None where it would not end after its start."""
    start = first_instant(datetime.combine(day, window.start), window.zone)
    wall_end = datetime.combine(day + timedelta(days=window.end_days), window.end)
    # A blackout ends late rather than early.
    is_blackout = window.kind is WindowKind.BLACKOUT
    end = last_instant(wall_end, window.zone) if is_blackout else first_instant(wall_end, window.zone)
    if end <= start:
        end = last_instant(wall_end, window.zone)
    return Span(seconds(start), seconds(end)) if end > start else None


def occurrences(window: Window, low: int, high: int) -> list[Span]:
    """Every occurrence that overlaps a range of moments, whole, in order."""
    first = _day(low) - window.end_days - _ZONE_DAYS
    found = _on_dates(window, first, _day(high) + _ZONE_DAYS)
    return [span for span in found if span.end > low and span.start < high]


def in_force(window: Window) -> Span:
    """From local midnight of its first date to that after its last one, or to the end of its last occurrence."""
    start = seconds(midnight(window.starts_on, window.zone))
    last = window.recurrence.last()
    if window.ends_on is not None and (last is None or window.ends_on.toordinal() < last):
        last = window.ends_on.toordinal()
    if last is None or last >= HORIZON:
        return Span(start, FOREVER)
    end = seconds(midnight(date.fromordinal(last + 1), window.zone))
    # Only occurrences of the last days can end later than that.
    late = _on_dates(window, last - window.end_days - _ZONE_DAYS, last)
    return Span(start, max([end, *(span.end for span in late)]))


def _day(moment: int) -> int:
    return date(1970, 1, 1).toordinal() + moment // 86400


def _on_dates(window: Window, low: int, high: int) -> list[Span]:
    if window.ends_on is not None:
        high = min(high, window.ends_on.toordinal())
    days = (date.fromordinal(day) for day in window.recurrence.between(max(low, 1), high))
    found = (occurrence_on(window, day) for day in days if day not in window.except_dates)
    return [span for span in found if span is not None]
