"""Seals what has been committed: entries become links of their tenant's chain, in a table of its own.

Writers take no lock and wait for nobody (ADR 0014). One sealer runs in an installation.
"""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog

from bosman_server.core.audit.chain import SELECTED, Head, link_hash
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.metrics import AUDIT_BROKEN, AUDIT_SEALED
from bosman_server.kit.periodic import Periodic

log = structlog.get_logger()

_PERIOD_SECONDS = 1.0
_HEADS_EVERY_SECONDS = 3600.0
_BATCH = 1000
"""Hashing these blocks the worker's loop for some milliseconds."""

_WAITING = f"""
SELECT p.tenant_id, EXISTS (
           SELECT FROM audit_link l WHERE l.tenant_id = p.tenant_id AND l.entry_id = p.entry_id
       ) AS sealed, {SELECTED}
FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
WHERE p.tenant_id <> ALL ($1::uuid[]) AND e.at BETWEEN '2000-01-01' AND '2200-01-01'
ORDER BY p.tenant_id, p.entry_id LIMIT $2
"""  # noqa: S608 - our own column names
# No time that anything could have happened at: nobody can read it, and it must not stop the others.
_UNREADABLE = """
SELECT count(*) FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
WHERE NOT e.at BETWEEN '2000-01-01' AND '2200-01-01'
"""
_ALL_HEADS = "SELECT DISTINCT ON (tenant_id) tenant_id, seq, hash FROM audit_link ORDER BY tenant_id, seq DESC"
_HEADS = """
SELECT t.id AS tenant_id, l.seq, l.hash FROM unnest($1::uuid[]) AS t (id) CROSS JOIN LATERAL (
    SELECT seq, hash FROM audit_link WHERE tenant_id = t.id ORDER BY seq DESC LIMIT 1
) AS l
"""
_ADD_LINKS = """
INSERT INTO audit_link (tenant_id, seq, entry_id, sealed_at, hash)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::bytea[])
"""
_REMOVE_WAITING = """
DELETE FROM audit_pending p USING unnest($1::uuid[], $2::uuid[]) AS done (tenant_id, entry_id)
WHERE p.tenant_id = done.tenant_id AND p.entry_id = done.entry_id
"""

_Link = tuple[UUID, int, UUID, datetime, bytes]


class Sealer:
    """Runs on the leader only. `key` is the audit key of the keyring."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key
        self._heads: dict[UUID, Head] = {}
        self._told: dict[UUID, Head] = {}
        self._broken: set[UUID] = set()
        self._tell_at = 0.0

    def periodic(self) -> Periodic:
        """Every second."""
        return Periodic("audit", _PERIOD_SECONDS, self.seal_all, begin=self.begin)

    async def begin(self) -> None:
        """Learn where the chains end. Chains that were found broken before are looked at once more."""
        self._broken.clear()
        self._told.clear()
        async with self._database.reading(ALL_TENANTS) as connection:
            rows = await connection.fetch(_ALL_HEADS)
            unreadable = await connection.fetchval(_UNREADABLE)
        if unreadable:
            log.error("audit_entries_unreadable", count=unreadable)
        self._heads = _by_tenant(rows)
        self._tell_at = 0.0

    async def seal_all(self) -> None:
        """Seal what waits; tell the heads every hour."""
        while await self.run_once() == _BATCH:
            pass
        now = asyncio.get_running_loop().time()
        if now >= self._tell_at:
            self._tell()
            self._tell_at = now + _HEADS_EVERY_SECONDS

    def _tell(self) -> None:
        """Heads that moved, into the log: kept elsewhere they show that a chain was cut off."""
        for tenant_id, head in self._heads.items():
            if self._told.get(tenant_id) != head:
                self._told[tenant_id] = head
                log.info("audit_head", tenant_id=str(tenant_id), head=f"{tenant_id}:{head.seq}:{head.hash.hex()}")

    async def run_once(self) -> int:
        """Seal one batch. Returns how many waiting entries it looked at."""
        async with self._database.writing(ALL_TENANTS) as tx:
            rows = await tx.connection.fetch(_WAITING, list(self._broken), _BATCH)
            if not rows:
                return 0
            tenant_ids = list({row["tenant_id"] for row in rows})
            heads = _by_tenant(await tx.connection.fetch(_HEADS, tenant_ids))
            for tenant_id in tenant_ids:
                self._check(tenant_id, heads.setdefault(tenant_id, Head()))
            batch = [row for row in rows if row["tenant_id"] not in self._broken]
            links = self._link(batch, heads)
            if links:
                await tx.connection.execute(_ADD_LINKS, *(list(column) for column in zip(*links, strict=True)))
            await tx.connection.execute(
                _REMOVE_WAITING, [row["tenant_id"] for row in batch], [row["id"] for row in batch]
            )
        self._heads.update({tenant_id: heads[tenant_id] for tenant_id in tenant_ids if tenant_id not in self._broken})
        AUDIT_SEALED.inc(len(links))
        return len(rows)

    def _link(self, batch: list[Record], heads: dict[UUID, Head]) -> list[_Link]:
        """The links of a batch; moves the heads."""
        links: list[_Link] = []
        sealed_at = utc_now()
        for row in batch:
            tenant_id, entry_id = row["tenant_id"], row["id"]
            if row["sealed"]:
                log.error("audit_entry_sealed_twice", tenant_id=str(tenant_id), entry_id=str(entry_id))
                continue
            head = heads[tenant_id]
            seq = head.seq + 1
            digest = link_hash(self._key, head.hash, tenant_id, seq, sealed_at, tuple(row.values())[2:])
            heads[tenant_id] = Head(seq, digest)
            links.append((tenant_id, seq, entry_id, sealed_at, digest))
        return links

    def _check(self, tenant_id: UUID, head: Head) -> None:
        """A chain must end where this process left it; one that does not gets no more links, to hide nothing."""
        known = self._heads.get(tenant_id, Head())
        if known != head:
            log.error("audit_chain_changed", tenant_id=str(tenant_id), expected_seq=known.seq, found_seq=head.seq)
            self._broken.add(tenant_id)
            AUDIT_BROKEN.set(len(self._broken))


def _by_tenant(rows: list[Record]) -> dict[UUID, Head]:
    return {row["tenant_id"]: Head(row["seq"], row["hash"]) for row in rows}
