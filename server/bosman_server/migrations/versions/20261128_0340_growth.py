"""Parameters stand once, with the job; what is past its time is found by an index"""

from alembic import op

revision = "4c8d2e6a1b05"
down_revision = "3a5e9c1f7d04"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_APP = "session_user = 'bosman_app'"
_REFUSE = "RAISE insufficient_privilege USING MESSAGE ="

_WISHED = f"""
CREATE OR REPLACE FUNCTION tasks_task_wished() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.created_by IS NULL OR NEW.state NOT IN ('waiting', 'queued')
       OR (NEW.state = 'waiting') IS DISTINCT FROM (NEW.waiting_for IS NOT NULL)
       OR coalesce(NEW.waiting_for, 'time') NOT IN ('time', 'approval')
       OR (NEW.approval_id IS NOT NULL) IS DISTINCT FROM (NEW.waiting_for IS NOT DISTINCT FROM 'approval') THEN
        {_REFUSE} 'the api may only wish for tasks';
    END IF;
    -- What a second person is shown is the job: its tasks are that and nothing else. The lock makes a decision wait.
    IF NEW.approval_id IS NOT NULL THEN
        PERFORM FROM tasks_approval a JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
        WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.approval_id AND a.job_id = NEW.job_id AND a.decision IS NULL
          AND j.kind = NEW.kind
        FOR SHARE OF a;
        IF NOT FOUND THEN
            {_REFUSE} 'the approval is about something else';
        END IF;
    END IF;
    NEW.created_at := now();
    NEW.queued_at := CASE WHEN NEW.state = 'queued' THEN now() END;
    RETURN NEW;
END
$$
"""

_OF_JOB = f"""
CREATE OR REPLACE FUNCTION tasks_task_of_job() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM bosman_read_committed();
    IF NOT EXISTS (
        SELECT FROM tasks_job j WHERE j.tenant_id = NEW.tenant_id AND j.id = NEW.job_id
          AND j.xmin = pg_current_xact_id()::xid AND j.kind = NEW.kind
          AND j.created_by = NEW.created_by AND j.created_by_key IS NOT DISTINCT FROM NEW.created_by_key
    ) THEN
        {_REFUSE} 'tasks are made with their job, and are what it is';
    END IF;
    RETURN NEW;
END
$$
"""  # noqa: S608 - our own words

_INDEXES = (
    ("tasks_act", "at"),
    ("tasks_handout", "at"),
    ("identity_session", "created_at"),
    ("enrollment_token", "expires_at"),
    ("enrollment_certificate", "not_after"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(_WISHED)
    op.execute(_OF_JOB)
    op.execute("ALTER TABLE tasks_task DROP COLUMN params")
    for table, column in _INDEXES:
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
