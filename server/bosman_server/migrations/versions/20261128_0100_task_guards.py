"""What the api's role may do to tasks, budgets, freeze and approvals, and the class of a task by its kind

The guards ask `current_user`: they bind the role of the api, neither the worker's nor the owner's. Must run
while no api of an earlier version runs: that one writes what is refused from here on.
"""

from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c01"
down_revision = "c4a7d2e9b1f0"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Whoever invents a kind gets the narrowest class: no agent knows it, and no budget is looser for it.
_CLASS = """
CASE
    WHEN kind = 'script.run' THEN 'script'
    WHEN kind = 'system.restart' THEN 'restart'
    WHEN kind IN ('updates.install', 'updates.uninstall', 'apps.upgrade', 'agent.update') THEN 'install'
    WHEN kind IN ('diagnostics.echo', 'inventory.collect', 'updates.scan', 'updates.history', 'apps.scan',
                  'health.collect') THEN NULL
    ELSE 'script'
END
"""

_LOCK_BUDGET = f"""
CREATE FUNCTION tasks_lock_budget(p_tenant uuid, p_class text) RETURNS void {_DEFINER} AS $$
BEGIN
    IF session_user = '{rls.APP_ROLE}' AND NOT (p_tenant = ANY (bosman_tenants()) AND p_class IN ('script', 'restart', 'install')) THEN
        RAISE insufficient_privilege USING MESSAGE = 'not a budget of this transaction';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.budget.' || p_tenant::text || '.' || p_class, 0));
END
$$
"""

_INSERT_TASK = f"""
CREATE FUNCTION tasks_task_wished() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.created_by IS NULL OR NEW.state NOT IN ('waiting', 'queued')
       OR (NEW.state = 'waiting') IS DISTINCT FROM (NEW.waiting_for IS NOT NULL)
       OR coalesce(NEW.waiting_for, 'time') NOT IN ('time', 'approval')
       OR (NEW.approval_id IS NOT NULL) IS DISTINCT FROM (NEW.waiting_for IS NOT DISTINCT FROM 'approval') THEN
        RAISE insufficient_privilege USING MESSAGE = 'the api may only wish for tasks';
    END IF;
    -- What a second person is shown is the job: its tasks are that and nothing else. The lock makes a decision wait.
    IF NEW.approval_id IS NOT NULL THEN
        PERFORM FROM tasks_approval a JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
        WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.approval_id AND a.job_id = NEW.job_id AND a.decision IS NULL
          AND j.kind = NEW.kind AND j.params = NEW.params
        FOR SHARE OF a;
        IF NOT FOUND THEN
            RAISE insufficient_privilege USING MESSAGE = 'the approval is about something else';
        END IF;
    END IF;
    NEW.created_at := now();
    NEW.queued_at := CASE WHEN NEW.state = 'queued' THEN now() END;
    RETURN NEW;
END
$$
"""

_UPDATE_TASK = f"""
CREATE FUNCTION tasks_task_steered() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF OLD.state IN ('waiting', 'queued') AND NEW.state = 'cancelled' THEN
        NEW.finished_at := now();
        NEW.error_code := CASE WHEN NEW.error_code = 'task.rejected' THEN 'task.rejected' ELSE 'task.cancelled' END;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('leased', 'running') AND NEW.state = OLD.state AND NEW.cancel_requested_at IS NOT NULL THEN
        NEW.finished_at := OLD.finished_at;
        NEW.error_code := OLD.error_code;
        RETURN NEW;
    END IF;
    IF OLD.state = 'waiting' AND OLD.waiting_for = 'approval' AND NEW.state IN ('waiting', 'queued') AND EXISTS (
        SELECT FROM tasks_approval a
        WHERE a.tenant_id = OLD.tenant_id AND a.id = OLD.approval_id AND a.decision = 'approved'
    ) THEN
        NEW.state := CASE WHEN OLD.not_before > now() THEN 'waiting' ELSE 'queued' END;
        NEW.waiting_for := CASE WHEN OLD.not_before > now() THEN 'time' END;
        NEW.queued_at := CASE WHEN OLD.not_before > now() THEN NULL ELSE now() END;
        NEW.finished_at := OLD.finished_at;
        NEW.error_code := OLD.error_code;
        NEW.cancel_requested_at := OLD.cancel_requested_at;
        RETURN NEW;
    END IF;
    RAISE insufficient_privilege USING MESSAGE = 'the api may only cancel tasks and release what was approved';
END
$$
"""

_ASK = f"""
CREATE FUNCTION tasks_approval_asked() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.requested_by IS NULL OR NOT EXISTS (
        SELECT FROM tasks_job j
        WHERE j.tenant_id = NEW.tenant_id AND j.id = NEW.job_id AND j.created_by = NEW.requested_by
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'whoever asks is whoever wishes';
    END IF;
    NEW.requested_at := now();
    RETURN NEW;
END
$$
"""

_DECIDE = f"""
CREATE FUNCTION tasks_approval_decided() RETURNS trigger {_DEFINER} AS $$
DECLARE
    person uuid;
BEGIN
    IF OLD.decision IS NOT NULL OR NEW.decision IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'an approval is decided once';
    END IF;
    NEW.decided_at := now();
    IF NEW.decision = 'withdrawn' THEN
        RETURN NEW;
    END IF;
    person := identity_proved_person(OLD.tenant_id, 'approval:decide');
    IF person = OLD.requested_by OR OLD.expires_at <= now() THEN
        RAISE insufficient_privilege USING MESSAGE = 'a second person, in time';
    END IF;
    IF (SELECT count(*) FROM tasks_task t WHERE t.tenant_id = OLD.tenant_id AND t.approval_id = OLD.id)
       > OLD.device_count THEN
        RAISE insufficient_privilege USING MESSAGE = 'more tasks than were asked for';
    END IF;
    NEW.decided_by := person;
    NEW.decided_by_name := (SELECT name FROM identity_user WHERE id = person);
    RETURN NEW;
END
$$
"""  # noqa: S608 - our own words

_RULES = f"""
CREATE FUNCTION safety_rules_changed() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM identity_proved_person(NEW.tenant_id, 'safety:update');
    RETURN NEW;
END
$$
"""

# To freeze has to be quick; to go on is the dangerous part. `frozen, version 0` is the row before its first order.
_FREEZE = f"""
CREATE FUNCTION safety_freeze_changed() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.frozen OR NEW.version <> 0 THEN
            RAISE insufficient_privilege USING MESSAGE = 'a freeze begins with nothing';
        END IF;
        RETURN NEW;
    END IF;
    -- A day is room for clocks that differ; what lies far ahead would make every later order an old one.
    IF NEW.version <= OLD.version OR NEW.version > greatest(OLD.version + 1, (extract(epoch FROM now() + interval '1 day') * 1000)::bigint) THEN
        RAISE insufficient_privilege USING MESSAGE = 'versions of a freeze grow with the time';
    END IF;
    IF NOT NEW.frozen THEN
        PERFORM identity_proved_person(NEW.tenant_id, 'safety:freeze');
    END IF;
    RETURN NEW;
END
$$
"""

# What shut a device out is not undone: it enrols again.
_DEVICE = f"""
CREATE FUNCTION tenancy_device_steered() RETURNS trigger {_DEFINER} AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'a revoked device stays revoked';
END
$$
"""


def _trigger(name: str, event: str, table: str, function: str = "", also: str = "") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW"
        f" WHEN (current_user = '{rls.APP_ROLE}'{also}) EXECUTE FUNCTION {function or name}()"
    )


_TRIGGERS = (
    _trigger("tasks_task_wished", "INSERT", "tasks_task"),
    _trigger("tasks_task_steered", "UPDATE", "tasks_task"),
    _trigger("tasks_approval_asked", "INSERT", "tasks_approval"),
    _trigger("tasks_approval_decided", "UPDATE", "tasks_approval"),
    _trigger("safety_budget_changed", "INSERT OR UPDATE", "safety_budget", "safety_rules_changed"),
    _trigger("safety_setting_changed", "INSERT OR UPDATE", "safety_setting", "safety_rules_changed"),
    _trigger("safety_freeze_changed", "INSERT OR UPDATE", "safety_freeze"),
    _trigger(
        "tenancy_device_steered", "UPDATE OF status", "tenancy_device",
        also=" AND OLD.status = 'revoked' AND NEW.status <> 'revoked'",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '600s'")
    _tie_class_to_kind()
    for function in (_LOCK_BUDGET, _INSERT_TASK, _UPDATE_TASK, _ASK, _DECIDE, _RULES, _FREEZE, _DEVICE, *_TRIGGERS):
        op.execute(function)
    # The functions above run as the owner, who sees no rows where row-level security is forced and no policy is theirs.
    for table in ("tasks_job", "tasks_task"):
        op.execute(f"CREATE POLICY {table}_owner ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    # A row lock asks for the policy of changes as well.
    op.execute("CREATE POLICY tasks_approval_owner ON tasks_approval TO CURRENT_USER USING (true)")


def _tie_class_to_kind() -> None:
    # An owner who is no superuser sees none of its own rows while row-level security is forced.
    op.execute("ALTER TABLE tasks_task NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE tasks_task SET action_class = {_CLASS} WHERE action_class IS DISTINCT FROM {_CLASS}")  # noqa: S608 - our own words
    op.execute("ALTER TABLE tasks_task FORCE ROW LEVEL SECURITY")
    op.execute(
        "ALTER TABLE tasks_task ADD CONSTRAINT ck_tasks_task_action_class"
        f" CHECK (action_class IS NOT DISTINCT FROM ({_CLASS}))"
    )
