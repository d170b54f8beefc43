"""What maintenance windows are, as documents say it; the mathematics is in `occurrences` and `opening`."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import (
    Placed,
    Record,
    array,
    calendar_date,
    integer,
    nullable,
    one_of,
    refuse_repeated,
    text,
    wall_time,
)
from bosman_protocol.timing.recurrence import Once, PatchTuesday, Recurrence, rule_dates
from bosman_protocol.timing.rrule import Rule, RuleInvalidError, parse_rule
from bosman_protocol.timing.zones import zone
from bosman_protocol.work import WindowClass

FIRST_YEAR, LAST_YEAR = 1990, 2100
MAX_END_DAYS = 31
MAX_PATCH_TUESDAY_DAYS = 30


class WindowKind(StrEnum):
    """What a window does to its classes."""

    WINDOW = "window"
    """Says when they may run."""
    EXTRA = "extra"
    """Adds to whatever else is open."""
    BLACKOUT = "blackout"
    """Closes."""


class WindowScope(StrEnum):
    """Whom the window is for, narrowest first: the narrowest in force wins."""

    DEVICE = "device"
    GROUP = "group"
    SITE = "site"
    TENANT = "tenant"


NARROWNESS = {scope: place for place, scope in enumerate(WindowScope)}
"""0 = the narrowest."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window; times are those of the clock on the wall of `zone`."""

    name: str
    kind: WindowKind
    scope: WindowScope
    classes: frozenset[WindowClass]
    recurrence: Recurrence
    starts_on: date
    ends_on: date | None
    """The last date on which an occurrence may start."""
    start: time
    end: time
    end_days: int
    """Days from the date of the start to that of the end."""
    zone: ZoneInfo
    except_dates: frozenset[date]


@dataclass(frozen=True, slots=True)
class Zones:
    """Which zones `device` and `site` are."""

    device: ZoneInfo
    site: ZoneInfo | None = None

    def read(self, value: object, path: str, problems: Problems) -> ZoneInfo | None:
        """The zone that a window names; a site without a zone of its own has its device's."""
        if value == "device":
            return self.device
        if value == "site":
            return self.site or self.device
        return zone(value, path, problems)


def read_windows(document: object, zones: Zones, problems: Problems) -> list[Window]:
    """The windows of a document `{"windows": […]}`; those that were not understood are left out and noted."""
    record = Record(document, "", problems)
    names: list[Placed] = []

    def read(value: object, path: str, problems: Problems) -> Window | None:
        return _window(Record(value, path, problems), zones, names)

    found = record.take("windows", array(read))
    record.done()
    refuse_repeated(names, problems)
    return found or []


def _window(record: Record, zones: Zones, names: list[Placed]) -> Window | None:
    before = len(record.problems.found)
    name = record.take("name", text)
    names.append(Placed(name, record.at("name")))
    kind = record.take("kind", one_of([*WindowKind]))
    scope = record.take("scope", _scope)
    classes = record.take("classes", array(one_of([*WindowClass])))
    starts_on = record.take("starts_on", _first_date)
    ends_on = record.take("ends_on", nullable(calendar_date))
    if starts_on and ends_on and ends_on < starts_on:
        record.problems.add(DocumentCode.VALUE_RANGE, record.at("ends_on"), min=starts_on.isoformat())
    recurrence = record.take("recurrence", nullable(_Recurrences(starts_on).read))
    start, end, end_days = _times(record)
    where = record.take("zone", zones.read)
    except_dates = record.take("except_dates", array(calendar_date))
    record.done()
    if len(record.problems.found) > before:
        return None
    assert name and kind and scope and starts_on and start is not None and end is not None and where  # noqa: PT018 - for the type checker: nothing was wrong
    return Window(
        name,
        WindowKind(kind),
        WindowScope(scope),
        frozenset(WindowClass(one) for one in classes or ()),
        recurrence or Once(starts_on.toordinal()),
        starts_on,
        ends_on,
        start,
        end,
        end_days,
        where,
        frozenset(except_dates or ()),
    )


def _scope(value: object, path: str, problems: Problems) -> str | None:
    record = Record(value, path, problems)
    kind = record.take("kind", one_of([*WindowScope]))
    record.done()
    return kind


def _first_date(value: object, path: str, problems: Problems) -> date | None:
    found = calendar_date(value, path, problems)
    if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
        problems.add(DocumentCode.VALUE_RANGE, path, min=FIRST_YEAR, max=LAST_YEAR)
        return None
    return found


def _times(record: Record) -> tuple[time | None, time | None, int]:
    start, end = record.take("start", wall_time), record.take("end", wall_time)
    given = record.take_if_there("end_day_offset", integer(0, MAX_END_DAYS))
    if start is None or end is None:
        return start, end, 0
    if given == 0 and end <= start:
        record.problems.add(DocumentCode.VALUE_RANGE, record.at("end_day_offset"), min=1)
    return start, end, given if given is not None else int(end <= start)


@dataclass(frozen=True, slots=True)
class _Recurrences:
    start: date | None
    """None where it was not understood: the rule is checked all the same."""

    def read(self, value: object, path: str, problems: Problems) -> Recurrence | None:
        record = Record(value, path, problems)
        if not record.is_object:
            return None
        if record.has("patch_tuesday_offset_days"):
            days = record.take("patch_tuesday_offset_days", integer(0, MAX_PATCH_TUESDAY_DAYS))
            record.done()
            return PatchTuesday(self.start.toordinal(), days) if self.start and days is not None else None
        rule = record.take("rrule", _rule)
        record.done()
        if rule is None or self.start is None:
            return None
        dates = rule_dates(rule, self.start)
        if dates.is_empty():
            problems.add(DocumentCode.RRULE_EMPTY, record.at("rrule"))
            return None
        return dates


def _rule(value: object, path: str, problems: Problems) -> Rule | None:
    if not isinstance(value, str):
        problems.add(DocumentCode.FIELD_TYPE, path, expected="string")
        return None
    try:
        return parse_rule(value)
    except RuleInvalidError as error:
        problems.add(DocumentCode.RRULE_INVALID, path, reason=str(error))
        return None
