"""Schedules, as documents say it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bosman_protocol.documents.errors import DocumentCode, Problems
from bosman_protocol.documents.reader import (
    Placed,
    Record,
    array,
    calendar_date,
    expect,
    nullable,
    refuse_repeated,
    text,
    wall_moment,
)
from bosman_protocol.schedules.cron import CronInvalidError, check_cron
from bosman_protocol.timing.zones import zone


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is to begin; exactly one of `cron` and `once`."""

    name: str
    zone: ZoneInfo
    cron: str | None
    once: datetime | None
    """On the wall of the zone."""
    starts_on: date | None = None
    ends_on: date | None = None
    """The last date, in the zone, on which it fires."""


def read_schedules(document: object, device_zone: ZoneInfo, problems: Problems) -> list[Schedule]:
    """The schedules of a document `{"schedules": […]}`; those that were not understood are left out and noted."""
    record = Record(document, "", problems)
    names: list[Placed] = []

    def read(value: object, path: str, problems: Problems) -> Schedule | None:
        return _schedule(Record(value, path, problems), device_zone, names)

    found = record.take("schedules", array(read))
    record.done()
    refuse_repeated(names, problems)
    return found or []


def _schedule(record: Record, device_zone: ZoneInfo, names: list[Placed]) -> Schedule | None:
    def read_zone(value: object, path: str, problems: Problems) -> ZoneInfo | None:
        return device_zone if value == "device" else zone(value, path, problems)

    before = len(record.problems.found)
    name = record.take("name", text)
    names.append(Placed(name, record.at("name")))
    where = record.take("zone", read_zone)
    starts_on = record.take_if_there("starts_on", nullable(calendar_date))
    ends_on = record.take_if_there("ends_on", nullable(calendar_date))
    if starts_on and ends_on and ends_on < starts_on:
        record.problems.add(DocumentCode.VALUE_RANGE, record.at("ends_on"), min=starts_on.isoformat())
    cron, once = _when(record)
    record.done()
    if len(record.problems.found) > before:
        return None
    assert name and where  # noqa: PT018 - for the type checker: nothing was wrong
    return Schedule(name, where, cron, once, starts_on, ends_on)


def _when(record: Record) -> tuple[str | None, datetime | None]:
    if record.has("cron") and record.has("once"):
        record.problems.add(DocumentCode.VALUE_RANGE, record.at("once"))
        record.take("cron", _cron)
        record.take("once", lambda *_: None)
        return None, None
    if record.has("once"):
        return None, record.take("once", wall_moment)
    return record.take("cron", _cron), None


def _cron(value: object, path: str, problems: Problems) -> str | None:
    if not expect(value, str, path, problems):
        return None
    try:
        return check_cron(value)
    except CronInvalidError as error:
        problems.add(DocumentCode.CRON_INVALID, path, reason=str(error))
        return None
