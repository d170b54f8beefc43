"""Which windows concern a device, and what follows for a class of work: the mathematics is the protocol's [R17]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from bosman_protocol.documents.errors import DocumentError, Problems
from bosman_protocol.timing.zones import find_zone
from bosman_protocol.windows.document import Window, WindowKind, Zones, read_windows
from bosman_protocol.windows.occurrences import FOREVER, in_force, occurrences
from bosman_protocol.windows.opening import Opening
from bosman_protocol.work import WindowClass
from bosman_server.work.windows.models import Scope

State = Literal["unbound", "open", "closed", "blackout"]
_MOST_LOOKS = 8
"""At openings that are shorter than what their windows leave out at the end, before the search is given up."""
_FALLBACK_ZONE = "UTC"


class Stored(NamedTuple):
    """A window as it lies in the database. Hashable, so that what was read of it once is kept."""

    id: UUID
    name: str
    kind: str
    scope: Scope
    site_id: UUID | None
    device_id: UUID | None
    classes: frozenset[str]
    timing: str
    """JSON."""
    margin_seconds: int


class Place(NamedTuple):
    """What of a device decides which windows concern it, and whose clock they follow."""

    device_id: UUID | None
    """None = any device of the site."""
    site_id: UUID
    site_zone: str
    device_zone: str | None
    """As the device reported it; None = as its site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassState:
    """Whether work of a class may begin; moments are seconds since 1970, UTC."""

    state: State
    until: int | None = None
    """Open: when the last work may begin. Else: when it opens next; None = never, as far as can be seen."""
    ends: int | None = None
    """When the opening ends, this one or the next."""
    window_id: UUID | None = None
    """What opens it, or closes it at the moment."""
    window: str | None = None


UNBOUND = ClassState(state="unbound")


def document_of(stored: Stored) -> dict[str, object]:
    """The window as the contract writes it, under its id."""
    head: dict[str, object] = {"name": str(stored.id), "kind": stored.kind, "scope": {"kind": stored.scope}}
    return head | {"classes": sorted(stored.classes)} | msgspec.json.decode(stored.timing, type=dict[str, object])


@lru_cache(20_000)
def read(stored: Stored, device_zone: str, site_zone: str) -> tuple[Window | None, tuple[DocumentError, ...]]:
    """The window for a device's and a site's clock, or what is wrong with it: it may name a zone that is gone."""
    fallback = find_zone(_FALLBACK_ZONE)
    assert fallback is not None, "the package brings every zone"
    site = find_zone(site_zone) or fallback
    problems = Problems()
    found = read_windows({"windows": [document_of(stored)]}, Zones(find_zone(device_zone) or site, site), problems)
    return (found[0] if found and not problems.found else None), tuple(problems.found)


def _always() -> Window:
    timing: dict[str, object] = {
        "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1"}, "starts_on": "1990-01-01", "ends_on": None,
        "start": "00:00", "end": "00:00", "end_day_offset": 31, "zone": "UTC", "except_dates": [],
    }  # fmt: skip
    head = {"name": "always", "kind": "extra", "scope": {"kind": "tenant"}, "classes": [*WindowClass]}
    utc = find_zone(_FALLBACK_ZONE)
    assert utc is not None, "the package brings every zone"
    return read_windows({"windows": [head | timing]}, Zones(utc), Problems())[0]


_ALWAYS = _always()
"""Stands in where only blackouts say something: all that they leave is open."""


class Calendar:
    """The windows of one tenant at one moment. Devices whose windows and clocks are the same are worked out once."""

    def __init__(self, stored: Iterable[Stored], now: int) -> None:
        self._now = now
        self._tenant: list[Stored] = []
        self._by_site: dict[UUID, list[Stored]] = {}
        self._by_device: dict[UUID, list[Stored]] = {}
        self._found: dict[tuple[object, ...], ClassState] = {}
        for one in stored:
            if one.site_id is not None:
                self._by_site.setdefault(one.site_id, []).append(one)
            elif one.device_id is not None:
                self._by_device.setdefault(one.device_id, []).append(one)
            else:
                self._tenant.append(one)

    def concerning(self, place: Place) -> list[Stored]:
        """The windows whose scope holds a device."""
        mine = self._by_device.get(place.device_id, []) if place.device_id else []
        return [*self._tenant, *self._by_site.get(place.site_id, []), *mine]

    def state(self, place: Place, action: WindowClass) -> ClassState:
        """Whether work of a class may begin on a device."""
        own = place.device_id if place.device_id in self._by_device else None
        key = (action, place.site_id if place.site_id in self._by_site else None, own, place[2:])
        if key not in self._found:
            mine = [one for one in self.concerning(place) if action in one.classes]
            self._found[key] = _kept_or_found(mine, place, action, self._now)
        return self._found[key]

    def states(self, place: Place, actions: Iterable[WindowClass] = WindowClass) -> Mapping[WindowClass, ClassState]:
        """Several classes; all of them unless some are named."""
        return {action: self.state(place, action) for action in actions}


_kept: dict[tuple[object, ...], tuple[int, ClassState]] = {}
"""Answers, and the moments at which they were found: they hold until something opens, or ends."""
_MOST_KEPT = 50_000
_LONGEST_KEPT_SECONDS = 300 * 86400


def _kept_or_found(mine: list[Stored], place: Place, action: WindowClass, now: int) -> ClassState:
    key = (tuple(mine), clocks(place), action)
    found_at, state = _kept.get(key, (0, UNBOUND))
    if state.until is not None and found_at <= now < state.until:
        blackouts = [one for one in mine if one.kind == "blackout"]
        read_ones = [(one, window) for one in blackouts if (window := read(one, *clocks(place))[0]) is not None]
        # Shut until the same moment, but perhaps by something else by now.
        if state.state == "open" or bool(_covering(read_ones, now, blackouts=True)) == (state.state == "blackout"):
            return state
    state = state_of(mine, place, action, now)
    # What lasts for as long as anybody looks ahead ends a second later when it is looked at a second later.
    if max(state.until or 0, state.ends or 0) - now > _LONGEST_KEPT_SECONDS:
        return state
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[key] = (now, state)
    return state


def clocks(place: Place) -> tuple[str, str]:
    """Whose clock the windows of a device follow: the device's and its site's."""
    known = place.device_zone if place.device_zone and find_zone(place.device_zone) else place.site_zone
    return known, place.site_zone


def state_of(mine: list[Stored], place: Place, action: WindowClass, now: int) -> ClassState:
    """Whether work of a class may begin at a moment, by the windows of this class that concern a device.

    A window that cannot be read opens nothing, and still binds: what was to wait for it does not begin at once.
    """
    if not mine:
        return UNBOUND
    known = [(one, window) for one in mine if (window := read(one, *clocks(place))[0]) is not None]
    broken = [one for one in mine if one.kind != "blackout" and read(one, *clocks(place))[0] is None]
    openers = [window for _, window in known if window.kind is not WindowKind.BLACKOUT]
    is_bound = bool(broken) or any(in_force(window).end > now for window in openers)
    windows = [window for _, window in known]
    if not is_bound:
        if all(in_force(window).end <= now for window in windows):
            return UNBOUND
        windows = [*windows, _ALWAYS]
    return _looked_up(Opening(windows, action), known, now, is_bound=is_bound)


def _looked_up(opening: Opening, known: list[tuple[Stored, Window]], now: int, *, is_bound: bool) -> ClassState:
    closing = _covering(known, now, blackouts=True)
    moment = now
    for _ in range(_MOST_LOOKS):
        span = opening.next_open(moment)
        if span is None:
            break
        ending = [stored.margin_seconds for stored, _ in _covering(known, span.end - 1, blackouts=False)]
        last = span.end - max(ending, default=0)
        if last > max(span.start, now):
            if span.start <= now and not is_bound:
                return UNBOUND
            opener = _covering(known, span.start, blackouts=False)
            if span.start <= now:
                return _told("open", last, span.end, opener)
            return _told("blackout" if closing else "closed", span.start, span.end, closing or opener)
        moment = span.end
    return _told("blackout" if closing else "closed", None, None, closing)


def _told(state: State, until: int | None, ends: int | None, by: list[tuple[Stored, Window]]) -> ClassState:
    first = min((stored for stored, _ in by), key=lambda one: one.name, default=None)
    return ClassState(
        state=state,
        until=None if until is None or until >= FOREVER else until,
        ends=ends,
        window_id=None if first is None else first.id,
        window=None if first is None else first.name,
    )


def _covering(known: list[tuple[Stored, Window]], moment: int, *, blackouts: bool) -> list[tuple[Stored, Window]]:
    """Those that occur at a moment."""
    return [
        (stored, window)
        for stored, window in known
        if (window.kind is WindowKind.BLACKOUT) is blackouts and occurrences(window, moment, moment + 1)
    ]
