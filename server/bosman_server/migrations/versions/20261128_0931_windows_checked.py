"""What maintenance windows have changed of tasks holds for all of them

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

from alembic import op

revision = "31d0c0de0901"
down_revision = "31d0c0de0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("ALTER TABLE tasks_job VALIDATE CONSTRAINT ck_tasks_job_outside_windows")
    op.execute("ALTER TABLE tasks_task VALIDATE CONSTRAINT ck_tasks_task_waiting_for")
