"""Deletes what is past its time, as the tables themselves say it."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from prometheus_client import Counter

from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.retention import Retention
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.periodic import Periodic
from bosman_server.settings import Settings

log = structlog.get_logger()
DELETED = Counter("bosman_retention_deleted_total", "Rows that were deleted because their time was over", ["table"])

_PART = 2_000
"""Rows that one transaction deletes: few enough to hold up nobody."""
_MOST_PARTS = 50
"""Of one table in one round: the others get their turn."""


def _delete(table: str, retention: Retention) -> str:
    old = f"r.{retention.by} < $1 AND ({retention.only}) LIMIT $2 FOR UPDATE SKIP LOCKED"
    if not retention.per_tenant:
        return f"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT r.ctid FROM {table} r WHERE {old}))"  # noqa: S608 - our own words
    # From tenant to tenant by the index, as far as there are any: each then has its own old rows at the front.
    return f"""
WITH RECURSIVE owner AS (
    (SELECT tenant_id FROM {table} ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT n.tenant_id FROM {table} n WHERE n.tenant_id > owner.tenant_id ORDER BY n.tenant_id LIMIT 1)
    FROM owner WHERE owner.tenant_id IS NOT NULL
)
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT found.ctid FROM owner
    CROSS JOIN LATERAL (SELECT r.ctid FROM {table} r WHERE r.tenant_id = owner.tenant_id AND {old}) found LIMIT $2))
"""  # noqa: S608 - our own words


class Pruner:
    """Runs on the leader only. `database` is the worker's role, `tables` every table that says how long it is kept."""

    def __init__(self, database: Database, settings: Settings, tables: Mapping[str, Retention]) -> None:
        self._database = database
        self._settings = settings
        self._tables = tables
        self._statements = {table: _delete(table, retention) for table, retention in tables.items()}

    def periodic(self) -> Periodic:
        """Every minute; what the last round left over waits for the next one."""
        return Periodic("retention", self._settings.retention_period_seconds, self.run_once)

    async def run_once(self) -> dict[str, int]:
        """Delete what is past its time, in bounded parts. Returns how many rows of which table."""
        deleted = {}
        for table, retention in sorted(self._tables.items(), key=lambda item: item[1].after is not None):
            before = utc_now() - retention.time_kept(self._settings)
            number = await self._prune(self._statements[table], before)
            if number:
                DELETED.labels(table).inc(number)
                log.info("rows_past_their_time_deleted", table=table, count=number, before=before.isoformat())
                deleted[table] = number
        return deleted

    async def _prune(self, statement: str, before: datetime) -> int:
        number = 0
        for _ in range(_MOST_PARTS):
            async with self._database.writing(ALL_TENANTS) as tx:
                # "DELETE 17"
                part = int((await tx.connection.execute(statement, before, _PART)).rpartition(" ")[2])
            number += part
            if part < _PART:
                break
        return number
