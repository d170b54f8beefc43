"""Facts and software of a device, and how reports replace them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.reports import FactsReport, SoftwareReport
from bosman_protocol.text import clean_text
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.ingest.batch import Position, device_time
from bosman_server.fleet.ingest.list_quota import LISTS
from bosman_server.fleet.inventory.models import Facts, Health
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.ids import uuid7
from bosman_server.kit.values import JsonObject, JsonView

# What a report of an older agent, stored before there was such a thing, does not say.
_UNKNOWN: JsonObject = {
    "os_edition": None,
    "update_build_revision": None,
    "domain": None,
    "join_state": None,
    "volume_encryption": [],
    "signed_in_users": [],
}


async def last_facts(session: AsyncSession, device: Device) -> JsonObject:
    """The last facts of a device, and when they were collected; both None where there are none."""
    found = await session.get(Facts, (device.tenant_id, device.id))
    if found is None:
        return {"facts": None, "facts_at": None}
    return {"facts": _UNKNOWN | found.facts, "facts_at": found.collected_at}


async def last_health(session: AsyncSession, device: Device) -> JsonObject:
    """What the last look at disks and sensors found; None where nobody has looked."""
    found = await session.get(Health, (device.tenant_id, device.id))
    if found is None:
        return {"health": None}
    return {"health": {"task_id": found.task_id, "checked_at": found.checked_at, "result": found.result}}


# Worst first, as the web ranks them.
_VERDICTS = ("failing", "warning", "unknown", "ok")
_HEALTH = """
INSERT INTO inventory_health (tenant_id, device_id, task_id, checked_at, disk_verdict, result)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET task_id = excluded.task_id, checked_at = excluded.checked_at,
    disk_verdict = excluded.disk_verdict, result = excluded.result
WHERE inventory_health.task_id <= excluded.task_id
"""


async def store_health(
    connection: Connection, tenant_id: TenantId, device_id: UUID, task_id: UUID, finished_at: datetime, result: JsonView
) -> None:
    """Keep what a look at disks and sensors found, unless that of a later task is kept already."""
    cleaned: JsonObject = _clean(dict(result))
    seen = {disk["verdict"] for disk in cleaned["disks"]}
    worst = next((verdict for verdict in _VERDICTS if verdict in seen), None)
    await connection.execute(_HEALTH, tenant_id, device_id, task_id, finished_at, worst, cleaned)


def _clean(value: Any) -> Any:
    """Hostile text through and through: every string in a decoded report is cleaned."""
    if isinstance(value, str):
        return clean_text(value, 256)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


_FACTS = """
INSERT INTO inventory_facts (tenant_id, device_id, facts, collected_at, stream_epoch, stream_seq)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET facts = excluded.facts, collected_at = excluded.collected_at,
    stream_epoch = excluded.stream_epoch, stream_seq = excluded.stream_seq
WHERE (inventory_facts.stream_epoch, inventory_facts.stream_seq) < (excluded.stream_epoch, excluded.stream_seq)
RETURNING true
"""


async def store_facts(
    connection: Connection, tenant_id: UUID, device_id: UUID, report: FactsReport, position: Position
) -> JsonObject | None:
    """Replace the facts. Returns them cleaned, or None where a later report was stored already."""
    facts: JsonObject = _clean(msgspec.to_builtins(report.facts))
    stored = await connection.fetchval(_FACTS, tenant_id, device_id, facts, device_time(report.collected_at), *position)
    return facts if stored else None


_LAST = """
SELECT (stream_epoch, stream_seq) >= ($3, $4) AS is_newer, content_hash FROM inventory_software_report
WHERE tenant_id = $1 AND device_id = $2
"""
_REPLACE = """
INSERT INTO inventory_software (tenant_id, id, device_id, report_id, name, version, publisher, architecture,
                                source, installed_at, scope, user_name, product_code)
SELECT $1, i.id, $2, $3, i.name, i.version, i.publisher, i.architecture, i.source, i.installed_at, i.scope,
       i.user_name, i.product_code
FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[],
            $12::text[], $13::text[])
    AS i (id, name, version, publisher, architecture, source, installed_at, scope, user_name, product_code)
"""
_CLOSE = """
INSERT INTO inventory_software_report (tenant_id, device_id, report_id, collected_at, stream_epoch, stream_seq,
                                       content_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET report_id = excluded.report_id,
    collected_at = excluded.collected_at, stream_epoch = excluded.stream_epoch, stream_seq = excluded.stream_seq,
    content_hash = excluded.content_hash
"""
_CONFIRM = """
UPDATE inventory_software_report SET collected_at = $3, stream_epoch = $4, stream_seq = $5
WHERE tenant_id = $1 AND device_id = $2
"""


async def store_software(
    connection: Connection, tenant_id: UUID, device_id: UUID, parts: Sequence[SoftwareReport], position: Position
) -> bool:
    """Replace the list by a complete report, all its parts in order. Returns whether the list changed.

    A report that is older than the stored one changes nothing; one that says the same costs one small update.
    Raises TooManyRowsError, after which the transaction may go on.
    """
    collected_at = device_time(parts[-1].collected_at)
    items = [item for part in parts for item in part.items]
    content_hash = hashlib.sha256(msgspec.msgpack.encode(items)).digest()
    last = await connection.fetchrow(_LAST, tenant_id, device_id, *position)
    if last is not None and last["is_newer"]:
        return False
    if last is not None and last["content_hash"] == content_hash:
        await connection.execute(_CONFIRM, tenant_id, device_id, collected_at, *position)
        return False
    LISTS.charge(device_id, len(items))
    report_id = parts[-1].report_id
    rows = [
        (
            uuid7(), _clean(item.name), _clean(item.version), _clean(item.publisher), _clean(item.architecture),
            _clean(item.source), device_time(item.installed_at) if item.installed_at else None, item.scope,
            _clean(item.user), _clean(item.product_code),
        )
        for item in items
    ]  # fmt: skip
    await connection.execute(
        "DELETE FROM inventory_software WHERE tenant_id = $1 AND device_id = $2", tenant_id, device_id
    )
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(10)]
    await connection.execute(_REPLACE, tenant_id, device_id, report_id, *columns)
    await connection.execute(_CLOSE, tenant_id, device_id, report_id, collected_at, *position, content_hash)
    return True
