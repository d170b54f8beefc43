"""When work of a class may run: windows of the narrowest scope in force, plus extras, less blackouts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bosman_protocol.windows.document import NARROWNESS, Window, WindowKind
from bosman_protocol.windows.occurrences import Span, in_force, occurrences
from bosman_protocol.work import WindowClass

_DAY = 86400
FIRST_LOOK_DAYS = 16
HORIZON_DAYS = 400
"""How far ahead is looked unless more is asked for: yearly windows, and 25 ms for a device where all is closed."""


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """An occurrence and whose it is."""

    span: Span
    window: str


def preview(windows: Iterable[Window], low: int, high: int) -> list[NamedSpan]:
    """Every occurrence of every window that overlaps a range, whole, sorted by start, name and end."""
    if low >= high:
        return []
    found = [NamedSpan(span, window.name) for window in windows for span in occurrences(window, low, high)]
    return sorted(found, key=lambda one: (one.span.start, one.window, one.span.end))


class Opening:
    """When one class is open, by the windows that concern a device. Made once, asked often."""

    def __init__(self, windows: Iterable[Window], action: WindowClass) -> None:
        mine = [window for window in windows if action in window.classes]
        self._windows = [(window, in_force(window)) for window in mine if window.kind is WindowKind.WINDOW]
        self._extras = [window for window in mine if window.kind is WindowKind.EXTRA]
        self._blackouts = [window for window in mine if window.kind is WindowKind.BLACKOUT]

    def intervals(self, low: int, high: int) -> list[Span]:
        """When it is open within a range: joined where they touch, cut to the range."""
        if low >= high:
            return []
        opened = [span for window in self._extras for span in occurrences(window, low, high)]
        for window, force in self._windows:
            if force.start >= high or force.end <= low:
                continue
            narrower = self._narrower(window)
            opened += [span for span in occurrences(window, low, high) if not _inside_any(span.start, narrower)]
        closed = [span for window in self._blackouts for span in occurrences(window, low, high)]
        cut = (Span(max(span.start, low), min(span.end, high)) for span in _less(_joined(opened), _joined(closed)))
        return [span for span in cut if span.start < span.end]

    def next_open(self, moment: int, within_days: int = HORIZON_DAYS) -> Span | None:
        """The first interval that is open at a moment or later; it begins then or at its opening.

        None where nothing opens within so many days. An end more than two years after the opening is cut there.
        """
        if not self._windows and not self._extras:
            return None
        low, step, end = moment, FIRST_LOOK_DAYS * _DAY, moment + within_days * _DAY
        while low < end:
            high = min(low + step, end)
            found = self.intervals(low, high)
            if found:
                return self._prolonged(found[0]) if found[0].end == high else found[0]
            low, step = high, step * 4
        return None

    def next_start(self, moment: int, within_days: int = HORIZON_DAYS) -> int | None:
        """The first moment, this or a later one, at which it is open; None as `next_open`."""
        found = self.next_open(moment, within_days)
        return None if found is None else found.start

    def _prolonged(self, span: Span) -> Span:
        """With its true end, where looking ended before it did."""
        following = self.intervals(span.start, span.start + 2 * 366 * _DAY)
        return following[0]

    def _narrower(self, window: Window) -> list[Span]:
        mine = NARROWNESS[window.scope]
        return [force for other, force in self._windows if NARROWNESS[other.scope] < mine]


def _inside_any(moment: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= moment < span.end for span in spans)


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _less(opened: list[Span], closed: list[Span]) -> list[Span]:
    """What is left of intervals when others are taken away; both are joined and in order."""
    found: list[Span] = []
    begin = 0
    for span in opened:
        start = span.start
        while begin < len(closed) and closed[begin].end <= start:
            begin += 1
        for hole in takewhile(lambda one, end=span.end: one.start < end, closed[begin:]):  # type: ignore[misc]
            if hole.start > start:
                found.append(Span(start, hole.start))
            start = max(start, hole.end)
        if start < span.end:
            found.append(Span(start, span.end))
    return found
