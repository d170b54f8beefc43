"""The dates of a recurrence, found by jumping to the asked range instead of walking to it.

They are the dates that python-dateutil gives (tests compare thousands of rules), with its readings: the first week
begins at the start, and a BYDAY with plain and numbered days asks for both. It itself is not used: it walks day by day
from the start, so a daily rule of 1990 with COUNT, or one that matches nearly nothing, costs a hundred milliseconds.
Here a month costs microseconds, whatever the rule.

Dates are ordinals (`date.toordinal`) within.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Protocol

from bosman_protocol.timing.rrule import Frequency, Rule

HORIZON = date(2215, 1, 1).toordinal()
"""No range that may be asked reaches it: dates of COUNT are counted as far as this."""
EMPTY_YEARS = 30
_NO_MONTH = 13
_LONG_STEP = 60
"""From so many days between two periods on it is less work to look at each than to go by months."""


class Recurrence(Protocol):
    """Dates that recur, from a first date on."""

    def between(self, low: int, high: int) -> list[int]:
        """The dates from `low` to `high`, both included, in order."""

    def last(self) -> int | None:
        """The last date that occurs; None for one without an end (before `HORIZON`)."""


@dataclass(frozen=True, slots=True)
class Once:
    """One date."""

    day: int

    def between(self, low: int, high: int) -> list[int]:
        """That date, or nothing."""
        return [self.day] if low <= self.day <= high else []

    def last(self) -> int | None:
        """That date."""
        return self.day


@dataclass(frozen=True, slots=True)
class PatchTuesday:
    """So many days after the second Tuesday of each month."""

    start: int
    offset: int

    def between(self, low: int, high: int) -> list[int]:
        """The dates from `low` to `high`."""
        low = max(low, self.start)
        if low > high:
            return []
        # The Tuesday of a month may be up to `offset` days before its date.
        begin = date.fromordinal(low - self.offset)
        found: list[int] = []
        month = begin.year * 12 + begin.month - 1
        while True:
            first = date(month // 12, month % 12 + 1, 1)
            day = first.toordinal() + (1 - first.weekday()) % 7 + 7 + self.offset
            if day > high:
                return found
            if day >= low:
                found.append(day)
            month += 1

    def last(self) -> int | None:
        """None."""
        return None


class RuleDates:
    """The dates of a rule from its start on."""

    def __init__(self, rule: Rule, start: date) -> None:
        self._rule = _without_daily_positions(_with_defaults(rule, start))
        self._start = start.toordinal()
        self._week = self._start - (start.weekday() - rule.week_start) % 7
        self._months = start.year * 12 + start.month - 1

    def between(self, low: int, high: int) -> list[int]:
        """The dates from `low` to `high`."""
        if self._rule.count is not None:
            return self._counted[bisect_left(self._counted, low) : bisect_right(self._counted, high)]
        if self._rule.until is not None:
            high = min(high, self._rule.until.toordinal())
        return [day for portion in self._portions(low, high) for day in portion]

    def last(self) -> int | None:
        """The last date that COUNT or UNTIL leave."""
        if self._rule.count is not None:
            return self._counted[-1] if len(self._counted) == self._rule.count else None
        if self._rule.until is None or self._rule.until.toordinal() >= HORIZON:
            return None
        # Backwards in growing steps: the last date lies near the end, but for rare rules.
        high, step = self._rule.until.toordinal(), 62
        while high >= self._start:
            found = self.between(high - step, high)
            if found:
                return found[-1]
            high, step = high - step - 1, step * 4
        return None

    def is_empty(self) -> bool:
        """Whether no date comes within `EMPTY_YEARS` years."""
        start = date.fromordinal(self._start)
        try:
            end = start.replace(year=start.year + EMPTY_YEARS)
        except ValueError:  # 29 February
            end = start.replace(year=start.year + EMPTY_YEARS, day=28)
        until = self._rule.until.toordinal() if self._rule.until else HORIZON
        return not any(self._portions(self._start, min(end.toordinal(), until)))

    @cached_property
    def _counted(self) -> list[int]:
        count, found = self._rule.count or 0, list[int]()
        for portion in self._portions(self._start, HORIZON):
            found += portion
            if len(found) >= count:
                break
        return found[:count]

    def _portions(self, low: int, high: int) -> Iterator[list[int]]:
        """The dates from `low` to `high`, in order, in portions that may be empty."""
        low = max(low, self._start)
        if low > high:
            return
        for period in self._periods(low, high):
            found = self._chosen(period)
            if found and (found[0] < low or found[-1] > high):
                found = found[bisect_left(found, low) : bisect_right(found, high)]
            yield found

    def _chosen(self, period: list[int]) -> list[int]:
        if not self._rule.positions or not period:
            return period
        return [period[place] for place in _places(self._rule.positions, len(period))]

    def _periods(self, low: int, high: int) -> Iterator[list[int]]:
        """What the parts leave of each period, from the one that holds `low` on; without positions in any portions."""
        first, last = date.fromordinal(low), date.fromordinal(high)
        if self._rule.frequency is Frequency.YEARLY:
            skipped = (first.year - self._months // 12) % self._rule.interval
            from_year = first.year + (self._rule.interval - skipped if skipped else 0)
            for year in range(from_year, last.year + 1, self._rule.interval):
                yield [day for month in range(1, 13) for day in self._month(year, month)]
            return
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        if self._rule.frequency is Frequency.MONTHLY:
            skipped = (months.start - self._months) % self._rule.interval
            start = months.start + (self._rule.interval - skipped if skipped else 0)
            for month in range(start, months.stop, self._rule.interval):
                yield self._month(month // 12, month % 12 + 1)
            return
        yield from self._short_periods(low, high)

    def _short_periods(self, low: int, high: int) -> Iterator[list[int]]:
        """Days or weeks; a week may begin in the month before and end in the month after the asked ones."""
        weekly = self._rule.frequency is Frequency.WEEKLY
        base, length = (self._week, 7) if weekly else (self._start, 1)
        step = length * self._rule.interval
        if step > _LONG_STEP:
            for period in range(base + max(low - base, 0) // step * step, high + 1, step):
                yield self._from_day(max(period, self._start), period + length)
            return
        begin = max(low - (low - base) % length, self._start)
        week: list[int] = []
        for month in range(_month_of(begin), _month_of(high + length) + 1):
            days = self._month(month // 12, month % 12 + 1)
            days = [day for day in days if day >= begin and (day - base) % step < length]
            if not self._rule.positions:
                yield days
                continue
            for day in days:
                # Positions are counted in weeks, which go on in the next month.
                if week and (day - base) // 7 != (week[0] - base) // 7:
                    yield week
                    week = []
                week.append(day)
        yield week

    def _from_day(self, low: int, high: int) -> list[int]:
        """The dates from `low` to before `high`, a few days, whatever the period."""
        months = range(_month_of(low), _month_of(high - 1) + 1)
        days = (day for month in months for day in self._month(month // 12, month % 12 + 1))
        return [day for day in days if low <= day < high]

    def _month(self, year: int, month: int) -> list[int]:
        """Which days of a month the parts leave, whatever the period."""
        rule = self._rule
        if rule.months and month not in rule.months:
            return []
        length = monthrange(year, month)[1]
        base = date(year, month, 1).toordinal() - 1
        days: Sequence[int] = range(base + 1, base + length + 1)
        if rule.month_days:
            # The days of a month are numbered from 1 as the places of a period are.
            days = [base + 1 + place for place in _places(rule.month_days, length)]
        if len(rule.weekdays) not in {0, 7}:
            # Ordinals begin with a Monday.
            days = [day for day in days if (day - 1) % 7 in rule.weekdays]
        if rule.numbered_weekdays:
            numbered = self._numbered(year, month)
            return [day for day in days if day in numbered]
        return list(days)

    def _numbered(self, year: int, month: int) -> frozenset[int]:
        of_year = self._rule.frequency is Frequency.YEARLY and not self._rule.months
        return _numbered_weekdays(year, 0 if of_year else month, self._rule.numbered_weekdays)


def _month_of(ordinal: int) -> int:
    day = date.fromordinal(ordinal)
    return day.year * 12 + day.month - 1


@lru_cache(4096)
def _places(wanted: frozenset[int], size: int) -> tuple[int, ...]:
    """Which indexes of a list of that size are meant by 1 = the first and -1 = the last."""
    found = {place - 1 if place > 0 else size + place for place in wanted}
    return tuple(sorted(place for place in found if 0 <= place < size))


@lru_cache(512)
def _numbered_weekdays(year: int, month: int, wanted: frozenset[tuple[int, int]]) -> frozenset[int]:
    """The n-th weekdays of a month, or of a year (month 0)."""
    first = date(year, month or 1, 1)
    following = date(year + 1, 1, 1) if month in {0, 12} else date(year, month + 1, 1)
    low, high = first.toordinal(), following.toordinal() - 1
    found: set[int] = set()
    for number, weekday in wanted:
        if number > 0:
            day = low + (weekday - first.weekday()) % 7 + (number - 1) * 7
        else:
            day = high - ((following - timedelta(days=1)).weekday() - weekday) % 7 + (number + 1) * 7
        if low <= day <= high:
            found.add(day)
    return frozenset(found)


def _with_defaults(rule: Rule, start: date) -> Rule:
    """What the start says where no part does: its weekday, its day of the month, its month."""
    if rule.weekdays or rule.numbered_weekdays or rule.month_days:
        return rule
    if rule.frequency is Frequency.WEEKLY:
        return replace(rule, weekdays=frozenset({start.weekday()}))
    if rule.frequency is Frequency.MONTHLY:
        return replace(rule, month_days=frozenset({start.day}))
    if rule.frequency is Frequency.YEARLY:
        return replace(rule, month_days=frozenset({start.day}), months=rule.months or frozenset({start.month}))
    return rule


def _without_daily_positions(rule: Rule) -> Rule:
    """Of one day the first is the last, and there is no second."""
    if rule.frequency is not Frequency.DAILY or not rule.positions:
        return rule
    if rule.positions & {1, -1}:
        return replace(rule, positions=frozenset())
    return replace(rule, positions=frozenset(), months=frozenset({_NO_MONTH}))


@lru_cache(4096)
def rule_dates(rule: Rule, start: date) -> RuleDates:
    """The dates of a rule; kept, because COUNT is counted from the start once."""
    return RuleDates(rule, start)
