"""What is due when: a clock that counts the minutes of working hours, as a pure function of its events.

Whether a date is a holiday is asked of the caller: the tables of holidays are a large library, which agents do without.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bosman_protocol.sla.document import Calendar, EventKind, ServiceClock

MAX_AHEAD = timedelta(days=3650)
_PORTION = timedelta(days=60)
_MINUTE = timedelta(minutes=1)
_PROBE = timedelta(hours=12)

IsHoliday = Callable[[str, date], bool]
"""Whether a date is a holiday in a country."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the clock shows now."""

    elapsed_minutes: int
    due_at: datetime | None
    """None: paused, stopped, or too far away."""
    breached_at: datetime | None


def read_time(clock: ServiceClock, is_holiday: IsHoliday) -> ClockReading:
    """How much has elapsed, when the target is or was due, and whether it was missed."""
    hours = _WorkingTime(clock.calendar, is_holiday)
    target, elapsed, running = clock.target_minutes, 0, False
    breached: datetime | None = None
    groups = [(at, list(events)) for at, events in groupby(clock.events, key=lambda event: event.at)]
    for index, (at, events) in enumerate(groups):
        for event in events:
            if event.kind is EventKind.TARGET:
                target = event.minutes or target
            else:
                running = event.kind in {EventKind.STARTED, EventKind.RESUMED}
        is_last = index == len(groups) - 1
        until = clock.now if is_last else groups[index + 1][0]
        if not running:
            continue
        if breached is None:
            reached = at if elapsed >= target else hours.reached(at, until, target - elapsed)
            # Reached at the very instant of the next events, what they say counts.
            if reached is not None and (is_last or reached < until):
                breached = reached
        elapsed += hours.minutes(at, until)
    due = breached
    if due is None and running:
        due = hours.reached(clock.now, clock.now + MAX_AHEAD, target - elapsed)
    return ClockReading(elapsed, due, breached)


class _WorkingTime:
    """The moments at which a calendar's clock on the wall shows a time within its hours."""

    def __init__(self, calendar: Calendar, is_holiday: IsHoliday) -> None:
        self._calendar, self._is_holiday = calendar, is_holiday

    def minutes(self, low: datetime, high: datetime) -> int:
        """How many there are from one moment to another."""
        return sum((end - start) // _MINUTE for start, end in self._spans(low, high))

    def reached(self, low: datetime, high: datetime, minutes: int) -> datetime | None:
        """The moment at which so many (one at least) have passed since `low`; None where that is later than `high`."""
        for start, end in self._spans(low, high):
            passing = (end - start) // _MINUTE
            if passing >= minutes:
                return start + minutes * _MINUTE
            minutes -= passing
        return None

    def _spans(self, low: datetime, high: datetime) -> Iterator[tuple[datetime, datetime]]:
        while low < high:
            until = min(low + _PORTION, high)
            yield from self._portion(low, until)
            low = until

    def _portion(self, low: datetime, high: datetime) -> list[tuple[datetime, datetime]]:
        """The spans within a range, in order: an hour that comes twice is there twice, a skipped one is not."""
        found: list[tuple[datetime, datetime]] = []
        for begin, end, offset in _offsets(self._calendar.zone, low, high):
            # While the offset stays the same, wall and UTC differ by it and nothing else.
            day = (begin + offset).date()
            last = (end + offset).date()
            while day <= last:
                midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
                for start_minute, end_minute in self._hours(day):
                    start = max(midnight + start_minute * _MINUTE, begin)
                    stop = min(midnight + end_minute * _MINUTE, end)
                    if start < stop:
                        found.append((start, stop))
                day += timedelta(days=1)
        return found

    def _hours(self, day: date) -> tuple[tuple[int, int], ...]:
        calendar = self._calendar
        hours = calendar.hours[day.weekday()]
        if not hours or day in calendar.closed:
            return ()
        return () if calendar.holidays and self._is_holiday(calendar.holidays, day) else hours


def _offsets(zone: ZoneInfo, low: datetime, high: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The range in pieces of one offset from UTC each."""
    begin, at = low, low
    offset = _offset(zone, low)
    while at < high:
        following = min(at + _PROBE, high)
        if _offset(zone, following) != offset:
            change = _change(zone, at, following)
            yield begin, change, offset
            begin, offset = change, _offset(zone, change)
            following = change
        at = following
    if begin < high:
        yield begin, high, offset


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute, between two moments, with another offset than the first has."""
    offset = _offset(zone, before)
    same, other = 0, (after - before) // _MINUTE
    while other - same > 1:
        middle = (same + other) // 2
        if _offset(zone, before + middle * _MINUTE) == offset:
            same = middle
        else:
            other = middle
    return before + other * _MINUTE


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found
