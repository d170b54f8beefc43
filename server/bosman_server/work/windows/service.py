"""What maintenance windows say about devices now. Runs in the caller's transaction on a bare connection."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from bosman_protocol.work import WindowClass
from bosman_server.core.identity.access import Access
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.devices.targeting import TargetDevice
from bosman_server.kit.batching import in_turns
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.kit.values import Row, RowView
from bosman_server.work.windows.calendars import Calendar, ClassState, Place, Stored
from bosman_server.work.windows.queries import PLACES, STORED

TURN = 4
"""Devices between two turns of others: what is worked out for the first time takes milliseconds for each."""
SHUT = frozenset({"closed", "blackout"})
"""States in which work of the class waits."""


def moment(seconds: int | None) -> datetime | None:
    """A moment of the protocol's windows, with its zone."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def place_of(row: RowView | Record) -> Place:
    """The place of a device; a row of `queries.PLACES` and its like."""
    return Place(row["id"], row["site_id"], row["site_zone"], row["device_zone"])


def stored_of(row: RowView | Record) -> Stored:
    """A window as a row of the table has it, whose JSON nobody has decoded."""
    return Stored(
        row["id"], row["name"], row["kind"], row["scope"], row["site_id"], row["device_id"], frozenset(row["classes"]),
        bytes(row["timing"]).decode(), row["margin_minutes"] * 60,
    )  # fmt: skip


def follows_device(stored: Iterable[Stored]) -> bool:
    """Whether a window follows the clock of each device: only then it is asked for."""
    return any(msgspec.json.decode(one.timing).get("zone") == "device" for one in stored)


async def stored_windows(connection: Connection, tenant_id: UUID) -> list[Stored]:
    """The windows of a tenant that count."""
    return [stored_of(row) for row in await connection.fetch(STORED, tenant_id)]


async def calendar(connection: Connection, tenant_id: UUID) -> tuple[Calendar, bool]:
    """A tenant's windows now, and whether the devices' own clocks have to be known."""
    stored = await stored_windows(connection, tenant_id)
    return Calendar(stored, int(utc_now().timestamp())), follows_device(stored)


async def states_now(
    connection: Connection, tenant_id: UUID, device_ids: Sequence[UUID], actions: Collection[WindowClass]
) -> dict[UUID, Mapping[WindowClass, ClassState]]:
    """Whether work of some classes may begin now, by device; empty where a tenant has no windows.

    Windows of the whole tenant concern everybody: the caller sees to it that the limits of sites do not hide them.
    """
    stored = await stored_windows(connection, tenant_id)
    if not stored:
        return {}
    found = Calendar(stored, int(utc_now().timestamp()))
    rows = await connection.fetch(PLACES, tenant_id, follows_device(stored), list(device_ids))
    return {row["id"]: found.states(place_of(row), actions) async for part in in_turns(rows, TURN) for row in part}


async def share_of(
    connection: Connection, access: Access, action: WindowClass | None, devices: Sequence[TargetDevice]
) -> Row | None:
    """On how many devices windows say when work of a class may begin; None where they say nothing about it."""
    if action is None:
        return None
    by_tenant: dict[UUID, list[UUID]] = {}
    for device in devices:
        by_tenant.setdefault(device.tenant_id, []).append(device.id)
    found: list[ClassState] = []
    async with ignoring_site_limits(connection, access.scope):
        for tenant_id, device_ids in by_tenant.items():
            states = await states_now(connection, tenant_id, device_ids, [action])
            found += [mine[action] for mine in states.values() if mine[action].state != "unbound"]
    if not found:
        return None
    shut = [state for state in found if state.state in SHUT]
    opening = [state.until for state in shut if state.until is not None]
    holding = access.subject.tenants_with(Permission.WINDOW_OVERRIDE)
    return {
        "bound": len(found),
        "shut": len(shut),
        "first_opens_at": moment(min(opening, default=None)),
        "last_opens_at": moment(max(opening, default=None)),
        "never": len(shut) - len(opening),
        "may_override": all(TenantId(tenant_id) in holding for tenant_id in by_tenant),
    }
