"""Walks the chains of the audit trail and says where the first one breaks.

Everything is read in one snapshot, so that what is written meanwhile confuses nobody.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bosman_server.core.audit.chain import SELECTED, Head, link_hash
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Connection, Record

_FETCH = 5000
_TIMEOUT_SECONDS = 120.0
_GRACE = timedelta(minutes=5)
_NEAR = 1000
"""How many links around a broken one are searched for the entry that belongs there."""

_WALK = f"""
SELECT l.seq, l.entry_id, l.sealed_at, l.hash, {SELECTED}
FROM audit_link l LEFT JOIN audit_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
WHERE l.tenant_id = $1
"""  # noqa: S608 - our own column names
_IN_ORDER = _WALK + "ORDER BY l.seq"
_AROUND = _WALK + "AND l.seq BETWEEN $2 AND $3 ORDER BY l.seq"
_TENANTS = """
SELECT tenant_id FROM audit_entry UNION SELECT tenant_id FROM audit_link UNION SELECT tenant_id FROM audit_pending
UNION SELECT id FROM tenancy_tenant WHERE created_at < $1
"""
_OPEN = """
SELECT e.id, CASE WHEN e.at BETWEEN '2000-01-01' AND '2200-01-01' THEN e.at END AS at, e.action, p.added_at
FROM audit_entry e
LEFT JOIN audit_pending p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
WHERE e.tenant_id = $1
  AND NOT EXISTS (SELECT FROM audit_link l WHERE l.tenant_id = e.tenant_id AND l.entry_id = e.id)
ORDER BY p.added_at NULLS FIRST, e.id
"""
_GONE = """
SELECT p.entry_id, p.added_at FROM audit_pending p WHERE p.tenant_id = $1
  AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.tenant_id = p.tenant_id AND e.id = p.entry_id)
ORDER BY p.entry_id LIMIT 1
"""


class Fault(StrEnum):
    """What is wrong with the first broken entry."""

    CHANGED = "changed"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    LINK_CHANGED = "link_changed"
    LINK_MISSING = "link_missing"
    REWRITTEN = "rewritten"
    CUT_OFF = "cut_off"
    NEVER_SEALED = "never_sealed"
    NOT_WAITING = "not_waiting"
    REMOVED_UNSEALED = "removed_unsealed"
    NO_TRAIL = "no_trail"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first broken entry of a tenant; what is not known of it is None."""

    fault: Fault
    seq: int | None = None
    entry_id: UUID | None = None
    at: datetime | None = None
    action: str | None = None


@dataclass(slots=True)
class Report:
    """What became of one tenant's chain."""

    tenant_id: UUID
    head: Head = field(default_factory=Head)
    """The last link that holds."""
    waiting: int = 0
    """Entries that are not sealed yet."""
    late: int = 0
    """Entries sealed more than five minutes after the time that they give; see docs/operations/audit.md."""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class _Walker:
    connection: Connection
    key: bytes
    tenant_id: UUID

    def hash(self, previous: bytes, seq: int, row: Record, values: Sequence[object]) -> bytes:
        """What the link at `seq` should hold if these are the values of its entry."""
        return link_hash(self.key, previous, self.tenant_id, seq, row["sealed_at"], values)

    async def walk(self, report: Report) -> None:
        """From the first link to the last, or to the first that does not hold."""
        cursor = await self.connection.cursor(_IN_ORDER, self.tenant_id, timeout=_TIMEOUT_SECONDS)
        key, tenant_id, seq, previous = self.key, self.tenant_id, 0, report.head.hash
        while rows := await cursor.fetch(_FETCH, timeout=_TIMEOUT_SECONDS):
            for row in rows:
                found, _, sealed_at, stored, *values = row.values()
                seq += 1
                if (
                    found != seq
                    or values[0] is None
                    or link_hash(key, previous, tenant_id, seq, sealed_at, values) != stored
                ):
                    report.head = Head(seq - 1, previous)
                    report.finding = await self._diagnose(seq, previous, row)
                    return
                previous = stored
                if sealed_at - values[1] > _GRACE:
                    report.late += 1
        report.head = Head(seq, previous)

    async def _diagnose(self, seq: int, previous: bytes, row: Record) -> Finding:
        if row["seq"] != seq:
            return Finding(Fault.LINK_MISSING, seq)
        near = await self.connection.fetch(_AROUND, self.tenant_id, seq - _NEAR, seq + _NEAR, timeout=_TIMEOUT_SECONDS)
        fault = Fault.MISSING
        for other in near:
            # The entry that was sealed here may still be there, in another place.
            if other["id"] is not None and self.hash(previous, seq, row, _values(other)) == row["hash"]:
                fault = Fault.OUT_OF_ORDER
        if fault is Fault.MISSING and row["id"] is not None:
            fault = self._changed(seq, previous, row, [other for other in near if other["seq"] == seq + 1])
        return Finding(fault, seq, row["entry_id"], row["at"], row["action"])

    def _changed(self, seq: int, previous: bytes, row: Record, following: list[Record]) -> Fault:
        """Entry and link do not fit: the link that follows tells which of them is the true one."""
        if not following or following[0]["id"] is None:
            return Fault.CHANGED
        after = following[0]

        def follows(digest: bytes) -> bool:
            return bool(self.hash(digest, seq + 1, after, _values(after)) == after["hash"])

        if follows(row["hash"]):
            return Fault.CHANGED
        return Fault.LINK_CHANGED if follows(self.hash(previous, seq, row, _values(row))) else Fault.REWRITTEN

    async def look_for_unsealed(self, report: Report) -> None:
        """Entries outside the chain: fresh ones are fine, others are not."""
        gone = await self.connection.fetchrow(_GONE, self.tenant_id, timeout=_TIMEOUT_SECONDS)
        rows = await self.connection.fetch(_OPEN, self.tenant_id, timeout=_TIMEOUT_SECONDS)
        report.waiting = len(rows)
        if report.finding is not None:
            return
        first = rows[0] if rows else None
        if gone is not None:
            report.finding = Finding(Fault.REMOVED_UNSEALED, entry_id=gone["entry_id"], at=gone["added_at"])
        elif first is not None and (first["added_at"] is None or utc_now() - first["added_at"] > _GRACE):
            fault = Fault.NOT_WAITING if first["added_at"] is None else Fault.NEVER_SEALED
            report.finding = Finding(fault, None, first["id"], first["at"], first["action"])

    async def compare(self, report: Report, expected: Sequence[Head]) -> None:
        """Heads that somebody kept elsewhere must still be in the chain."""
        for head in expected:
            digest = await self.connection.fetchval(
                "SELECT hash FROM audit_link WHERE tenant_id = $1 AND seq = $2", self.tenant_id, head.seq
            )
            if digest != head.hash and report.finding is None:
                report.finding = Finding(Fault.CUT_OFF if digest is None else Fault.REWRITTEN, head.seq)


def _values(row: Record) -> list[object]:
    return list(row.values())[4:]


async def verify(
    connection: Connection,
    key: bytes,
    *,
    only: UUID | None = None,
    expected: Mapping[UUID, Sequence[Head]] | None = None,
) -> AsyncIterator[Report]:
    """One report per tenant, the platform (nil id) among them; `expected` are heads kept elsewhere.

    Needs a connection as the worker's role, outside a transaction.
    """
    expected = expected or {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        rows = await connection.fetch(_TENANTS, utc_now() - _GRACE, timeout=_TIMEOUT_SECONDS)
        tenant_ids = {row["tenant_id"] for row in rows} | set(expected)
        for tenant_id in sorted(tenant_ids if only is None else {only}, key=str):
            report = Report(tenant_id)
            walker = _Walker(connection, key, tenant_id)
            await walker.walk(report)
            await walker.look_for_unsealed(report)
            await walker.compare(report, expected.get(tenant_id, ()))
            if report.head.seq == 0 and report.waiting == 0 and report.finding is None:
                report.finding = Finding(Fault.NO_TRAIL)
            yield report
