"""Facts and software of a device, and how reports replace them."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.reports import FactsReport, SoftwareReport
from bosman_protocol.text import clean_text
from bosman_server.inventory.models import Facts
from bosman_server.tenancy.models import Device

# What a report of an older agent, stored before there was such a thing, does not say.
_UNKNOWN: dict[str, Any] = {
    "os_edition": None,
    "update_build_revision": None,
    "domain": None,
    "join_state": None,
    "volume_encryption": [],
    "signed_in_users": [],
}


async def last_facts(session: AsyncSession, device: Device) -> dict[str, Any]:
    """The last facts of a device, and when they were collected; both None where there are none."""
    found = await session.get(Facts, (device.tenant_id, device.id))
    if found is None:
        return {"facts": None, "facts_at": None}
    return {"facts": _UNKNOWN | found.facts, "facts_at": found.collected_at}


def _clean(value: Any) -> Any:
    """Hostile text through and through: every string in a decoded report is cleaned."""
    if isinstance(value, str):
        return clean_text(value, 256)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


async def store_facts(connection: Any, tenant_id: UUID, device_id: UUID, report: FactsReport) -> dict[str, Any]:
    """Replace the facts unless newer ones are there. Returns them cleaned."""
    facts: dict[str, Any] = _clean(msgspec.to_builtins(report.facts))
    await connection.execute(
        "INSERT INTO inventory_facts (tenant_id, device_id, facts, collected_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (tenant_id, device_id) DO UPDATE SET facts = excluded.facts,"
        " collected_at = excluded.collected_at WHERE inventory_facts.collected_at <= excluded.collected_at",
        tenant_id,
        device_id,
        facts,
        report.collected_at,
    )
    return facts


_CLOSED = """
SELECT EXISTS (SELECT FROM inventory_software_report
               WHERE tenant_id = $1 AND device_id = $2 AND (collected_at > $3 OR report_id = $4))
"""
_ITEM = """
INSERT INTO inventory_software (tenant_id, id, device_id, report_id, name, version, publisher, architecture,
                                source, installed_at, scope, user_name, product_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
"""
_CLOSE = """
INSERT INTO inventory_software_report (tenant_id, device_id, report_id, collected_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET report_id = excluded.report_id, collected_at = excluded.collected_at
"""


async def store_software(connection: Any, tenant_id: UUID, device_id: UUID, report: SoftwareReport) -> None:
    """Add one part; the last part replaces the old list. A part that comes twice changes nothing."""
    if await connection.fetchval(_CLOSED, tenant_id, device_id, report.collected_at, report.report_id):
        return
    await connection.executemany(
        _ITEM,
        [
            (
                tenant_id, uuid5(report.report_id, f"{report.part}:{index}"), device_id, report.report_id,
                _clean(item.name), _clean(item.version), _clean(item.publisher), _clean(item.architecture),
                _clean(item.source), item.installed_at, item.scope, _clean(item.user), _clean(item.product_code),
            )
            for index, item in enumerate(report.items)
        ],
    )  # fmt: skip
    if report.last:
        await connection.execute(
            "DELETE FROM inventory_software WHERE tenant_id = $1 AND device_id = $2 AND report_id <> $3",
            tenant_id,
            device_id,
            report.report_id,
        )
        await connection.execute(_CLOSE, tenant_id, device_id, report.report_id, report.collected_at)
