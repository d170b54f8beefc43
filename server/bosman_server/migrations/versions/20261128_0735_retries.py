"""Tries of the same wish know of each other; how full the fullest disk of a device is

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "4e79c0de0a01"
down_revision = "f1a5c0de0001"
branch_labels = None
depends_on = None

# File systems that are full by nature (images of packages, discs) say nothing.
_LEAST_FREE = """
CREATE FUNCTION inventory_least_free_percent(p_facts jsonb) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT floor(min(least(d.free_bytes * 100 / d.size_bytes, 100)))::smallint
    FROM jsonb_to_recordset(CASE WHEN jsonb_typeof(p_facts -> 'disks') = 'array' THEN p_facts -> 'disks' END)
        AS d (size_bytes numeric, free_bytes numeric, file_system text)
    WHERE d.size_bytes > 0 AND d.free_bytes >= 0 AND lower(d.file_system) NOT IN ('squashfs', 'iso9660', 'udf', 'cdfs', 'erofs')
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("tasks_job", sa.Column("retry_of", sa.Uuid(), nullable=True))
    op.execute(_LEAST_FREE)
    op.execute(
        "ALTER TABLE inventory_facts ADD COLUMN least_free_percent smallint"
        " GENERATED ALWAYS AS (inventory_least_free_percent(facts)) STORED"
    )
