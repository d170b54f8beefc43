"""How complete a scan was, and what holds an update back

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5ca9c0de0748"
down_revision = "115750c0de01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("updates_scan", sa.Column("completeness", sa.String(), server_default="unknown", nullable=False))
    op.add_column("updates_scan", sa.Column("failed_sources", sa.Integer(), server_default="0", nullable=False))
    op.add_column("updates_scan", sa.Column("unread_lines", sa.Integer(), server_default="0", nullable=False))
    op.add_column("updates_scan", sa.Column("unread_examples", postgresql.JSONB()))
    op.add_column("updates_scan", sa.Column("sources", postgresql.JSONB()))
    op.add_column("updates_scan", sa.Column("lists_at", sa.DateTime(timezone=True)))
    op.add_column("updates_pending", sa.Column("held_by", sa.String()))
