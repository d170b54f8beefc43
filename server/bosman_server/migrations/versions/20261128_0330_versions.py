"""What people edit has a version: of two who edit the same at once the second is told so"""

from alembic import op

revision = "3a5e9c1f7d04"
down_revision = "2b7d90c4e6a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for table in ("tenancy_tenant", "tenancy_site", "tenancy_device", "identity_membership"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN version integer NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE safety_setting ADD COLUMN version integer NOT NULL DEFAULT 0")
