"""When schedules fire. Over changes of clocks cron jobs go by Debian's rules, which `cronsim` knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from bosman_protocol.documents.reader import FIRST_YEAR, LAST_YEAR
from bosman_protocol.schedules.document import Schedule
from bosman_protocol.timing.zones import first_instant, midnight

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """A schedule fires."""

    at: datetime
    schedule: str


def firings(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """When it fires, in order, in UTC; every moment is later than `after`."""
    for at in _moments(schedule, after):
        day = at.astimezone(schedule.zone).date()
        if schedule.ends_on and day > schedule.ends_on:
            return
        if at > after and (schedule.starts_on is None or day >= schedule.starts_on):
            yield at


def next_firing(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment later than `after` at which it fires; None where none comes (within fifty years)."""
    return next(firings(schedule, after), None)


def preview(schedules: Iterable[Schedule], low: datetime, high: datetime) -> list[Firing]:
    """Everything that fires from `low` to, but not including, `high`, in order."""
    found: list[Firing] = []
    for schedule in schedules:
        for at in firings(schedule, low - _SECOND):
            if at >= high:
                break
            found.append(Firing(at, schedule.name))
    return sorted(found)


def _moments(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """From `after` or a little earlier on: asked in the second pass of an hour cronsim begins in the first."""
    if schedule.once is not None:
        yield first_instant(schedule.once, schedule.zone)
        return
    assert schedule.cron is not None
    begin = after
    if schedule.starts_on is not None and schedule.starts_on.year > LAST_YEAR:
        return
    if schedule.starts_on is not None and schedule.starts_on.year >= FIRST_YEAR:
        begin = max(begin, midnight(schedule.starts_on, schedule.zone) - _SECOND)
    last: datetime | None = None
    for local in CronSim(schedule.cron, begin.astimezone(schedule.zone)):
        at = local.astimezone(UTC)
        if last is None or at > last:
            yield at
        last = at
