"""Saving maintenance windows: checks, versions, the trail. Runs in the caller's transaction and scope."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from fastapi.exceptions import RequestValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bosman_protocol.codes import Code
from bosman_protocol.documents.errors import Problems
from bosman_protocol.timing.zones import find_zone
from bosman_protocol.windows.document import Window as Occurring
from bosman_protocol.windows.document import WindowKind, Zones, read_windows
from bosman_protocol.windows.occurrences import FOREVER, in_force, occurrences
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.http.etag import IfMatch
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.values import JsonObject
from bosman_server.work.windows.calendars import Stored, document_of
from bosman_server.work.windows.models import Change, Window, WindowVersion
from bosman_server.work.windows.schemas import WindowCreate, WindowIn, WindowUpdate

_CONTENT = ("name", "kind", "scope", "site_id", "device_id", "classes", "timing", "margin_minutes", "enabled", "note")
_LOOKS_AHEAD_SECONDS = 400 * 86400
_DOCUMENT_FIELDS = frozenset({"name", "kind", "scope", "classes"})


def content_of(window: Window) -> JsonObject:
    """All that people may change of a window, as JSON."""
    found: JsonObject = msgspec.to_builtins({name: getattr(window, name) for name in _CONTENT})
    return found


def fields_of(data: WindowIn) -> JsonObject:
    """The columns of a window that somebody has written."""
    found = data.model_dump(exclude={"tenant_id", "timing"})
    return found | {"kind": data.kind.value, "classes": sorted(data.classes), "timing": _timing(data)}


def _timing(data: WindowIn | WindowUpdate) -> JsonObject:
    timing = data.timing.model_dump(mode="json")
    if data.timing.recurrence is not None:
        timing["recurrence"] = data.timing.recurrence.model_dump(exclude_none=True)
    if timing["end_day_offset"] is None:
        del timing["end_day_offset"]
    return timing


def draft_of(window_id: UUID, fields: JsonObject) -> Stored:
    """A window of these columns, for what computes with stored ones."""
    return Stored(
        window_id, fields["name"], fields["kind"], fields["scope"], fields["site_id"], fields["device_id"],
        frozenset(fields["classes"]), msgspec.json.encode(fields["timing"]).decode(), fields["margin_minutes"] * 60,
    )  # fmt: skip


def check(fields: JsonObject, *, within: tuple[str, ...] = ("body",)) -> None:
    """That a window can be computed, opens something and closes not everything.

    Raises RequestValidationError, answered with 422, that names all fields at fault; `within`: where they stand.
    """
    errors = list(_misplaced(fields))
    utc = find_zone("UTC")
    assert utc is not None, "the package brings every zone"
    problems = Problems()
    document = document_of(draft_of(UUID(int=0), fields))
    found = read_windows({"windows": [document]}, Zones(utc, utc), problems)
    for one in problems.found:
        path = one.path.removeprefix("windows[0].").split(".")
        place = path if path[0] in _DOCUMENT_FIELDS else ["timing", *path]
        errors.append(_error(place, one.code.value))
    if not problems.found:
        errors += _useless(found[0], fields["margin_minutes"] * 60)
    if errors:
        raise RequestValidationError([error | {"loc": (*within, *error["loc"])} for error in errors])


def _error(place: Iterable[str], code: str) -> JsonObject:
    return {"loc": tuple(place), "type": code, "msg": code}


def _misplaced(fields: JsonObject) -> Iterable[JsonObject]:
    for scope in ("site", "device"):
        if (fields["scope"] == scope) is (fields[f"{scope}_id"] is None):
            yield _error([f"{scope}_id"], "field.required" if fields["scope"] == scope else "field.unknown")


def _useless(window: Occurring, margin_seconds: int) -> Iterable[JsonObject]:
    force = in_force(window)
    begin = max(force.start, int(utc_now().timestamp()))
    found = occurrences(window, begin, begin + _LOOKS_AHEAD_SECONDS)
    if window.kind is not WindowKind.BLACKOUT:
        if found and all(span.end - span.start <= margin_seconds for span in found):
            yield _error(["margin_minutes"], "margin.too_long")
        return
    end = begin
    for span in found:
        if span.start > end:
            return
        end = max(end, span.end)
    if force.end == FOREVER and end >= begin + _LOOKS_AHEAD_SECONDS:
        yield _error(["timing", "recurrence"], "blackout.endless")


async def create(tx: Transaction, tenant_id: TenantId, data: WindowCreate, actor: Actor) -> Window:
    """Raises Problem 409 `window.name_taken`, 404 for a site or device that there is not, and what `check` raises."""
    fields = fields_of(data)
    check(fields)
    window = Window(tenant_id=tenant_id, changed_by_name=actor.name, version=0, **fields)
    await _check_place(tx, window)
    tx.session.add(window)
    await _save(tx, window, actor, "create", None)
    return window


async def find(tx: Transaction, window_id: UUID) -> Window:
    """A window in scope, locked. Raises Problem 404."""
    found = await tx.session.scalar(select(Window).where(Window.id == window_id).with_for_update())
    if found is None:
        raise not_found()
    return found


async def update(tx: Transaction, window: Window, data: WindowUpdate, seen: IfMatch, actor: Actor) -> None:
    """Change a window that the caller has locked. Raises what `create` raises, Problem 412, 428."""
    seen.check(window.version)
    before = content_of(window)
    changes = data.changes()
    if "timing" in changes:
        changes["timing"] = _timing(data)
    if "classes" in changes:
        changes["classes"] = sorted(changes["classes"])
    await _change(tx, window, before | changes, actor, "update", before)


async def restore(tx: Transaction, window: Window, version: int, seen: IfMatch, actor: Actor) -> None:
    """Make a window again what it was. Raises what `update` raises, Problem 404 for a version that there is not."""
    seen.check(window.version)
    found = await tx.session.get(WindowVersion, (window.tenant_id, window.id, version))
    if found is None:
        raise not_found()
    content = dict(found.content)
    for name in ("site_id", "device_id"):
        content[name] = None if content[name] is None else UUID(content[name])
    await _change(tx, window, content, actor, "restore", content_of(window))


async def _change(
    tx: Transaction, window: Window, content: JsonObject, actor: Actor, change: Change, before: JsonObject
) -> None:
    if msgspec.to_builtins(content) == before:
        return
    for name in ("site_id", "device_id"):
        if isinstance(content[name], str):
            content[name] = UUID(content[name])
    check(content)
    for name in _CONTENT:
        setattr(window, name, content[name])
    await _check_place(tx, window)
    await _save(tx, window, actor, change, before)


async def _check_place(tx: Transaction, window: Window) -> None:
    for model, place_id in ((Site, window.site_id), (Device, window.device_id)):
        if place_id is None:
            continue
        query = select(model.id).where(model.tenant_id == window.tenant_id, model.id == place_id)
        if await tx.session.scalar(query) is None:
            raise not_found()


async def _save(tx: Transaction, window: Window, actor: Actor, change: Change, before: JsonObject | None) -> None:
    window.version += 1
    window.changed_at, window.changed_by_name = utc_now(), actor.name
    try:
        await tx.session.flush()
    except IntegrityError:
        raise Problem(409, Code.WINDOW_NAME_TAKEN) from None
    content = content_of(window)
    tx.session.add(
        WindowVersion(
            tenant_id=window.tenant_id,
            window_id=window.id,
            version=window.version,
            content=content,
            change=change,
            at=window.changed_at,
            by_name=actor.name,
        )
    )
    await tx.session.flush()
    target = ("window", window.id)
    action: Action = (
        "window.create" if change == "create" else "window.update" if change == "update" else "window.restore"
    )
    record(tx, window.tenant_id, actor, action, target=target, before=before, after=content)


async def delete(tx: Transaction, window: Window, actor: Actor) -> None:
    """Remove a window that the caller has locked, with its versions; the trail keeps what it was."""
    before = content_of(window)
    await tx.session.delete(window)
    await tx.session.flush()
    record(tx, window.tenant_id, actor, "window.delete", target=("window", window.id), before=before)


def zone_of(stored: Stored) -> str:
    """Whose clock a window follows: an IANA name, `site` or `device`."""
    return str(msgspec.json.decode(stored.timing).get("zone"))
