"""Cron expressions as Debian's cron understands them, checked strictly: the library takes more."""

import re
from dataclasses import dataclass

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MAX_LENGTH = 500
_ITEM = re.compile(
    r"(?:(?P<star>\*)|(?P<low>[0-9]{1,2}|[A-Z]{3})(?:-(?P<high>[0-9]{1,2}|[A-Z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?",
    re.ASCII,
)


class CronInvalidError(ValueError):
    """The text is no cron expression, or one that never comes; says why, for logs."""


@dataclass(frozen=True, slots=True)
class _Field:
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        return {value for item in text.split(",") for value in self._item(item)}

    def _item(self, text: str) -> range:
        match = _ITEM.fullmatch(text)
        if match is None:
            raise CronInvalidError(text[:20])
        if match["star"]:
            low, high = self.low, self.high
        else:
            low = self._value(match["low"])
            high = self._value(match["high"]) if match["high"] else low
            if match["step"] and not match["high"]:
                # cron ignores the step, libraries go on to the end: neither is what somebody meant.
                raise CronInvalidError("a step needs a range")
        step = int(match["step"] or 1)
        if high < low or not 1 <= step <= high - low + 1:
            raise CronInvalidError(text[:20])
        return range(low, high + 1, step)

    def _value(self, text: str) -> int:
        if text in self.names:
            return self.names.index(text) + self.low
        if not text.isdigit() or not self.low <= int(text) <= self.high:
            raise CronInvalidError(text)
        return int(text)


_FIELDS = (_Field(0, 59), _Field(0, 23), _Field(1, 31), _Field(1, 12, _MONTHS), _Field(0, 7, _DAYS))


def check_cron(text: str) -> str:
    """The expression, five fields separated by single spaces.

    Raises `CronInvalidError`.
    """
    fields = text.upper().split()
    if len(text) > _MAX_LENGTH or not text.isascii() or len(fields) != len(_FIELDS):
        raise CronInvalidError("not five fields")
    _, _, days, months, _ = (field.values(part) for field, part in zip(_FIELDS, fields, strict=True))
    # Neither begins with a star: either counts, and a day of the week always comes.
    both_count = fields[2].startswith("*") or fields[4].startswith("*")
    if both_count and min(days) > max(_LENGTHS[month - 1] for month in months):
        raise CronInvalidError("no such date")
    return " ".join(fields)
