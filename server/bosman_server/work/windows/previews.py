"""What windows will do: their next occurrences, real lengths, and who overrules whom."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from bosman_protocol.windows.document import NARROWNESS, Window, WindowKind
from bosman_protocol.windows.occurrences import Span, in_force, occurrences
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.values import Row
from bosman_server.work.windows import editing
from bosman_server.work.windows.calendars import Place, Stored, clocks, read
from bosman_server.work.windows.queries import COUNT_OF_SCOPE, PLACES, PLACES_OF_SCOPE, SITE_OF_SCOPE
from bosman_server.work.windows.schemas import PreviewRequest
from bosman_server.work.windows.service import moment, place_of, stored_of, stored_windows

SHOWN_OCCURRENCES = 5
_SHOWN_DEVICES = 3
_DAY = 86400
_LOOKS_DAYS = (32, 400)
"""How far ahead is looked for occurrences: near first, then as far as yearly ones need."""
_EMPTY_AFTER_DAYS = 60
DRAFT_ID = UUID(int=0)
_SITE_ZONES = """
SELECT id, time_zone FROM tenancy_site WHERE id = ANY ($1::uuid[])
UNION ALL
SELECT d.id, s.time_zone FROM tenancy_device d
JOIN tenancy_site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id WHERE d.id = ANY ($1::uuid[])
"""


def upcoming(window: Window, now: int, count: int) -> list[Span]:
    """The present occurrence and the next ones."""
    found: list[Span] = []
    for days in _LOOKS_DAYS:
        found = occurrences(window, now, now + days * _DAY)
        if len(found) >= count:
            break
    return found[:count]


async def with_next(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Rows of the list, each with what is wrong with it and its present or next occurrence."""
    stored = [stored_of(row) for row in rows]
    placed = [one.site_id or one.device_id for one in stored if one.scope != "tenant"]
    found = await connection.fetch(_SITE_ZONES, placed) if placed else []
    zones: dict[UUID | None, str] = {row["id"]: row["time_zone"] for row in found}
    now = int(utc_now().timestamp())
    return [
        row | _seen(one, zones.get(one.site_id or one.device_id), now) for row, one in zip(rows, stored, strict=True)
    ]


def _seen(stored: Stored, site_zone: str | None, now: int) -> Row:
    window, errors = read(stored, site_zone or "UTC", site_zone or "UTC")
    problems = [
        {"loc": one.path.removeprefix("windows[0].").split("."), "code": one.code.value, "message": one.code.value}
        for one in errors
    ]
    follows = editing.zone_of(stored)
    is_known = follows not in {"site", "device"} or (site_zone is not None and follows == "site")
    spans = upcoming(window, now, 1) if window is not None and is_known else []
    return {"problems": problems, "next": _told(spans[0]) if spans else None}


def _told(span: Span) -> Row:
    return {"start": moment(span.start), "end": moment(span.end)}


async def preview(connection: Connection, data: PreviewRequest) -> Row:
    """What a draft, or what is stored, would do on devices; a draft was checked before."""
    stored = [one for one in await stored_windows(connection, data.tenant_id) if one.id != data.window_id]
    draft = None
    if data.draft is not None:
        draft = editing.draft_of(DRAFT_ID, editing.fields_of(data.draft))
        stored = [*stored, draft]
    site_id = data.draft.site_id if data.draft else None
    device_id = data.draft.device_id if data.draft else None
    if data.device_ids:
        rows = await connection.fetch(PLACES, data.tenant_id, True, data.device_ids)  # noqa: FBT003 - a value of SQL
    else:
        rows = await connection.fetch(PLACES_OF_SCOPE, data.tenant_id, True, site_id, device_id, _SHOWN_DEVICES)  # noqa: FBT003 - likewise
    now = int(utc_now().timestamp())
    devices = [_on(place_of(row), row["hostname"], row["site_name"], stored, draft, now) for row in rows]
    if not devices:
        site = await connection.fetchrow(SITE_OF_SCOPE, data.tenant_id, site_id)
        if site is not None:
            place = Place(None, site["site_id"], site["site_zone"], None)
            devices = [_on(place, None, site["site_name"], stored, draft, now)]
    count = await connection.fetchval(COUNT_OF_SCOPE, data.tenant_id, site_id, device_id)
    return {"devices": devices, "device_count": count, "opens_nothing": _is_idle(draft, now)}


def _is_idle(draft: Stored | None, now: int) -> bool:
    if draft is None or draft.kind == WindowKind.BLACKOUT:
        return False
    window, _ = read(draft, "UTC", "UTC")
    if window is None:
        return True
    begin = max(now, in_force(window).start)
    return not occurrences(window, begin, begin + _EMPTY_AFTER_DAYS * _DAY)


def _on(
    place: Place, hostname: str | None, site_name: str, stored: list[Stored], draft: Stored | None, now: int
) -> Row:
    mine = [one for one in stored if _concerns(one, place)]
    known = [(one, window) for one in mine if (window := read(one, *clocks(place))[0]) is not None]
    shown = known if draft is None else [(one, window) for one, window in known if one is draft]
    spans = [(span, one, window) for one, window in shown for span in upcoming(window, now, SHOWN_OCCURRENCES)]
    spans.sort(key=lambda found: (found[0], found[1].name))
    return {
        "device_id": place.device_id,
        "hostname": hostname,
        "site_name": site_name,
        "zone": clocks(place)[0],
        "occurrences": [_occurrence(*found, known) for found in spans[:SHOWN_OCCURRENCES]],
    }


def _concerns(one: Stored, place: Place) -> bool:
    return (
        one.scope == "tenant"
        or one.site_id == place.site_id
        or (one.device_id is not None and one.device_id == place.device_id)
    )


def _occurrence(span: Span, stored: Stored, window: Window, known: list[tuple[Stored, Window]]) -> Row:
    others = [(one, other) for one, other in known if one is not stored and one.classes & stored.classes]
    narrower = [
        one.name
        for one, other in others
        if window.kind is WindowKind.WINDOW
        and other.kind is WindowKind.WINDOW
        and NARROWNESS[other.scope] < NARROWNESS[window.scope]
        and in_force(other).start <= span.start < in_force(other).end
    ]
    blackouts = [
        one.name
        for one, other in others
        if window.kind is not WindowKind.BLACKOUT
        and other.kind is WindowKind.BLACKOUT
        and occurrences(other, span.start, span.end)
    ]
    return _told(span) | {
        "window_id": None if stored.id == DRAFT_ID else stored.id,
        "window": stored.name,
        "length_seconds": span.end - span.start,
        "usual_seconds": _usual_seconds(window),
        "overruled_by": min(narrower, default=None),
        "closed_by": sorted(blackouts),
    }


def _usual_seconds(window: Window) -> int:
    """From start to end by the clock on the wall."""
    day = datetime(2000, 1, 1, tzinfo=UTC).date()
    start, end = (datetime.combine(day, wall, UTC) for wall in (window.start, window.end))
    return int((end - start).total_seconds()) + window.end_days * _DAY
