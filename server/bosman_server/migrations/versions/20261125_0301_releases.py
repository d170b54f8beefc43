"""Releases of the agent, and how far they have been rolled out

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "a6b1c7e5f406"
down_revision = "f5a0b6d4e305"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _releases()
    _rollout()
    for table in ("releases_release", "releases_file", "releases_part"):
        for statement in rls.grant_global(table, api_writes=False):
            op.execute(statement)
    for table in ("rollout_attempt", "rollout_halt"):
        for statement in rls.enable(table):
            op.execute(statement)
    for statement in [*rls.limit("rollout_attempt", rls.ON_DEVICE), *rls.limit("rollout_halt", rls.NOT_AT_ALL)]:
        op.execute(statement)


def _releases() -> None:
    op.create_table(
        "releases_release",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", "platform", name=op.f("pk_releases_release")),
    )
    op.create_table(
        "releases_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('bundle', 'installer')", name=op.f("ck_releases_file_kind")),
        sa.ForeignKeyConstraint(
            ["version", "platform"],
            ["releases_release.version", "releases_release.platform"],
            name=op.f("fk_releases_file_version_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_releases_file")),
        sa.UniqueConstraint("name", name=op.f("uq_releases_file_name")),
    )
    op.create_table(
        "releases_part",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["releases_file.sha256"], name=op.f("fk_releases_part_sha256"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", "number", name=op.f("pk_releases_part")),
    )


def _rollout() -> None:
    op.create_table(
        "rollout_attempt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["tasks_task.tenant_id", "tasks_task.id"],
            name=op.f("fk_rollout_attempt_tenant_id_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rollout_attempt")),
    )
    op.create_index(op.f("ix_rollout_attempt_tenant_id_device_id"), "rollout_attempt", ["tenant_id", "device_id"])
    op.create_table(
        "rollout_halt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenancy_tenant.id"], name=op.f("fk_rollout_halt_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "platform", "version", name=op.f("pk_rollout_halt")),
    )
