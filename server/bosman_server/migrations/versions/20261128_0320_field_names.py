"""Columns get the names of the field: on_overflow of a budget, acknowledged_count of a freeze"""

from alembic import op

revision = "2b7d90c4e6a1"
down_revision = "1e2c6f8b3d03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("ALTER TABLE safety_budget RENAME COLUMN beyond TO on_overflow")
    op.execute("ALTER TABLE safety_budget RENAME CONSTRAINT ck_safety_budget_beyond TO ck_safety_budget_on_overflow")
    op.execute("ALTER TABLE safety_freeze RENAME COLUMN obeying_count TO acknowledged_count")
