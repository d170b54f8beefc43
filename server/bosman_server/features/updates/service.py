"""How a scan's report replaces what was known, and what is asked of it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.completeness import ScanCompleteness
from bosman_protocol.reports import PendingUpdate, UpdatesReport
from bosman_protocol.text import clean_text
from bosman_server.features.updates.models import Scan
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.ingest.batch import Position, clean_params, device_time
from bosman_server.fleet.ingest.list_quota import LISTS
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.ids import uuid7

MOST = 1_000_000
"""Counts that a device names end here: nobody has as many sources, and the column is an integer."""
_IS_OVERTAKEN = """
SELECT (stream_epoch, stream_seq) >= ($3, $4) FROM updates_scan WHERE tenant_id = $1 AND device_id = $2
"""
_ITEMS = """
INSERT INTO updates_pending (tenant_id, id, device_id, report_id, name, title, kb, update_class, installed_version,
                             available_version, size_bytes, released_at, origin, requires_restart, severity, cve_ids,
                             has_eula, restart_behavior, is_exclusive, is_hidden, needs_input, support_url, held_by)
SELECT $1, i.id, $2, $3, i.name, i.title, i.kb, i.update_class, i.installed_version, i.available_version,
       i.size_bytes, i.released_at, i.origin, i.requires_restart, i.severity, i.cve_ids::jsonb, i.has_eula,
       i.restart_behavior, i.is_exclusive, i.is_hidden, i.needs_input, i.support_url, i.held_by
FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[],
            $12::timestamptz[], $13::text[], $14::boolean[], $15::text[], $16::text[], $17::boolean[], $18::text[],
            $19::boolean[], $20::boolean[], $21::boolean[], $22::text[], $23::text[])
    AS i (id, name, title, kb, update_class, installed_version, available_version, size_bytes, released_at, origin,
          requires_restart, severity, cve_ids, has_eula, restart_behavior, is_exclusive, is_hidden, needs_input,
          support_url, held_by)
"""
# Compliance is about what an administrator would install: not what somebody hid, nor signatures that renew themselves.
_CLOSE = """
INSERT INTO updates_scan (tenant_id, device_id, report_id, scanned_at, attempted_at, restart_required,
                          restart_reasons, error_code, security_count, critical_count, optional_count,
                          definition_count, policy, warnings, stream_epoch, stream_seq, completeness, failed_sources,
                          unread_lines, unread_examples, sources, lists_at)
SELECT $1, $2, $3, $4, $4, $5, $6, NULL,
       count(*) FILTER (WHERE update_class = 'security'), count(*) FILTER (WHERE update_class = 'critical'),
       count(*) FILTER (WHERE update_class NOT IN ('security', 'critical', 'definition')),
       count(*) FILTER (WHERE update_class = 'definition'), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
FROM updates_pending WHERE tenant_id = $1 AND device_id = $2 AND report_id = $3 AND NOT is_hidden
ON CONFLICT (tenant_id, device_id) DO UPDATE SET
    report_id = excluded.report_id, scanned_at = excluded.scanned_at, attempted_at = excluded.attempted_at,
    restart_required = excluded.restart_required, restart_reasons = excluded.restart_reasons, error_code = NULL,
    security_count = excluded.security_count, critical_count = excluded.critical_count,
    optional_count = excluded.optional_count, definition_count = excluded.definition_count,
    policy = excluded.policy, warnings = excluded.warnings, error_params = NULL,
    stream_epoch = excluded.stream_epoch, stream_seq = excluded.stream_seq, completeness = excluded.completeness,
    failed_sources = excluded.failed_sources, unread_lines = excluded.unread_lines,
    unread_examples = excluded.unread_examples, sources = excluded.sources, lists_at = excluded.lists_at
"""

_CALLED = """
SELECT DISTINCT ON (name, available_version) name, available_version, title, kb
FROM updates_pending WHERE tenant_id = $1 AND device_id = ANY($2) AND name = ANY($3)
ORDER BY name, available_version, title
"""
_FAILED = """
INSERT INTO updates_scan (tenant_id, device_id, attempted_at, error_code, error_params, security_count,
                          critical_count, optional_count, stream_epoch, stream_seq)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET attempted_at = excluded.attempted_at,
    error_code = excluded.error_code, error_params = excluded.error_params,
    stream_epoch = excluded.stream_epoch, stream_seq = excluded.stream_seq
"""


async def last_scan(session: AsyncSession, device: Device) -> dict[str, object]:
    """What the last scan said beside its list: why a restart is pending, who decides, what it met."""
    scan = await session.get(Scan, (device.tenant_id, device.id))
    return {
        "restart_reasons": list(scan.restart_reasons or []) if scan else [],
        "update_policy": scan.policy if scan else None,
        "last_scan_error_params": scan.error_params if scan else None,
        "scan_warnings": list(scan.warnings or []) if scan else [],
        "definition_updates": scan.definition_count if scan else None,
        "scan_sources": list(scan.sources or []) if scan else [],
        "unread_examples": list(scan.unread_examples or []) if scan else [],
        "lists_fetched_at": scan.lists_at if scan else None,
    }


async def titles_of(
    connection: Connection, tenant_id: UUID, device_ids: Sequence[UUID], names: Sequence[str]
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Title and KB by name and version, of these names, as any of these devices has reported them."""
    rows = await connection.fetch(_CALLED, tenant_id, list(device_ids), list(names))
    return {(row["name"], row["available_version"]): (row["title"], row["kb"]) for row in rows}


def _row(item: PendingUpdate) -> tuple[object, ...]:
    def short(value: str | None) -> str | None:
        return clean_text(value, 256) if value is not None else None

    return (
        uuid7(), short(item.name), clean_text(item.title, 1000), short(item.kb), item.update_class,
        short(item.installed_version), short(item.available_version), item.size_bytes,
        device_time(item.released_at) if item.released_at else None, short(item.origin), item.requires_restart,
        item.severity, _json(item.cve_ids), item.has_eula, item.restart_behavior, item.is_exclusive,
        item.is_hidden, item.needs_input, _web_address(item.support_url), item.held_by,
    )  # fmt: skip


def _json(values: Sequence[str]) -> str | None:
    return msgspec.json.encode(values).decode() if values else None


def _web_address(value: str | None) -> str | None:
    """An address that people may be sent to: a hostile one could be a script."""
    cleaned = clean_text(value, 256) if value else ""
    return cleaned if cleaned.startswith(("https://", "http://")) else None


def _policy(report: UpdatesReport) -> dict[str, object] | None:
    if report.policy is None:
        return None
    values: dict[str, object] = msgspec.to_builtins(report.policy)
    return clean_params(values)


def _seen(seen: ScanCompleteness | None) -> tuple[object, ...]:
    """The columns that say how much a scan could see, in the order of `_CLOSE`."""
    if seen is None:
        return ("unknown", 0, 0, None, None, None)
    sources = [
        {
            "name": clean_text(source.name, 256), "outcome": source.outcome,
            "reason": clean_text(source.reason, 64) if source.reason else None,
            "detail": clean_text(source.detail, 256) if source.detail else None,
            "list_at": device_time(source.list_at).isoformat() if source.list_at else None,
        }
        for source in seen.sources
    ]  # fmt: skip
    return (
        "complete" if seen.is_complete else "incomplete",
        min(seen.sources_failed, MOST), min(seen.unread_lines + seen.missed, MOST),
        [clean_text(line, 256) for line in seen.unread_examples], sources,
        device_time(seen.lists_at) if seen.lists_at else None,
    )  # fmt: skip


async def is_overtaken(connection: Connection, tenant_id: UUID, device_id: UUID, position: Position) -> bool:
    """Whether a later scan of the device was stored already."""
    return bool(await connection.fetchval(_IS_OVERTAKEN, tenant_id, device_id, *position))


async def store_failure(
    connection: Connection, tenant_id: UUID, device_id: UUID, report: UpdatesReport, position: Position
) -> None:
    """Note that a scan failed; the list of the last one that worked stays."""
    assert report.error is not None
    code = clean_text(report.error.code, 64)
    params = clean_params(report.error.params)
    await connection.execute(_FAILED, tenant_id, device_id, device_time(report.scanned_at), code, params, *position)


async def store_scan(
    connection: Connection, tenant_id: UUID, device_id: UUID, parts: Sequence[UpdatesReport], position: Position
) -> None:
    """Replace what was known by a complete scan, all its parts in order.

    Raises TooManyRowsError, after which the transaction may go on.
    """
    report = parts[-1]
    LISTS.charge(device_id, sum(len(part.items) for part in parts))
    rows = [_row(item) for part in parts for item in part.items]
    await connection.execute(
        "DELETE FROM updates_pending WHERE tenant_id = $1 AND device_id = $2", tenant_id, device_id
    )
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(20)]
    await connection.execute(_ITEMS, tenant_id, device_id, report.report_id, *columns)
    reasons = [
        {"code": clean_text(reason.code, 64), "params": clean_params(reason.params), "severity": reason.severity}
        for reason in report.restart_reasons
    ]
    warnings = [{"code": clean_text(item.code, 64), "params": clean_params(item.params)} for item in report.warnings]
    await connection.execute(
        _CLOSE, tenant_id, device_id, report.report_id, device_time(report.scanned_at), report.restart_required,
        reasons, _policy(report), warnings, *position, *_seen(report.completeness),
    )  # fmt: skip
