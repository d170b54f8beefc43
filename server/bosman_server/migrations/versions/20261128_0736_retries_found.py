"""Indexes for tries of the same wish, and for what failed lately

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "4e79c0de0a02"
down_revision = "4e79c0de0a01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Concurrently, so that nobody waits; a build that was broken off leaves an index that is of no use.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '4s'")
        for name, table in (("ix_tasks_job_tenant_id_retry_of", "tasks_job"), ("ix_tasks_task_failed", "tasks_task")):
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_tasks_job_tenant_id_retry_of",
            "tasks_job",
            ["tenant_id", "retry_of"],
            postgresql_where=sa.text("retry_of IS NOT NULL"),
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_tasks_task_failed",
            "tasks_task",
            ["tenant_id", "finished_at"],
            postgresql_where=sa.text("state IN ('failed', 'timed_out', 'expired')"),
            postgresql_concurrently=True,
        )
        op.execute("RESET lock_timeout")
