"""Budgets, approvals, freeze, retention of output

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "d3e8f4b2c103"
down_revision = "c2d7e3a1b002"
branch_labels = None
depends_on = None

_TABLES = ("safety_budget", "safety_setting", "safety_freeze", "safety_obedience", "tasks_approval")

# Whoever may enter any tenant at all sees the fleet's own row: it holds up their work too.
_FLEET_IS_SEEN = f"""
CREATE POLICY safety_freeze_fleet ON safety_freeze FOR SELECT TO {rls.APP_ROLE}
USING (tenant_id = '00000000-0000-0000-0000-000000000000' AND cardinality((SELECT bosman_tenants())) > 0)
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _settings()
    _freeze()
    _approvals()
    _tasks()
    for table in _TABLES:
        for statement in rls.enable(table):
            op.execute(statement)
    op.execute(_FLEET_IS_SEEN)
    for statement in rls.limit("safety_obedience", rls.ON_DEVICE):
        op.execute(statement)
    # A job of somebody who is limited to sites may need an approval; deciding it is for the whole tenant.
    for statement in rls.limit("tasks_approval", rls.NOT_AT_ALL, written=False):
        op.execute(statement)


def _settings() -> None:
    op.add_column(
        "tenancy_tenant",
        sa.Column("output_retention_days", sa.Integer(), server_default=sa.text("90"), nullable=False),
    )
    op.create_table(
        "safety_budget",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("action_class", sa.String(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("beyond", sa.String(), nullable=False),
        sa.CheckConstraint("beyond IN ('approval', 'delay')", name=op.f("ck_safety_budget_beyond")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenancy_tenant.id"], name=op.f("fk_safety_budget_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "action_class", name=op.f("pk_safety_budget")),
    )
    op.create_table(
        "safety_setting",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("confirm_above", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenancy_tenant.id"], name=op.f("fk_safety_setting_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_safety_setting")),
    )


def _freeze() -> None:
    op.create_table(
        "safety_freeze",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_by_name", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("device_count", sa.Integer(), nullable=True),
        sa.Column("obeying_count", sa.Integer(), nullable=True),
        sa.Column("offline_count", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_safety_freeze")),
    )
    op.create_table(
        "safety_obedience",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"],
            ["tenancy_device.tenant_id", "tenancy_device.id"],
            name=op.f("fk_safety_obedience_tenant_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "device_id", "scope_id", name=op.f("pk_safety_obedience")),
    )


def _approvals() -> None:
    op.create_table(
        "tasks_approval",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("action_class", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("device_count", sa.Integer(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_by_name", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approved', 'rejected', 'withdrawn')", name=op.f("ck_tasks_approval_decision")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "job_id"],
            ["tasks_job.tenant_id", "tasks_job.id"],
            name=op.f("fk_tasks_approval_tenant_id_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks_approval")),
        sa.UniqueConstraint("tenant_id", "job_id", name=op.f("uq_tasks_approval_tenant_id_job_id")),
    )
    op.create_index(op.f("ix_tasks_approval_tenant_id_requested_at"), "tasks_approval", ["tenant_id", "requested_at"])


def _tasks() -> None:
    for column in (
        sa.Column("output_pruned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stdout_tail", sa.String(), nullable=True),
        sa.Column("stderr_tail", sa.String(), nullable=True),
        sa.Column("action_class", sa.String(), nullable=True),
        sa.Column("waiting_for", sa.String(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("tasks_task", column)
    op.create_check_constraint(
        op.f("ck_tasks_task_waiting_for"), "tasks_task", "waiting_for IN ('time', 'approval', 'budget')"
    )
    op.execute("UPDATE tasks_task SET waiting_for = 'time' WHERE state = 'waiting'")
    op.execute(
        "UPDATE tasks_task SET action_class = CASE kind WHEN 'updates.install' THEN 'install' ELSE 'restart' END"
        " WHERE kind IN ('updates.install', 'system.restart')"
        " AND (state IN ('waiting', 'queued', 'leased', 'running') OR leased_at > now() - interval '1 hour')"
    )
    _index("handed_out", ["tenant_id", "action_class", "leased_at"], "action_class IS NOT NULL")
    _index(
        "guarded",
        ["tenant_id", "action_class", "created_at"],
        "action_class IS NOT NULL AND state IN ('waiting', 'queued')",
    )
    _index("approval", ["tenant_id", "approval_id"], "approval_id IS NOT NULL")
    _index("output", ["tenant_id", "finished_at"], "output_bytes > 0 AND output_pruned_at IS NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(f"ix_tasks_task_{name}", "tasks_task", columns, postgresql_where=sa.text(where))
