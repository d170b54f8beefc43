"""A wish that is told twice under one key makes work once"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "1e2c6f8b3d03"
down_revision = "1e2c6f8b3d02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.create_table(
        "tasks_idempotency_key",
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "length(key) <= 255 AND octet_length(fingerprint) = 32", name=op.f("ck_tasks_idempotency_key_bounds")
        ),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_tasks_idempotency_key")),
    )
    op.create_index(op.f("ix_tasks_idempotency_key_created_at"), "tasks_idempotency_key", ["created_at"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON tasks_idempotency_key TO {rls.WORKER_ROLE}")
    for statement in rls.enable_personal("tasks_idempotency_key", "tasks_is_account(actor_id)"):
        op.execute(statement)
