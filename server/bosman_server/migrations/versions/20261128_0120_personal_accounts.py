"""Guesses and pending factors are personal, accounts are locked through a function, budgets have a memory of their own

Must run while no api of an earlier version runs, as the two before it.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c03"
down_revision = "0d1b5e7a2c02"
branch_labels = None
depends_on = None

# Nobody may hold locks of their own choice: this one is the account of whoever acts, and ends with the transaction.
_LOCK_ACCOUNT = """
CREATE FUNCTION tasks_lock_account(p_actor uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.acts.' || p_actor::text, 0));
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in ("identity_second_factor_guesses", "identity_pending_factor"):
        for statement in rls.enable_personal(table):
            op.execute(statement)
    op.execute(_LOCK_ACCOUNT)
    _create_handouts()


def _create_handouts() -> None:
    op.create_table(
        "tasks_handout",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("action_class", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks_handout")),
    )
    op.create_index(
        op.f("ix_tasks_handout_tenant_id_action_class_at"), "tasks_handout", ["tenant_id", "action_class", "at"]
    )
    op.execute("ALTER TABLE tasks_task NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        INSERT INTO tasks_handout (tenant_id, id, device_id, action_class, at)
        SELECT tenant_id, id, device_id, action_class, leased_at FROM tasks_task
        WHERE action_class IS NOT NULL AND approval_id IS NULL AND leased_at > now() - interval '1 hour'
        """
    )
    op.execute("ALTER TABLE tasks_task FORCE ROW LEVEL SECURITY")
    for statement in [*rls.enable("tasks_handout"), *rls.limit("tasks_handout", rls.ON_DEVICE)]:
        op.execute(statement)
