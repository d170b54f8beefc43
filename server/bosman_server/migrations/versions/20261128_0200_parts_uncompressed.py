"""Parts of reports that wait are not compressed: they live for seconds, and packing a megabyte costs more than that"""

from alembic import op

revision = "1e2c6f8b3d01"
down_revision = "0d1b5e7a2c05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("ALTER TABLE uplink_part ALTER COLUMN payload SET STORAGE EXTERNAL")
