"""Recurrence rules (RFC 5545, the part that dates need) as they are written, checked strictly.

What libraries take is too much: `INTERVAL=0` never returns, `BYMONTHDAY=0` is silently every day, and
`FREQ=WEEKLY;BYDAY=2TU` silently every Tuesday.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

_Fields: TypeAlias = dict[str, Any]
"""Fields of `Rule` by name, each of its own type."""
MAX_INTERVAL = 1000
MAX_COUNT = 5000
# Each day of a month with both signs, with room to spare: longer ones are no rules.
_MAX_LENGTH = 2000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_WEEKDAY = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(WEEKDAYS)})", re.ASCII)
_COUNTED = re.compile(r"[0-9]{1,4}", re.ASCII)
_SIGNED = re.compile(r"[+-]?[0-9]{1,3}", re.ASCII)
_UNTIL = re.compile(r"([0-9]{8})(T([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9])?Z?", re.ASCII)


class Frequency(StrEnum):
    """What a period of the rule is."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class RuleInvalidError(ValueError):
    """The text is no rule; says why, for logs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was understood."""

    frequency: Frequency
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    """Monday is 0."""
    numbered_weekdays: frozenset[tuple[int, int]] = frozenset()
    """(-1, 4): the last Friday of the month, or of the year."""
    month_days: frozenset[int] = frozenset()
    """-1: the last day."""
    months: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    """-1: the last of those that the other parts leave in a period."""
    count: int | None = None
    until: date | None = None
    week_start: int = field(default=0)


def parse_rule(text: str) -> Rule:
    """The rule that one line `FREQ=…;…` says.

    Raises `RuleInvalidError`.
    """
    parts = _parts(text)
    found: _Fields = {}
    for name, value in parts.items():
        if name not in _PARTS:
            raise RuleInvalidError(f"unknown part: {name[:20]}")
        found.update(_PARTS[name](value))
    if "frequency" not in found:
        raise RuleInvalidError("no FREQ")
    rule = Rule(**found)
    if rule.numbered_weekdays and rule.frequency not in {Frequency.MONTHLY, Frequency.YEARLY}:
        raise RuleInvalidError("numbered weekdays need MONTHLY or YEARLY")
    if rule.positions and not (rule.weekdays or rule.numbered_weekdays or rule.month_days or rule.months):
        raise RuleInvalidError("BYSETPOS needs another BY part")
    if rule.count is not None and rule.until is not None:
        raise RuleInvalidError("both COUNT and UNTIL")
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > _MAX_LENGTH:
        raise RuleInvalidError("too long")
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in found:
            raise RuleInvalidError(f"no part, or a second one: {part[:20]}")
        found[name] = value
    return found


def _frequency(value: str) -> _Fields:
    try:
        return {"frequency": Frequency(value)}
    except ValueError:
        raise RuleInvalidError("FREQ") from None


def _counted(name: str, most: int) -> Callable[[str], _Fields]:
    def read(value: str) -> _Fields:
        if not _COUNTED.fullmatch(value) or not 1 <= int(value) <= most:
            raise RuleInvalidError(name)
        return {name: int(value)}

    return read


def _numbers(name: str, most: int, *, signed: bool) -> Callable[[str], _Fields]:
    def read(value: str) -> _Fields:
        pattern = _SIGNED if signed else _COUNTED
        words = value.split(",")
        if not all(pattern.fullmatch(word) and 1 <= abs(int(word)) <= most for word in words):
            raise RuleInvalidError(name)
        return {name: frozenset(int(word) for word in words)}

    return read


def _weekdays(value: str) -> _Fields:
    plain: set[int] = set()
    numbered: set[tuple[int, int]] = set()
    for word in value.split(","):
        match = _WEEKDAY.fullmatch(word)
        if match is None:
            raise RuleInvalidError("BYDAY")
        number, day = match[1], WEEKDAYS.index(match[2])
        if number is None:
            plain.add(day)
        elif 1 <= abs(int(number)) <= 53:
            numbered.add((int(number), day))
        else:
            raise RuleInvalidError("BYDAY")
    return {"weekdays": frozenset(plain), "numbered_weekdays": frozenset(numbered)}


def _until(value: str) -> _Fields:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise RuleInvalidError("UNTIL")
    digits = match[1]
    try:
        return {"until": date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))}
    except ValueError:
        raise RuleInvalidError("UNTIL") from None


def _week_start(value: str) -> _Fields:
    if value not in WEEKDAYS:
        raise RuleInvalidError("WKST")
    return {"week_start": WEEKDAYS.index(value)}


_PARTS: Mapping[str, Callable[[str], _Fields]] = {
    "FREQ": _frequency,
    "INTERVAL": _counted("interval", MAX_INTERVAL),
    "BYDAY": _weekdays,
    "BYMONTHDAY": _numbers("month_days", 31, signed=True),
    "BYMONTH": _numbers("months", 12, signed=False),
    "BYSETPOS": _numbers("positions", 366, signed=True),
    "COUNT": _counted("count", MAX_COUNT),
    "UNTIL": _until,
    "WKST": _week_start,
}
