"""How a scan's report replaces what was known, and what is asked of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.reports import UpdatesReport
from bosman_protocol.text import clean_text
from bosman_server.tenancy.models import Device
from bosman_server.updates.models import Scan

_MOST_PARAMS = 20
_CLOSED = """
SELECT EXISTS (SELECT FROM updates_scan
               WHERE tenant_id = $1 AND device_id = $2 AND (scanned_at > $3 OR report_id = $4))
"""
_ITEM = """
INSERT INTO updates_pending (tenant_id, id, device_id, report_id, name, title, kb, update_class, installed_version,
                             available_version, size_bytes, released_at, origin, requires_restart, severity, cve_ids,
                             has_eula, restart_behavior, is_exclusive, is_hidden, needs_input, support_url)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
ON CONFLICT DO NOTHING
"""
# Compliance is about what an administrator would install: not what somebody hid, nor signatures that renew themselves.
_CLOSE = """
INSERT INTO updates_scan (tenant_id, device_id, report_id, scanned_at, attempted_at, restart_required,
                          restart_reasons, error_code, security_count, critical_count, optional_count,
                          definition_count, policy, warnings)
SELECT $1, $2, $3, $4, $4, $5, $6, NULL,
       count(*) FILTER (WHERE update_class = 'security'), count(*) FILTER (WHERE update_class = 'critical'),
       count(*) FILTER (WHERE update_class NOT IN ('security', 'critical', 'definition')),
       count(*) FILTER (WHERE update_class = 'definition'), $7, $8
FROM updates_pending WHERE tenant_id = $1 AND device_id = $2 AND report_id = $3 AND NOT is_hidden
ON CONFLICT (tenant_id, device_id) DO UPDATE SET
    report_id = excluded.report_id, scanned_at = excluded.scanned_at, attempted_at = excluded.attempted_at,
    restart_required = excluded.restart_required, restart_reasons = excluded.restart_reasons, error_code = NULL,
    security_count = excluded.security_count, critical_count = excluded.critical_count,
    optional_count = excluded.optional_count, definition_count = excluded.definition_count,
    policy = excluded.policy, warnings = excluded.warnings, error_params = NULL
"""

_CALLED = """
SELECT DISTINCT ON (name, available_version) name, available_version, title, kb
FROM updates_pending WHERE tenant_id = $1 AND device_id = ANY($2) AND name = ANY($3)
ORDER BY name, available_version, title
"""
_FAILED = """
INSERT INTO updates_scan (tenant_id, device_id, attempted_at, error_code, error_params, security_count,
                          critical_count, optional_count)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET attempted_at = excluded.attempted_at,
    error_code = excluded.error_code, error_params = excluded.error_params
"""


async def last_scan(session: AsyncSession, device: Device) -> dict[str, Any]:
    """What the last scan said beside its list: why a restart is pending, who decides, what it met."""
    scan = await session.get(Scan, (device.tenant_id, device.id))
    return {
        "restart_reasons": list(scan.restart_reasons or []) if scan else [],
        "update_policy": scan.policy if scan else None,
        "last_scan_error_params": scan.error_params if scan else None,
        "scan_warnings": list(scan.warnings or []) if scan else [],
        "definition_updates": scan.definition_count if scan else None,
    }


async def called(
    connection: Any, tenant_id: UUID, device_ids: Sequence[UUID], names: Sequence[str]
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Title and KB by name and version, of these names, as any of these devices has reported them."""
    rows = await connection.fetch(_CALLED, tenant_id, list(device_ids), list(names))
    return {(row["name"], row["available_version"]): (row["title"], row["kb"]) for row in rows}


def _record(tenant_id: UUID, device_id: UUID, report: UpdatesReport, index: int) -> tuple[Any, ...]:
    def short(value: str | None) -> str | None:
        return clean_text(value, 256) if value is not None else None

    item = report.items[index]
    row_id = uuid5(report.report_id, f"{report.part}:{index}")
    return (
        tenant_id, row_id, device_id, report.report_id, short(item.name), clean_text(item.title, 1000),
        short(item.kb), item.update_class, short(item.installed_version), short(item.available_version),
        item.size_bytes, item.released_at, short(item.origin), item.requires_restart, item.severity,
        list(item.cve_ids) or None, item.has_eula, item.restart_behavior, item.is_exclusive, item.is_hidden,
        item.needs_input, _web_address(item.support_url),
    )  # fmt: skip


def _web_address(value: str | None) -> str | None:
    """An address that people may be sent to: a hostile one could be a script."""
    cleaned = clean_text(value, 256) if value else ""
    return cleaned if cleaned.startswith(("https://", "http://")) else None


def _policy(report: UpdatesReport) -> dict[str, Any] | None:
    if report.policy is None:
        return None
    values: dict[str, Any] = msgspec.to_builtins(report.policy)
    return _clean_params(values)


async def store_report(connection: Any, tenant_id: UUID, device_id: UUID, report: UpdatesReport) -> bool:
    """Add one part of a scan; the last part makes it the current one. A failed scan leaves the old list.

    A part that comes twice, or late, changes nothing. Returns whether the summary changed.
    """
    if report.error is not None:
        code = clean_text(report.error.code, 64)
        params = _clean_params(report.error.params)
        await connection.execute(_FAILED, tenant_id, device_id, report.scanned_at, code, params)
        return True
    if await connection.fetchval(_CLOSED, tenant_id, device_id, report.scanned_at, report.report_id):
        return False
    await connection.executemany(
        _ITEM, [_record(tenant_id, device_id, report, index) for index in range(len(report.items))]
    )
    if report.last:
        await connection.execute(
            "DELETE FROM updates_pending WHERE tenant_id = $1 AND device_id = $2 AND report_id <> $3",
            tenant_id,
            device_id,
            report.report_id,
        )
        reasons = [
            {
                "code": clean_text(reason.code, 64),
                "params": _clean_params(reason.params),
                "severity": reason.severity,
            }
            for reason in report.restart_reasons
        ]
        warnings = [
            {"code": clean_text(item.code, 64), "params": _clean_params(item.params)} for item in report.warnings
        ]
        await connection.execute(
            _CLOSE, tenant_id, device_id, report.report_id, report.scanned_at, report.restart_required, reasons,
            _policy(report), warnings,
        )  # fmt: skip
    return report.last


def _clean_params(params: dict[str, Any]) -> dict[str, Any]:
    few = list(params.items())[:_MOST_PARAMS]
    return {
        clean_text(key, 64): clean_text(value, 256) if isinstance(value, str) else msgspec.to_builtins(value)
        for key, value in few
    }
