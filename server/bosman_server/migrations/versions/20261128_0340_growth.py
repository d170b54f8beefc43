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

# Thousands of rows of one statement ask one question of the trail. It is asked at the commit, for the entries may be
# written after the act: a row that waits for the commit carries it there, and nobody but these functions sees it.
_QUESTION = (
    """
CREATE TABLE audit_question (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    actions varchar[] NOT NULL,
    CONSTRAINT pk_audit_question PRIMARY KEY (tenant_id, id)
)
""",
    "ALTER TABLE audit_question ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_question FORCE ROW LEVEL SECURITY",
    "CREATE POLICY audit_question_tenant ON audit_question TO bosman_app"
    " USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]))"
    " WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]))",
    "CREATE POLICY audit_question_worker ON audit_question TO bosman_worker USING (true) WITH CHECK (true)",
    "CREATE POLICY audit_question_owner ON audit_question TO CURRENT_USER USING (true) WITH CHECK (true)",
    f"""
CREATE FUNCTION audit_question_asked() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM audit_demand(NEW.tenant_id, NULL::uuid[], NEW.actions::text[]);
    DELETE FROM audit_question q WHERE q.tenant_id = NEW.tenant_id AND q.id = NEW.id;
    RETURN NULL;
END
$$
""",  # noqa: S608 - our own words
    "CREATE CONSTRAINT TRIGGER audit_question_asked AFTER INSERT ON audit_question DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION audit_question_asked()",
    "DROP TRIGGER tasks_task_cancelled ON tasks_task",
    "DROP TRIGGER tenancy_device_moved ON tenancy_device",
    f"""
CREATE OR REPLACE FUNCTION tasks_task_cancelled() RETURNS trigger {_DEFINER} AS $$
BEGIN
    INSERT INTO audit_question (tenant_id, actions)
    SELECT DISTINCT n.tenant_id, ARRAY['task.cancel', 'approval.reject']
    FROM changed n JOIN unchanged o ON o.tenant_id = n.tenant_id AND o.id = n.id
    WHERE n.state = 'cancelled' AND o.state <> 'cancelled'
       OR n.cancel_requested_at IS DISTINCT FROM o.cancel_requested_at;
    RETURN NULL;
END
$$
""",
    f"""
CREATE OR REPLACE FUNCTION tenancy_device_moved() RETURNS trigger {_DEFINER} AS $$
BEGIN
    INSERT INTO audit_question (tenant_id, actions)
    SELECT DISTINCT n.tenant_id, ARRAY['device.move']
    FROM changed n JOIN unchanged o ON o.tenant_id = n.tenant_id AND o.id = n.id
    WHERE n.site_id <> o.site_id;
    RETURN NULL;
END
$$
""",
    *(
        f"CREATE TRIGGER {name} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed"
        f" FOR EACH STATEMENT WHEN ({_APP}) EXECUTE FUNCTION {name}()"
        for name, table in (("tasks_task_cancelled", "tasks_task"), ("tenancy_device_moved", "tenancy_device"))
    ),
)

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
    for statement in (_WISHED, _OF_JOB, *_QUESTION):
        op.execute(statement)
    op.execute("ALTER TABLE tasks_task DROP COLUMN params")
    for table, column in _INDEXES:
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
