"""When a class is open, minute by minute and without any cleverness: what the real functions are compared with.

Nothing of them is used: a clock on the wall is a table of what it shows in each minute, rules are walked by dateutil
from their first date, and every minute of the year is marked on its own.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MINUTE = timedelta(minutes=1)
MARGIN_DAYS = 80
Document = dict[str, Any]
"""A window, as documents write it."""
SCOPES = ["device", "group", "site", "tenant"]


@dataclass(frozen=True)
class Wall:
    """What the clock of a zone shows in each minute of a year and some months around it."""

    begin: datetime
    shown: dict[datetime, list[int]]
    """By wall time, the minutes since `begin` in which it is shown."""
    minutes: int

    def instants(self, wall: datetime) -> list[int]:
        """Once, twice, or, where it is skipped, the minute that it would have been without the change."""
        back = 0
        while wall - back * MINUTE not in self.shown:
            back += 1
        found = self.shown[wall - back * MINUTE]
        return found if back == 0 else [found[-1] + back]

    def midnight(self, day: date) -> int:
        """The minute in which a date begins."""
        return self.instants(datetime.combine(day, time()))[0]


@cache
def wall_of(zone: str, year: int) -> Wall:
    """The clock of a zone in a year."""
    begin = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=MARGIN_DAYS)
    minutes = (366 + 2 * MARGIN_DAYS) * 1440
    where, shown = ZoneInfo(zone), dict[datetime, list[int]]()
    for minute in range(minutes):
        local = (begin + minute * MINUTE).astimezone(where).replace(tzinfo=None, fold=0)
        shown.setdefault(local, []).append(minute)
    return Wall(begin, shown, minutes)


class Oracle:
    """The minutes of a year in which one class is open."""

    def __init__(self, windows: list[Document], action: str, zone: str, year: int) -> None:
        self.wall = wall_of(zone, year)
        self.year, self.zone = year, zone
        mine = [window for window in windows if action in window["classes"]]
        self.forces = {w["name"]: self.in_force(w) for w in mine if w["kind"] == "window"}
        opened, closed = bytearray(self.wall.minutes), bytearray(self.wall.minutes)
        for window in mine:
            for start, end in self.occurrences(window):
                if window["kind"] == "blackout":
                    closed[start:end] = b"\1" * len(closed[start:end])
                elif window["kind"] == "extra" or self.wins(window, mine, start):
                    opened[start:end] = b"\1" * len(opened[start:end])
        self.open = bytes(o and not c for o, c in zip(opened, closed, strict=True))

    def clock(self, window: Document) -> Wall:
        """The clock by which a window goes."""
        return self.wall if window["zone"] == "device" else wall_of(window["zone"], self.year)

    def all_dates(self, window: Document) -> tuple[list[date], bool]:
        """The dates of the recurrence in the table, and whether there are no later ones."""
        start = date.fromisoformat(window["starts_on"])
        if window["recurrence"] is None:
            return [start], True
        end = date(self.year + 1, 1, 1) + timedelta(days=MARGIN_DAYS - 10)
        if "rrule" not in window["recurrence"]:
            days = [start + timedelta(days=n) for n in range((end - start).days)]
            offset = timedelta(days=window["recurrence"]["patch_tuesday_offset_days"])
            return [day for day in days if is_second_tuesday(day - offset)], False
        found, is_over = [], True
        for moment in rrulestr(window["recurrence"]["rrule"], dtstart=datetime.combine(start, time())):
            if moment.date() >= end:
                is_over = False
                break
            found.append(moment.date())
        return found, is_over

    def occurrences(self, window: Document) -> list[tuple[int, int]]:
        """The minutes from which and to which a window occurs."""
        found, clock = [], self.clock(window)
        for day in self.all_dates(window)[0]:
            is_left_out = day.isoformat() in window["except_dates"]
            if is_left_out or (window["ends_on"] and day.isoformat() > window["ends_on"]):
                continue
            start = clock.instants(at(day, window["start"]))[0]
            days = window.get("end_day_offset", 0 if window["end"] > window["start"] else 1)
            ends = clock.instants(at(day + timedelta(days=days), window["end"]))
            end = ends[-1] if window["kind"] == "blackout" or ends[0] <= start else ends[0]
            if end > start:
                found.append((start, end))
        return found

    def in_force(self, window: Document) -> tuple[int, int]:
        """The minutes from which and to which a window is in force."""
        clock = self.clock(window)
        days, is_over = self.all_dates(window)
        last = days[-1] if is_over else None
        if window["ends_on"]:
            ends_on = date.fromisoformat(window["ends_on"])
            last = ends_on if last is None else min(last, ends_on)
        begin = clock.midnight(date.fromisoformat(window["starts_on"]))
        if last is None:
            return begin, 10**9
        ends = [end for _, end in self.occurrences(window)]
        return begin, max([clock.midnight(last + timedelta(days=1)), *ends])

    def wins(self, window: Document, mine: list[Document], minute: int) -> bool:
        """Whether no narrower window is in force."""
        there = [w for w in mine if w["kind"] == "window" and is_inside(minute, self.forces[w["name"]])]
        narrowest = min(SCOPES.index(w["scope"]["kind"]) for w in there)
        return SCOPES.index(window["scope"]["kind"]) == narrowest


def is_inside(minute: int, span: tuple[int, int]) -> bool:
    """Whether a minute lies within a span."""
    return span[0] <= minute < span[1]


def at(day: date, clock: str) -> datetime:
    """A wall time on a date."""
    return datetime.combine(day, time.fromisoformat(clock))


def is_second_tuesday(day: date) -> bool:
    """Whether updates for Windows come out on a date."""
    return day.weekday() == 1 and 8 <= day.day <= 14
