"""Rights at use, running accounts, one bucket of guesses per account

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bosman_server.kit.db import rls

revision = "c4a7d2e9b1f0"
down_revision = "b7c2d8f6a507"
branch_labels = None
depends_on = None

# Who made a token was kept as a name alone: the trail knows the account.
_MAKERS = """
UPDATE enrollment_token t SET created_by = coalesce(k.user_id, e.actor_id), created_by_key = k.id
FROM audit_entry e
LEFT JOIN identity_api_key k ON e.actor_kind = 'api_key' AND k.tenant_id = e.tenant_id AND k.id = e.actor_id
WHERE e.tenant_id = t.tenant_id AND e.action = 'token.create' AND e.target_id = t.id
  AND (e.actor_kind = 'user' OR k.id IS NOT NULL)
"""
# Nobody answers for those that are left, but for Bosman's own.
_NOBODYS = """
UPDATE enrollment_token t SET revoked_at = now()
WHERE t.created_by IS NULL AND t.revoked_at IS NULL AND NOT EXISTS (
    SELECT FROM audit_entry e
    WHERE e.tenant_id = t.tenant_id AND e.action = 'token.create' AND e.target_id = t.id AND e.actor_kind = 'system')
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    ids = postgresql.ARRAY(sa.Uuid())
    op.add_column("identity_api_key", sa.Column("site_ids", ids, nullable=True))
    op.add_column("identity_api_key", sa.Column("device_ids", ids, nullable=True))
    op.add_column("identity_api_key", sa.Column("per_hour", sa.Integer(), server_default=sa.text("20"), nullable=False))
    op.add_column("enrollment_token", sa.Column("created_by", sa.Uuid(), nullable=True))
    op.add_column("enrollment_token", sa.Column("created_by_key", sa.Uuid(), nullable=True))
    op.add_column("tasks_job", sa.Column("created_by_key", sa.Uuid(), nullable=True))
    op.add_column("tasks_task", sa.Column("created_by_key", sa.Uuid(), nullable=True))
    op.add_column("tasks_approval", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    _fill()
    op.create_index(
        "ix_tasks_approval_unmailed",
        "tasks_approval",
        ["tenant_id"],
        postgresql_where=sa.text("mailed_at IS NULL AND decision IS NULL"),
    )
    op.drop_constraint("uq_tenancy_tenant_name", "tenancy_tenant", type_="unique")
    _create_tables()
    for table in ("identity_second_factor_guesses", "identity_pending_factor", "tasks_act"):
        for statement in rls.grant_global(table):
            op.execute(statement)


def _fill() -> None:
    tables = ("audit_entry", "enrollment_token", "identity_api_key", "tasks_approval")
    # The owner of the tables need not be able to pass by row-level security: for the moment it is not meant for them.
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_MAKERS)
    op.execute(_NOBODYS)
    # Letters about what is there already have gone out.
    op.execute("UPDATE tasks_approval SET mailed_at = requested_at")
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _create_tables() -> None:
    op.create_table(
        "identity_second_factor_guesses",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["identity_user.id"],
            name=op.f("fk_identity_second_factor_guesses_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_identity_second_factor_guesses")),
    )
    op.create_table(
        "identity_pending_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_user.id"], name=op.f("fk_identity_pending_factor_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["identity_session.id"],
            name=op.f("fk_identity_pending_factor_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_identity_pending_factor")),
    )
    op.create_table(
        "tasks_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action_class", sa.String(), nullable=False),
        sa.Column("device_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks_act")),
    )
    op.create_index(op.f("ix_tasks_act_actor_id_action_class_at"), "tasks_act", ["actor_id", "action_class", "at"])
