"""Memberships limited to sites, invitations, API keys, step-up

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bosman_server.kit.db import rls

revision = "b1c6d2f0a901"
down_revision = "ea7afdf1737a"
branch_labels = None
depends_on = None

_ON_DEVICE = [
    "enrollment_certificate",
    "enrollment_presence",
    "inventory_facts",
    "inventory_software",
    "inventory_software_report",
    "updates_scan",
    "updates_pending",
    "tasks_task",
]
_HAS_TASK = "EXISTS (SELECT FROM tasks_task t WHERE t.tenant_id = tasks_chunk.tenant_id AND t.id = tasks_chunk.task_id)"
_HAS_TASKS = "EXISTS (SELECT FROM tasks_task t WHERE t.tenant_id = tasks_job.tenant_id AND t.job_id = tasks_job.id)"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column(
        "identity_user", sa.Column("is_operator", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("identity_membership", sa.Column("site_ids", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column(
        "identity_session", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_unique_constraint(op.f("uq_identity_session_id"), "identity_session", ["id"])
    op.add_column("identity_session", sa.Column("stepped_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "identity_membership", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_unique_constraint(op.f("uq_identity_membership_id"), "identity_membership", ["id"])
    # Whoever came first looks after the installation.
    op.execute(
        "UPDATE identity_user SET is_operator = true"
        " WHERE id = (SELECT id FROM identity_user ORDER BY created_at LIMIT 1)"
    )
    _create_tables()
    op.execute(rls.CREATE_LIMITS_FUNCTION)
    _limit("tenancy_site", "id = ANY ((SELECT bosman_limits())::uuid[])")
    _limit("tenancy_device", rls.AT_SITE)
    _limit("enrollment_token", rls.AT_SITE)
    for table in _ON_DEVICE:
        _limit(table, rls.ON_DEVICE)
    _limit("tasks_chunk", _HAS_TASK)
    # A job is written before its tasks.
    _limit("tasks_job", _HAS_TASKS, written=False)
    for table in ("identity_invitation", "identity_api_key"):
        for statement in rls.enable(table):
            op.execute(statement)
        _limit(table, rls.NOT_AT_ALL)
    for table in ("identity_known_browser", "identity_password_reset"):
        for statement in rls.grant_global(table):
            op.execute(statement)
    # The trail of a tenant is for people who see the whole tenant; what others do is written all the same.
    _limit("audit_entry", rls.NOT_AT_ALL, written=False)


def _limit(table: str, condition: str, *, written: bool = True) -> None:
    for statement in rls.limit(table, condition, written=written):
        op.execute(statement)


def _create_tables() -> None:
    op.create_table(
        "identity_known_browser",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_user.id"], name=op.f("fk_identity_known_browser_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "token_hash", name=op.f("pk_identity_known_browser")),
    )
    op.create_table(
        "identity_password_reset",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_user.id"], name=op.f("fk_identity_password_reset_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_identity_password_reset")),
    )
    op.create_index(op.f("ix_identity_password_reset_user_id"), "identity_password_reset", ["user_id"])
    op.create_table(
        "identity_invitation",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("site_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identity_invitation")),
    )
    op.create_index(
        op.f("ix_identity_invitation_tenant_id_token_hash"),
        "identity_invitation",
        ["tenant_id", "token_hash"],
        unique=True,
    )
    op.create_index(op.f("ix_identity_invitation_tenant_id_email"), "identity_invitation", ["tenant_id", "email"])
    op.create_table(
        "identity_api_key",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_user.id"], name=op.f("fk_identity_api_key_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identity_api_key")),
    )
    op.create_index(
        op.f("ix_identity_api_key_tenant_id_token_hash"), "identity_api_key", ["tenant_id", "token_hash"], unique=True
    )
