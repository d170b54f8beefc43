"""An index for the states of a job's tasks: lists of jobs ask it of each job, and count by it

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

from alembic import op

revision = "6e1b7c0de0920"
down_revision = "5ca9c0de0748"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Concurrently, so that nobody waits; a build that was broken off leaves an index that is of no use.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '4s'")
        name = "ix_tasks_task_tenant_id_job_id_state"
        op.drop_index(name, table_name="tasks_task", if_exists=True, postgresql_concurrently=True)
        op.create_index(name, "tasks_task", ["tenant_id", "job_id", "state"], postgresql_concurrently=True)
        # It begins with the same columns: whoever asked the shorter one is served by it.
        op.drop_index(
            "ix_tasks_task_tenant_id_job_id", table_name="tasks_task", if_exists=True, postgresql_concurrently=True
        )
        op.execute("RESET lock_timeout")
