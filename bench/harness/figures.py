"""Figures beside their bars."""

import math
from collections.abc import Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One measured value. A bar is an upper limit, or a lower one with `at_least`; None has no bar."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the bar is cleared; a missed bar is for people to judge, not for a build to fail on."""
        if self.bar is None or math.isnan(self.value):
            return "" if self.bar is None else "NOT MEASURED"
        cleared = self.value >= self.bar if self.at_least else self.value <= self.bar
        return "ok" if cleared else "MISSED"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie, by the nearest rank; NaN for none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(title: str, figures: Sequence[Figure]) -> str:
    """A table to print."""
    rows = [("figure", "value", "bar", "", "")]
    for item in figures:
        bar = "" if item.bar is None else f"{'≥' if item.at_least else '≤'} {_number(item.bar)} {item.unit}"
        rows.append((item.name, f"{_number(item.value)} {item.unit}", bar, item.verdict, item.note))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    rule = "-" * max(len(line) for line in lines)
    return "\n".join(["", title, rule, lines[0], rule, *lines[1:], rule])


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
