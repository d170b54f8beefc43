"""Which points of a backup may be deleted, as a pure function.

An incremental needs the packs of its chain, not the incrementals before it: a full is kept as long as its chain keeps
anything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bosman_protocol.retention.document import Point, PointKind, RetentionRule, Slot, Stock

_DAY_SECONDS = 86400

_SLOT_OF: Mapping[Slot, Callable[[datetime], tuple[int, ...]]] = {
    Slot.DAILY: lambda local: (local.year, local.month, local.day),
    Slot.WEEKLY: lambda local: tuple(local.isocalendar())[:2],
    Slot.MONTHLY: lambda local: (local.year, local.month),
    Slot.YEARLY: lambda local: (local.year,),
}


def expire(stock: Stock) -> list[str]:
    """The ids of what may be deleted, sorted. What is later than now is kept: some clock was wrong."""
    newest_first = sorted(
        (point for point in stock.points if point.at <= stock.now),
        key=lambda point: (point.at, point.id),
        reverse=True,
    )
    kept = {point.id for point in stock.points if point.at > stock.now} | _kept(stock.rule, stock.now, newest_first)
    chains = {point.chain for point in stock.points if point.id in kept}
    return sorted(
        point.id
        for point in newest_first
        if point.id not in kept and not (point.kind is PointKind.FULL and point.chain in chains)
    )


def _kept(rule: RetentionRule, now: datetime, newest_first: Sequence[Point]) -> set[str]:
    verified = [point for point in newest_first if point.verified]
    kept = {point.id for point in (*newest_first[:1], *verified[:1])}
    for kind in PointKind:
        kept |= _kept_of_kind(rule, kind, now, [point for point in newest_first if point.kind is kind])
    for slot, count in rule.slots.items():
        kept |= _newest_of_slots(verified, slot, count, rule.zone)
    return kept


def _kept_of_kind(rule: RetentionRule, kind: PointKind, now: datetime, newest_first: Sequence[Point]) -> set[str]:
    own = rule.kinds[kind]
    if own.keep_last is None and own.keep_days is None and not rule.slots:
        return {point.id for point in newest_first}
    verified = [point for point in newest_first if point.verified]
    kept = {point.id for point in verified[: own.keep_last or 0]}
    if own.keep_days is not None:
        limit = own.keep_days * _DAY_SECONDS
        kept |= {point.id for point in newest_first if (now - point.at).total_seconds() < limit}
    return kept


def _newest_of_slots(newest_first: Iterable[Point], slot: Slot, count: int, zone: ZoneInfo) -> set[str]:
    chosen: dict[Any, str] = {}
    for point in newest_first:
        place = _SLOT_OF[slot](point.at.astimezone(zone))
        if place not in chosen and len(chosen) == count:
            break
        chosen.setdefault(place, point.id)
    return set(chosen.values())
