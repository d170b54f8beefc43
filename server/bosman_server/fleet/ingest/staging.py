"""Reports that come in several parts wait here until they are complete: no list is ever half a list."""

from uuid import UUID

from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.fleet.ingest.batch import Position
from bosman_server.kit.db.transaction import Connection, fetch_one

MOST_PARTS = 64
MOST_BYTES = 16 * 1024 * 1024
"""Of one device and kind of report."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7))"
_OVERTAKEN = """
DELETE FROM uplink_part WHERE tenant_id = $1 AND device_id = $2 AND kind = $3 AND report_id <> $4
  AND (stream_epoch, stream_seq) < ($5, $6)
"""
_HELD = """
SELECT count(*) AS parts, coalesce(sum(length(payload)), 0) AS bytes FROM uplink_part
WHERE tenant_id = $1 AND device_id = $2 AND kind = $3
"""
_DROP = "DELETE FROM uplink_part WHERE tenant_id = $1 AND device_id = $2 AND kind = $3"
_ADD = """
INSERT INTO uplink_part (tenant_id, device_id, kind, report_id, part, is_last, stream_epoch, stream_seq, received_at,
                         payload)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9) ON CONFLICT DO NOTHING
"""
_COMPLETE = """
SELECT max(part) FILTER (WHERE is_last) + 1 = count(*) FROM uplink_part
WHERE tenant_id = $1 AND device_id = $2 AND kind = $3 AND report_id = $4
"""
_TAKE = """
DELETE FROM uplink_part WHERE tenant_id = $1 AND device_id = $2 AND kind = $3 AND report_id = $4
RETURNING part, payload
"""


class StagingFullError(Exception):
    """A device has sent more parts than any report has; what it had sent is dropped."""


async def lock(connection: Connection, device: KnownDevice, kind: str) -> None:
    """Nobody else deals with reports of a kind of this device until the transaction ends.

    To be asked for before anything of them is looked at: two workers that store parts of one report at once would each
    believe the other's missing, and an older report could take the place of a newer one.
    """
    await connection.execute(_LOCK, f"{device.id}:{kind}")


async def gather(
    connection: Connection,
    device: KnownDevice,
    kind: str,
    report_id: UUID,
    part: int,
    *,
    is_last: bool,
    position: Position,
    payload: bytes,
) -> list[bytes] | None:
    """Keep a part, under `lock`. Returns all parts in order once the report is complete, None while some are missing.

    A newer report drops what an older one of the same kind still waits for. Raises StagingFullError,
    after which the transaction may go on.
    """
    if part == 0 and is_last:
        return [payload]
    key = (device.tenant_id, device.id, kind)
    await connection.execute(_OVERTAKEN, *key, report_id, *position)
    held = await fetch_one(connection, _HELD, *key)
    if held["parts"] >= MOST_PARTS or held["bytes"] + len(payload) > MOST_BYTES:
        await connection.execute(_DROP, *key)
        raise StagingFullError
    await connection.execute(_ADD, *key, report_id, part, is_last, *position, payload)
    if not await connection.fetchval(_COMPLETE, *key, report_id):
        return None
    rows = await connection.fetch(_TAKE, *key, report_id)
    return [row["payload"] for row in sorted(rows, key=lambda row: row["part"])]
