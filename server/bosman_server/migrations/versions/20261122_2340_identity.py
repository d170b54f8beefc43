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
    # Whoever came first looks after the installation.
    op.execute(
        "UPDATE identity_user SET is_operator = true"
        " WHERE id = (SELECT id FROM identity_user ORDER BY created_at LIMIT 1)"
    )
    op.execute(rls.CREATE_LIMITS_FUNCTION)
    _limit("tenancy_site", "id = ANY ((SELECT bosman_limits())::uuid[])")
    _limit("tenancy_device", rls.AT_SITE)
    _limit("enrollment_token", rls.AT_SITE)
    for table in _ON_DEVICE:
        _limit(table, rls.ON_DEVICE)
    _limit("tasks_chunk", _HAS_TASK)
    # A job is written before its tasks.
    _limit("tasks_job", _HAS_TASKS, written=False)
    # The trail of a tenant is for people who see the whole tenant; what others do is written all the same.
    _limit("audit_entry", rls.NOT_AT_ALL, written=False)


def _limit(table: str, condition: str, *, written: bool = True) -> None:
    for statement in rls.limit(table, condition, written=written):
        op.execute(statement)
