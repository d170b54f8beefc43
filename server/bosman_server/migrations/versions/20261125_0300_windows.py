"""What Windows reports: more about updates and software, and whether a tenant's agents update by themselves

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f5a0b6d4e305"
down_revision = "e4f9a5c3d204"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column(
        "tenancy_tenant", sa.Column("agent_updates", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "updates_scan", sa.Column("definition_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("updates_scan", sa.Column("policy", _JSON, nullable=True))
    op.add_column("updates_scan", sa.Column("warnings", _JSON, nullable=True))
    op.add_column("updates_scan", sa.Column("error_params", _JSON, nullable=True))
    for column in (
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("restart_behavior", sa.String(), nullable=True),
        sa.Column("support_url", sa.String(), nullable=True),
    ):
        op.add_column("updates_pending", column)
    op.add_column("updates_pending", sa.Column("cve_ids", _JSON, nullable=True))
    op.add_column("updates_pending", sa.Column("has_eula", sa.Boolean(), nullable=True))
    for name in ("is_exclusive", "is_hidden", "needs_input"):
        op.add_column("updates_pending", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name in ("scope", "user_name", "product_code"):
        op.add_column("inventory_software", sa.Column(name, sa.String(), nullable=True))
