"""A service clock, as documents say it: a calendar of working hours, a target, what happened, and now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import (
    Record,
    array,
    calendar_date,
    expect,
    instant,
    integer,
    nullable,
    one_of,
    wall_time,
)
from bosman_protocol.timing.zones import zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = ("PL",)
"""Countries whose holidays a calendar may keep."""
_DAY_MINUTES = 24 * 60
_MAX_MINUTES = 10 * 366 * _DAY_MINUTES


class EventKind(StrEnum):
    """What happened to the clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    TARGET = "target"
    """Another target from now on."""


_RUNNING, _PAUSED, _STOPPED = "running", "paused", "stopped"
STEPS: Mapping[tuple[str | None, EventKind], str] = {
    (None, EventKind.STARTED): _RUNNING,
    (_RUNNING, EventKind.PAUSED): _PAUSED,
    (_PAUSED, EventKind.RESUMED): _RUNNING,
    (_RUNNING, EventKind.STOPPED): _STOPPED,
    (_PAUSED, EventKind.STOPPED): _STOPPED,
    (_RUNNING, EventKind.TARGET): _RUNNING,
    (_PAUSED, EventKind.TARGET): _PAUSED,
    (_STOPPED, EventKind.TARGET): _STOPPED,
}
"""What the clock is after an event, by what it was; what is not here makes no sense."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a clock counts."""

    zone: ZoneInfo
    hours: tuple[tuple[tuple[int, int], ...], ...]
    """By weekday, Monday first: from and to in minutes of the wall's day, in order."""
    holidays: str | None
    closed: frozenset[date]


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened to the clock."""

    at: datetime
    kind: EventKind
    minutes: int | None = None
    """The new target."""


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """All that is known of one clock."""

    calendar: Calendar
    target_minutes: int
    events: list[ClockEvent]
    now: datetime


def read_clock(document: object, problems: Problems) -> ServiceClock | None:
    """The whole document; None where anything was wrong."""
    before = len(problems.found)
    record = Record(document, "", problems)
    calendar = record.take("calendar", _calendar)
    target = record.take("target_minutes", integer(1, _MAX_MINUTES))
    events = record.take("events", array(_Events().read, low=1))
    now = record.take("now", _whole_minute)
    record.done()
    written = document.get("events") if isinstance(document, dict) else None
    for index, event in enumerate(written if now and isinstance(written, list) else ()):
        at = instant(event.get("at"), "", Problems()) if isinstance(event, dict) else None
        if now and at and at > now:
            problems.add(DocumentCode.VALUE_RANGE, f"events[{index}].at", max="now")
    if len(problems.found) > before:
        return None
    assert calendar and target and events and now  # noqa: PT018 - for the type checker: nothing was wrong
    return ServiceClock(calendar, target, events, now)


def _whole_minute(value: object, path: str, problems: Problems) -> datetime | None:
    found = instant(value, path, problems)
    if found is not None and found.second:
        problems.add(DocumentCode.VALUE_RANGE, path, second=0)
        return None
    return found


class _Events:
    """Reads events one after the other, and notes what does not follow from those before."""

    def __init__(self) -> None:
        self._state: str | None = None
        self._last: datetime | None = None

    def read(self, value: object, path: str, problems: Problems) -> ClockEvent | None:
        record = Record(value, path, problems)
        at, name = record.take("at", _whole_minute), record.take("kind", one_of([*EventKind]))
        kind = EventKind(name) if name else None
        is_target = kind is EventKind.TARGET
        minutes = record.take("minutes", integer(1, _MAX_MINUTES)) if is_target else None
        if kind is None:
            # Whether it may have minutes cannot be told.
            record.take_if_there("minutes", lambda *_: None)
        record.done()
        self._follow(record, at, kind)
        return ClockEvent(at, kind, minutes) if at and kind else None

    def _follow(self, record: Record, at: datetime | None, kind: EventKind | None) -> None:
        if kind is not None:
            after = STEPS.get((self._state, kind))
            if after is None:
                record.problems.add(DocumentCode.VALUE_RANGE, record.at("kind"), after=self._state or "nothing")
            # What is out of place is told once: the next ones are seen as if it had not been there.
            self._state = after or self._state or _RUNNING
        if at is not None:
            if self._last is not None and at < self._last:
                record.problems.add(DocumentCode.VALUE_RANGE, record.at("at"), order="earlier than the one before")
            else:
                self._last = at


def _calendar(value: object, path: str, problems: Problems) -> Calendar | None:
    before = len(problems.found)
    record = Record(value, path, problems)
    where, hours = record.take("zone", zone), record.take("hours", _hours)
    holidays = record.take("holidays", nullable(one_of(HOLIDAYS)))
    closed = record.take("closed", array(calendar_date))
    record.done()
    if len(problems.found) > before:
        return None
    assert where and hours is not None  # noqa: PT018 - for the type checker: nothing was wrong
    return Calendar(where, hours, holidays, frozenset(closed or ()))


def _hours(value: object, path: str, problems: Problems) -> tuple[tuple[tuple[int, int], ...], ...]:
    record = Record(value, path, problems)
    days = [record.take_if_there(day, _day) or () for day in WEEKDAYS]
    record.done()
    return tuple(days)


def _day(value: object, path: str, problems: Problems) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []

    def read(pair: object, path: str, problems: Problems) -> None:
        if not expect(pair, list, path, problems):
            return
        if len(pair) != 2:
            problems.add(DocumentCode.VALUE_RANGE, path, min_items=2, max_items=2)
            return
        start, end = _minutes(pair[0], f"{path}[0]", problems), _end(pair[1], f"{path}[1]", problems)
        if start is None or end is None:
            return
        if end <= start or (found and start < found[-1][1]):
            problems.add(DocumentCode.VALUE_RANGE, path)
            return
        found.append((start, end))

    array(read)(value, path, problems)
    return tuple(found)


def _minutes(value: object, path: str, problems: Problems) -> int | None:
    found = wall_time(value, path, problems)
    return None if found is None else found.hour * 60 + found.minute


def _end(value: object, path: str, problems: Problems) -> int | None:
    return _DAY_MINUTES if value == "24:00" else _minutes(value, path, problems)
