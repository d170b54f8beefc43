"""Whether a certificate may still be used, and by whom: generations and processes of a device.

Every renewal gives a certificate of the next generation. Once one was used, older ones are refused: a stolen copy
is good for nothing after the next renewal, and whoever renews with a stolen copy is found out by the rightful
owner. A process of the agent names itself by a random word when it connects. A process that comes back after
another one has been there proves that two machines hold one identity.
"""

import re
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.kit.batching import Batcher
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Record

LOCKED = timedelta(minutes=15)
"""How long an identity that two machines use is shut out; then they may show whether they still do."""
_MOST_INSTANCES = 8
_UNNAMED = "-"
_INSTANCE = re.compile(r"^bosman-agent [0-9a-f-]{36} ([0-9a-f]{16,32})\Z")

_KNOWN = """
SELECT c.device_id, c.fingerprint, c.generation, c.first_used_at IS NULL AS is_unused, p.instances, p.locked_until,
    (SELECT max(u.generation) FROM enrollment_certificate u
     WHERE u.tenant_id = c.tenant_id AND u.device_id = c.device_id AND u.first_used_at IS NOT NULL) AS newest_used,
    coalesce(p.online, false) AS is_online
FROM unnest($1::uuid[], $2::text[]) AS e (id, fingerprint)
JOIN enrollment_certificate c ON c.device_id = e.id AND c.fingerprint = e.fingerprint
LEFT JOIN enrollment_presence p ON p.tenant_id = c.tenant_id AND p.device_id = c.device_id
"""
_USED = """
UPDATE enrollment_certificate SET first_used_at = now()
WHERE tenant_id = $1 AND device_id = $2 AND fingerprint = $3 AND first_used_at IS NULL
"""
_INSTANCES = """
INSERT INTO enrollment_presence (tenant_id, device_id, online, last_seen_at, instances)
VALUES ($1, $2, false, now(), $3)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET instances = excluded.instances
"""
_LOCK = """
INSERT INTO enrollment_presence (tenant_id, device_id, online, last_seen_at, clone_seen_at, locked_until, instances)
VALUES ($1, $2, false, now(), now(), $3, NULL)
ON CONFLICT (tenant_id, device_id) DO UPDATE SET clone_seen_at = excluded.clone_seen_at,
    locked_until = excluded.locked_until, instances = NULL
"""


class AdmissionRefusedError(Exception):
    """A certificate may not be used now; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


class _Certificate(NamedTuple):
    device_id: UUID
    fingerprint: str


def instance_of(client_name: str) -> str:
    """The random word by which a process of the agent named itself; empty for any other client."""
    match = _INSTANCE.match(client_name)
    return match.group(1) if match else ""


class Admissions:
    """Decides on certificates. Questions of many devices at once are asked together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batcher = Batcher(self._ask)

    async def _ask(self, wanted: list[_Certificate]) -> dict[_Certificate, Any]:
        async with self._database.unscoped() as connection:
            ids, fingerprints = [one.device_id for one in wanted], [one.fingerprint for one in wanted]
            rows: list[Record] = await connection.fetch(_KNOWN, ids, fingerprints)
        return {_Certificate(row["device_id"], row["fingerprint"]): row for row in rows}

    async def check(self, device: KnownDevice, fingerprint: str, client_name: str) -> bool:
        """Admit a certificate. Returns whether the device may have another connection already.

        Raises AdmissionRefusedError (`certificate.refused`, `certificate.superseded`, `device.cloned`).
        """
        row = await self._batcher.get(_Certificate(device.id, fingerprint))
        if row is None:
            raise AdmissionRefusedError(Code.CERTIFICATE_REFUSED)
        if row["newest_used"] is not None and row["generation"] < row["newest_used"]:
            raise AdmissionRefusedError(Code.CERTIFICATE_SUPERSEDED)
        if row["locked_until"] is not None and row["locked_until"] > utc_now():
            raise AdmissionRefusedError(Code.DEVICE_CLONED)
        known: list[str] = msgspec.json.decode(row["instances"]) if row["instances"] is not None else []
        # Whoever does not name a process is one of its own: a stolen key need not know how agents introduce themselves.
        instance = instance_of(client_name) or _UNNAMED
        if instance in known[:-1]:
            await self._lock(device)
            raise AdmissionRefusedError(Code.DEVICE_CLONED)
        is_new = instance not in known
        if row["is_unused"] or is_new:
            await self._note(device, fingerprint, [*known, instance][-_MOST_INSTANCES:] if is_new else None)
        return bool(row["is_online"])

    async def _note(self, device: KnownDevice, fingerprint: str, instances: list[str] | None) -> None:
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            await tx.connection.execute(_USED, device.tenant_id, device.id, fingerprint)
            if instances is not None:
                await tx.connection.execute(_INSTANCES, device.tenant_id, device.id, instances)

    async def _lock(self, device: KnownDevice) -> None:
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            await tx.connection.execute(_LOCK, device.tenant_id, device.id, utc_now() + LOCKED)

    async def note_clone(self, device: KnownDevice) -> None:
        """Two live connections with one certificate were seen; one was cut. The device's page says so."""
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            await tx.connection.execute(
                "UPDATE enrollment_presence SET clone_seen_at = now() WHERE tenant_id = $1 AND device_id = $2",
                device.tenant_id,
                device.id,
            )
