"""Pending updates of the whole scope, one row for each update: how many devices miss it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bosman_protocol.codes import Code
from bosman_server.features.updates.models import Severity, UpdateClass
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.paging import Cursor, decode_cursor, from_cursor_value, to_cursor_value
from bosman_server.kit.problems import Problem
from bosman_server.kit.values import Row

CatalogSort = Literal["devices", "class", "name", "released_at"]
Order = Literal["asc", "desc"]

_KINDS: Mapping[CatalogSort, type] = {"devices": int, "class": int, "name": str, "released_at": datetime}
_VALUES: Mapping[CatalogSort, str] = {
    "devices": "device_count",
    "class": "class_rank",
    "name": "lower(title)",
    # An update without a date is as old as can be.
    "released_at": "coalesce(released_at, '0001-01-02T00:00:00Z'::timestamptz)",
}
FIRST_ORDER: Mapping[CatalogSort, Order] = {"devices": "desc", "class": "asc", "name": "asc", "released_at": "desc"}
_TYPES = {int: "bigint", str: "text", datetime: "timestamptz"}

# The key is UPDATE_KEY of the list of devices, word by word.
_GROUPED = """
WITH grouped AS (
    SELECT md5(key)::uuid AS id, key, min(kb) AS kb, max(name) AS name, max(available_version) AS available_version,
           min(title) AS title,
           min(array_position(ARRAY['security', 'critical', 'optional', 'feature', 'driver', 'definition'],
                              update_class::text)) AS class_rank,
           min(array_position(ARRAY['critical', 'important', 'moderate', 'low'], severity::text)) AS severity_rank,
           min(released_at) AS released_at, max(size_bytes) AS size_bytes, min(support_url) AS support_url,
           bool_or(requires_restart OR restart_behavior = 'always') AS requires_restart,
           count(DISTINCT device_id) FILTER (WHERE held_by IS NOT NULL) AS held_count,
           count(DISTINCT device_id) AS device_count, count(DISTINCT tenant_id) AS tenant_count
    FROM (
        SELECT p.*, CASE WHEN p.kb IS NOT NULL THEN p.name ELSE p.name || ' ' || p.available_version END AS key
        FROM updates_pending p JOIN tenancy_device d ON d.tenant_id = p.tenant_id AND d.id = p.device_id
        WHERE p.tenant_id = ANY ($1::uuid[]) AND d.status = 'active' AND NOT p.is_hidden
          AND ($2::uuid[] IS NULL OR d.tenant_id = ANY ($2::uuid[]) OR d.site_id = ANY ($2::uuid[]))
          AND ($3::uuid[] IS NULL OR d.site_id = ANY ($3::uuid[]))
          AND ($4::text[] IS NULL OR p.update_class = ANY ($4::text[]))
          AND ($5::text[] IS NULL OR p.severity = ANY ($5::text[]))
          AND ($6::bigint IS NULL OR p.released_at < now() - $6 * interval '1 day')
          AND ($7::text IS NULL OR strpos(lower(p.title || ' ' || p.name || ' ' || coalesce(p.kb, '') || ' '
                                                || coalesce(p.cve_ids::text, '')), lower($7)) > 0)
    ) AS pending
    GROUP BY key
)
"""
_CLASSES: tuple[UpdateClass, ...] = ("security", "critical", "optional", "feature", "driver", "definition")
_SEVERITIES: tuple[Severity, ...] = ("critical", "important", "moderate", "low")
_DEVICES = """
SELECT count(*) FROM tenancy_device d WHERE d.tenant_id = ANY ($1::uuid[]) AND d.status = 'active'
  AND ($2::uuid[] IS NULL OR d.tenant_id = ANY ($2::uuid[]) OR d.site_id = ANY ($2::uuid[]))
  AND ($3::uuid[] IS NULL OR d.site_id = ANY ($3::uuid[]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuery:
    """Which updates, and which page of them; None narrows nothing."""

    site_ids: list[UUID] | None
    classes: list[UpdateClass] | None
    severities: list[Severity] | None
    older_days: int | None
    text: str | None
    limit: int
    cursor: str | None
    sort: CatalogSort
    order: Order | None


def _statement(sort: CatalogSort, *, descending: bool, keyed: bool) -> str:
    value, way = _VALUES[sort], "DESC" if descending else "ASC"
    mark = f"WHERE (sorted, id) {'<' if descending else '>'} ($9::{_TYPES[_KINDS[sort]]}, $10::uuid)" if keyed else ""
    return (
        f"{_GROUPED} SELECT * FROM (SELECT *, {value} AS sorted, count(*) OVER () AS total FROM grouped) AS found"  # noqa: S608 - our own words
        f" {mark} ORDER BY sorted {way}, id {way} LIMIT $8"
    )


def _position(query: CatalogQuery) -> tuple[CatalogSort, Order, Cursor | None]:
    if query.cursor is None:
        return query.sort, query.order or FIRST_ORDER[query.sort], None
    cursor = decode_cursor(query.cursor)
    sort = next((one for one in _VALUES if one == cursor.sort), None)
    if sort is None:
        raise Problem(400, Code.PAGE_BAD_CURSOR)
    return sort, cursor.order, cursor


async def read_catalog(connection: Connection, scope: TenantScope, query: CatalogQuery) -> Row:
    """One page of updates with the number of devices that miss each, and of all devices of the scope.

    Raises Problem 400 `page.bad_cursor`.
    """
    sort, order, cursor = _position(query)
    backwards = cursor is not None and cursor.side == "before"
    descending = (order == "desc") != backwards
    where = (list(scope), scope.visible_to, query.site_ids)
    arguments: list[object] = [*where, query.classes, query.severities, query.older_days, query.text, query.limit + 1]
    if cursor is not None:
        arguments += [from_cursor_value(cursor.value, _KINDS[sort]), cursor.id]
    statement = _statement(sort, descending=descending, keyed=cursor is not None)
    records = await connection.fetch(statement, *arguments)
    devices = await connection.fetchval(_DEVICES, *where)
    more = len(records) > query.limit
    rows = [dict(record) for record in records[: query.limit]]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return {
        "next_cursor": _cursor(rows[-1], sort, order, "after") if rows and has_next else None,
        "prev_cursor": _cursor(rows[0], sort, order, "before") if rows and has_previous else None,
        "total": rows[0]["total"] if rows else 0,
        "total_capped": False,
        "device_count": devices,
        "items": [_item(row) for row in rows],
    }


def _cursor(row: Row, sort: CatalogSort, order: Order, side: Literal["after", "before"]) -> str:
    return Cursor(sort, order, side, to_cursor_value(row["sorted"]), row["id"]).encode()


def _item(row: Row) -> Row:
    severity = row.pop("severity_rank")
    row["class"] = _CLASSES[row.pop("class_rank") - 1]
    row["severity"] = None if severity is None else _SEVERITIES[severity - 1]
    del row["sorted"], row["total"]
    return row
