"""Retention rules and points of backups, as documents say it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import (
    Placed,
    Record,
    array,
    boolean,
    instant,
    integer,
    nullable,
    one_of,
    refuse_repeated,
    text,
)
from bosman_protocol.timing.zones import zone


class PointKind(StrEnum):
    """What a point holds: everything, or what changed since others of its chain."""

    FULL = "full"
    INCREMENTAL = "incremental"


class Slot(StrEnum):
    """Of each of the newest of these one point is kept."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class KindRule:
    """What is kept of one kind; None says nothing."""

    keep_last: int | None
    """So many of the newest verified ones."""
    keep_days: int | None
    """All younger than so many times 24 hours."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What is kept."""

    kinds: dict[PointKind, KindRule]
    slots: dict[Slot, int]
    zone: ZoneInfo
    """Whose days, weeks, months and years they are."""


@dataclass(frozen=True, slots=True)
class Point:
    """One backup that could be restored."""

    id: str
    chain: str
    kind: PointKind
    at: datetime
    verified: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is, and what to keep of it."""

    rule: RetentionRule
    now: datetime
    points: list[Point]


def read_stock(document: object, problems: Problems) -> Stock | None:
    """The whole document; None where anything was wrong."""
    before = len(problems.found)
    record = Record(document, "", problems)
    ids: list[Placed] = []

    def read_point(value: object, path: str, problems: Problems) -> Point | None:
        return _point(Record(value, path, problems), ids)

    rule, now = record.take("rule", _rule), record.take("now", instant)
    points = record.take("points", array(read_point))
    record.done()
    refuse_repeated(ids, problems)
    return Stock(rule, now, points or []) if len(problems.found) == before and rule and now else None


def _rule(value: object, path: str, problems: Problems) -> RetentionRule | None:
    before = len(problems.found)
    record = Record(value, path, problems)
    kinds = {kind: record.take(kind, _kind_rule) for kind in PointKind}
    slots = record.take("gfs", nullable(_slots))
    where = record.take("zone", zone)
    record.done()
    if len(problems.found) > before or where is None:
        return None
    return RetentionRule({kind: rule for kind, rule in kinds.items() if rule}, slots or {}, where)


def _kind_rule(value: object, path: str, problems: Problems) -> KindRule:
    record = Record(value, path, problems)
    found = KindRule(
        record.take_if_there("keep_last", nullable(integer(1))),
        record.take_if_there("keep_days", nullable(integer(1))),
    )
    record.done()
    return found


def _slots(value: object, path: str, problems: Problems) -> dict[Slot, int]:
    record = Record(value, path, problems)
    found = {slot: record.take_if_there(slot, nullable(integer(1))) for slot in Slot}
    record.done()
    return {slot: count for slot, count in found.items() if count is not None}


def _point(record: Record, ids: list[Placed]) -> Point | None:
    before = len(record.problems.found)
    name, chain = record.take("id", text), record.take("chain", text)
    ids.append(Placed(name, record.at("id")))
    kind, at = record.take("kind", one_of([*PointKind])), record.take("at", instant)
    verified = record.take("verified", boolean)
    record.done()
    if len(record.problems.found) > before:
        return None
    assert name and chain and kind and at  # noqa: PT018 - for the type checker: nothing was wrong
    return Point(name, chain, PointKind(kind), at, bool(verified))
