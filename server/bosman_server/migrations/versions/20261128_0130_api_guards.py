"""What an attack by the api's role found open: guards ask who is connected, entries name the row that they tell of

Guards ask `session_user`: a cascade runs as the owner of the table, and went past `current_user`. They hold in
READ COMMITTED alone, where each question sees what others have committed, and read clock_timestamp(), for now()
stands still as long as a transaction is kept open. Must run while no api of an earlier version runs.
"""

from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c04"
down_revision = "0d1b5e7a2c03"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_NIL = "00000000-0000-0000-0000-000000000000"
_APP = f"session_user = '{rls.APP_ROLE}'"
_REFUSE = "RAISE insufficient_privilege USING MESSAGE ="

_HELPERS = (
    f"""
CREATE FUNCTION bosman_read_committed() RETURNS void {_DEFINER} AS $$
BEGIN
    IF {_APP} AND current_setting('transaction_isolation') <> 'read committed' THEN
        {_REFUSE} 'guarded changes are made in read committed';
    END IF;
END
$$
""",
    f"""
CREATE FUNCTION bosman_refuse() RETURNS trigger {_DEFINER} AS $$
BEGIN
    {_REFUSE} TG_ARGV[0];
END
$$
""",
    # Readers are recursive. Each round takes away the innermost brackets: as many rounds as levels.
    f"""
CREATE FUNCTION bosman_is_small(p_value jsonb, p_bytes integer) RETURNS boolean {_DEFINER} IMMUTABLE AS $$
DECLARE
    brackets text;
BEGIN
    IF p_value IS NULL THEN
        RETURN true;
    ELSIF octet_length(p_value::text) > p_bytes THEN
        RETURN false;
    END IF;
    brackets := regexp_replace(regexp_replace(p_value::text, '"(?:[^"\\\\]|\\\\.)*"', '', 'g'), '[^][{{}}]', '', 'g');
    FOR depth IN 0..32 LOOP
        IF brackets = '' THEN
            RETURN true;
        END IF;
        brackets := regexp_replace(brackets, '\\[\\]|\\{{\\}}', '', 'g');
    END LOOP;
    RETURN false;
END
$$
""",
)

# Locked: whoever is removed or signed out meanwhile has to wait, or has been seen.
_PROVED = f"""
CREATE OR REPLACE FUNCTION identity_proved_person(p_tenant uuid, p_permission text) RETURNS uuid {_DEFINER} AS $$
DECLARE
    person uuid;
    may boolean;
BEGIN
    PERFORM bosman_read_committed();
    SELECT s.user_id INTO person FROM identity_session s
    WHERE s.id = nullif(current_setting('bosman.session', true), '')::uuid AND s.state = 'complete'
      AND s.stepped_up_at BETWEEN clock_timestamp() - interval '5 minutes 30 seconds' AND clock_timestamp() + interval '1 minute'
    FOR SHARE;
    IF p_tenant = '{_NIL}' THEN
        SELECT u.is_operator INTO may FROM identity_user u WHERE u.id = person FOR SHARE;
    ELSE
        SELECT EXISTS (SELECT FROM identity_role_permission r WHERE r.role = m.role AND r.permission = p_permission)
        INTO may FROM identity_membership m
        WHERE m.tenant_id = p_tenant AND m.user_id = person AND m.site_ids IS NULL FOR SHARE;
    END IF;
    IF person IS NULL OR may IS NOT TRUE THEN
        {_REFUSE} 'nobody with ' || p_permission || ' has proved a second factor';
    END IF;
    RETURN person;
END
$$
"""  # noqa: S608 - our own words

# Times that the api writes are the database's.
_DATED = (
    f"""
CREATE FUNCTION identity_session_dated() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := clock_timestamp();
        NEW.stepped_up_at := CASE WHEN NEW.state = 'complete' THEN clock_timestamp() END;
    ELSIF NEW.stepped_up_at IS DISTINCT FROM OLD.stepped_up_at THEN
        NEW.stepped_up_at := clock_timestamp();
    END IF;
    NEW.last_seen_at := least(NEW.last_seen_at, clock_timestamp());
    RETURN NEW;
END
$$
""",
    f"""
CREATE FUNCTION audit_entry_dated() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NOT (bosman_is_small(NEW.before, 65536) AND bosman_is_small(NEW.after, 65536)) THEN
        {_REFUSE} 'an entry is small';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END
$$
""",
    f"""
CREATE FUNCTION tasks_act_dated() RETURNS trigger {_DEFINER} AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END
$$
""",
)

_JOB = f"""
CREATE FUNCTION tasks_job_wished() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.created_by IS NULL OR NOT bosman_is_small(NEW.params, 1048576) THEN
        {_REFUSE} 'a wish is somebody''s, and not too large';
    END IF;
    NEW.created_at := now();
    RETURN NEW;
END
$$
"""

# What the trail was told of is the job, in this transaction: its tasks are that and nothing else.
_TASK = f"""
CREATE FUNCTION tasks_task_of_job() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM bosman_read_committed();
    IF NOT EXISTS (
        SELECT FROM tasks_job j WHERE j.tenant_id = NEW.tenant_id AND j.id = NEW.job_id
          AND j.xmin = pg_current_xact_id()::xid AND j.kind = NEW.kind AND j.params = NEW.params
          AND j.created_by = NEW.created_by AND j.created_by_key IS NOT DISTINCT FROM NEW.created_by_key
    ) THEN
        {_REFUSE} 'tasks are made with their job, and are what it is';
    END IF;
    RETURN NEW;
END
$$
"""  # noqa: S608 - our own words

_DECIDED = f"""
CREATE FUNCTION tasks_approval_in_time() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM bosman_read_committed();
    IF NEW.decision IN ('approved', 'rejected') AND OLD.expires_at <= clock_timestamp() THEN
        {_REFUSE} 'a second person, in time';
    END IF;
    RETURN NEW;
END
$$
"""

_TENANT = (
    f"""
CREATE FUNCTION tenancy_tenant_made() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_entry e WHERE e.tenant_id = NEW.id) THEN
        {_REFUSE} 'the id of a tenant is used once';
    END IF;
    RETURN NEW;
END
$$
""",
    f"""
CREATE FUNCTION tenancy_tenant_deleted() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM identity_proved_person(OLD.id, 'tenant:delete');
    RETURN OLD;
END
$$
""",
    f"""
CREATE FUNCTION safety_rules_deleted() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF EXISTS (SELECT FROM tenancy_tenant t WHERE t.id = OLD.tenant_id) THEN
        {_REFUSE} 'rules go with their tenant';
    END IF;
    RETURN OLD;
END
$$
""",
)

_FREEZE = f"""
CREATE FUNCTION safety_freeze_dated() RETURNS trigger {_DEFINER} AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END
$$
"""

_TOKEN = f"""
CREATE FUNCTION enrollment_token_made() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.use_count <> 0 OR NEW.revoked_at IS NOT NULL OR NEW.expires_at > clock_timestamp() + interval '91 days'
       OR NOT EXISTS (SELECT FROM identity_membership m WHERE m.tenant_id = NEW.tenant_id AND m.user_id = NEW.created_by)
       OR NEW.created_by_key IS NOT NULL AND NOT EXISTS (
           SELECT FROM identity_api_key k
           WHERE k.tenant_id = NEW.tenant_id AND k.id = NEW.created_by_key AND k.user_id = NEW.created_by) THEN
        {_REFUSE} 'a member answers for a token, and it ends';
    END IF;
    NEW.created_at := now();
    RETURN NEW;
END
$$
"""  # noqa: S608 - our own words

# As the owner: a key is not seen by a transaction that is limited to sites, and counts there all the same.
_ACCOUNTS = (
    f"""
CREATE FUNCTION tasks_is_account(p_actor uuid) RETURNS boolean {_DEFINER} STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM identity_membership m WHERE m.user_id = p_actor AND m.tenant_id = ANY (bosman_tenants()))
        OR EXISTS (SELECT FROM identity_api_key k WHERE k.id = p_actor AND k.tenant_id = ANY (bosman_tenants()));
END
$$
""",  # noqa: S608 - our own words
    f"""
CREATE OR REPLACE FUNCTION tasks_lock_account(p_actor uuid) RETURNS void {_DEFINER} AS $$
BEGIN
    IF {_APP} AND NOT tasks_is_account(p_actor) THEN
        {_REFUSE} 'not an account of this transaction';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.acts.' || p_actor::text, 0));
END
$$
""",
)


def _before(table: str, event: str, function: str, when: str = "", name: str = "") -> str:
    return (
        f"CREATE TRIGGER {name or function} BEFORE {event} ON {table} FOR EACH ROW"
        f" WHEN ({_APP}{f' AND ({when})' if when else ''}) EXECUTE FUNCTION {function}()"
    )


def _refuse(name: str, table: str, event: str, when: str, why: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({_APP} AND ({when}))"
        f" EXECUTE FUNCTION bosman_refuse('{why}')"
    )


_ENDED = "OLD.{0} IS NOT NULL AND NEW.{0} IS DISTINCT FROM OLD.{0}"
_WIDER = "OLD.site_ids IS NOT NULL AND (NEW.site_ids IS NULL OR NOT NEW.site_ids <@ OLD.site_ids)"
_SOON = "clock_timestamp() + interval"
_TRIGGERS = (
    _before("identity_session", "INSERT OR UPDATE", "identity_session_dated"),
    _before("audit_entry", "INSERT", "audit_entry_dated"),
    _before("tasks_act", "INSERT", "tasks_act_dated"),
    _before("tasks_job", "INSERT", "tasks_job_wished"),
    _before("tasks_task", "INSERT", "tasks_task_of_job"),
    _before("tasks_approval", "UPDATE", "tasks_approval_in_time"),
    _before("tenancy_tenant", "INSERT", "tenancy_tenant_made"),
    _before("tenancy_tenant", "DELETE", "tenancy_tenant_deleted"),
    _before("safety_freeze", "INSERT OR UPDATE", "safety_freeze_dated"),
    _before("enrollment_token", "INSERT", "enrollment_token_made"),
    # A cascade deletes them, in the name of the table's owner: the connection is the api's all the same.
    *(
        _before(table, "DELETE", "safety_rules_deleted", name=f"{table}_deleted")
        for table in ("safety_budget", "safety_setting", "rollout_halt")
    ),
    _refuse("tenancy_device_kept", "tenancy_device", "DELETE", "OLD.status <> 'revoked'", "a device is revoked first"),
    *(
        _refuse(f"{table}_{column}_once", table, f"UPDATE OF {column}", _ENDED.format(column), "what has ended stays so")
        for table, column in (
            ("enrollment_token", "revoked_at"),
            ("identity_api_key", "revoked_at"),
            ("identity_invitation", "revoked_at"),
            ("identity_invitation", "accepted_at"),
            ("identity_recovery_code", "used_at"),
            ("identity_password_reset", "used_at"),
            ("identity_setup_code", "used_at"),
            ("tasks_job", "cancelled_at"),
        )
    ),
    *(
        _refuse(f"{table}_no_wider", table, "UPDATE OF site_ids", _WIDER, "what was given does not grow")
        for table in ("identity_api_key", "identity_invitation")
    ),
    _refuse(
        "identity_invitation_closed", "identity_invitation", "UPDATE OF token_hash, expires_at",
        f"OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL OR NEW.expires_at > {_SOON} '8 days'",
        "only an open invitation is renewed, for a week",
    ),
    _refuse(
        "identity_invitation_made", "identity_invitation", "INSERT",
        f"NEW.accepted_at IS NOT NULL OR NEW.revoked_at IS NOT NULL OR NEW.expires_at > {_SOON} '8 days'",
        "an invitation begins open, and ends within a week",
    ),
    _refuse(
        "identity_api_key_made", "identity_api_key", "INSERT",
        f"NEW.revoked_at IS NOT NULL OR NEW.expires_at > {_SOON} '367 days'", "a key ends within a year",
    ),
    _refuse(
        "identity_password_reset_made", "identity_password_reset", "INSERT",
        f"NEW.used_at IS NOT NULL OR NEW.expires_at > {_SOON} '1 day'", "a link ends within a day",
    ),
    _refuse(
        "identity_guesses_kept", "identity_second_factor_guesses", "UPDATE",
        "NEW.count < OLD.count OR OLD.locked_until IS NOT NULL"
        " AND (NEW.locked_until IS NULL OR NEW.locked_until < OLD.locked_until)",
        "only a right code forgives",
    ),
    _refuse(
        "identity_user_factor_kept", "identity_user", "UPDATE OF totp_sealed, totp_confirmed_at, totp_last_step",
        "OLD.totp_confirmed_at IS NOT NULL AND (NEW.totp_confirmed_at IS NULL OR NEW.totp_sealed IS NULL)"
        " OR NEW.totp_sealed = OLD.totp_sealed AND OLD.totp_last_step IS NOT NULL"
        " AND (NEW.totp_last_step IS NULL OR NEW.totp_last_step < OLD.totp_last_step)",
        "a factor is replaced, not taken away, and a code works once",
    ),
)  # fmt: skip


def _date(column: str) -> str:
    return f"({column} IS NULL OR {column} >= '2000-01-01' AND {column} < '2200-01-01')"


# What one row may hold up: the keeper, the sealer and the lists read those of every tenant.
_CHECKS = {
    "tasks_task": f"timeout_seconds BETWEEN 1 AND 604800 AND {_date('expires_at')} AND {_date('not_before')}"
    " AND length(kind) <= 64 AND length(created_by_name) <= 400",
    "tasks_job": f"{_date('expires_at')} AND {_date('not_before')} AND length(kind) <= 64"
    " AND length(created_by_name) <= 400",
    "tasks_approval": f"{_date('expires_at')} AND device_count BETWEEN 0 AND 1000000 AND per_hour >= 0 AND used >= 0"
    " AND length(reason) <= 64 AND length(requested_by_name) <= 400 AND length(comment) <= 2000",
    "tasks_act": "device_count BETWEEN 0 AND 1000000",
    "safety_budget": "per_hour BETWEEN 0 AND 100000 AND action_class IN ('script', 'restart', 'install')",
    "safety_setting": "confirm_above BETWEEN 1 AND 5000",
    "safety_freeze": f"{_date('changed_at')} AND length(reason) <= 300 AND length(changed_by_name) <= 400",
    "tenancy_tenant": f"output_retention_days BETWEEN 1 AND 3650 AND length(name) <= 200 AND {_date('created_at')}",
    "tenancy_site": f"length(name) <= 200 AND length(time_zone) <= 64 AND {_date('created_at')}",
    "enrollment_token": f"{_date('expires_at')} AND max_uses BETWEEN 1 AND 1000000 AND length(label) <= 200"
    " AND length(created_by_name) <= 400",
    "audit_entry": f"{_date('at')} AND actor_kind IN ('user', 'api_key', 'device', 'system')"
    " AND result IN ('ok', 'refused') AND length(actor_name) <= 400 AND length(source_ip) <= 100"
    " AND length(action) <= 64 AND length(target_kind) <= 64 AND length(code) <= 100",
    "notifications_mail": f"{_date('next_attempt_at')} AND {_date('created_at')} AND length(to_address) <= 320"
    " AND length(language) <= 16 AND length(template) <= 64 AND octet_length(params_sealed) <= 65536",
    "identity_user": "length(name) <= 200 AND length(email) <= 320 AND length(password_hash) <= 1000",
    "identity_session": f"{_date('created_at')} AND {_date('last_seen_at')} AND length(user_agent) <= 300"
    " AND length(source_ip) <= 100",
    "identity_membership": f"tenant_id <> '{_NIL}' AND cardinality(site_ids) <= 1000",
    "identity_invitation": f"tenant_id <> '{_NIL}' AND {_date('expires_at')} AND length(email) <= 320"
    " AND length(created_by_name) <= 400",
    "identity_api_key": f"tenant_id <> '{_NIL}' AND {_date('expires_at')} AND length(name) <= 200"
    " AND per_hour BETWEEN 0 AND 100000",
    "identity_second_factor_guesses": f"count >= 0 AND {_date('locked_until')} AND {_date('last_at')}",
    "kit_data_key": "octet_length(wrapped) <= 4096",
    "rollout_attempt": "length(platform) <= 64 AND length(version) <= 64",
}
_OF_TENANT = ("tenancy_site", "identity_membership", "identity_invitation", "identity_api_key")
"""Nothing tied these to a tenant: they outlived it, and were taken over by the next with its id."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '600s'")
    for table in _OF_TENANT:
        _tie(table)
    for table, condition in _CHECKS.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_bounds CHECK ({condition})")
    # The functions run as the owner, who sees no rows where row-level security is forced and no policy is theirs.
    for table in ("tenancy_tenant", "identity_api_key"):
        op.execute(f"CREATE POLICY {table}_owner ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    functions = (*_HELPERS, _PROVED, *_DATED, _JOB, _TASK, _DECIDED, *_TENANT, _FREEZE, _TOKEN, *_ACCOUNTS)
    for statement in (*functions, *_TRIGGERS, *rls.enable_personal("tasks_act", "tasks_is_account(actor_id)")):
        op.execute(statement)


def _tie(table: str) -> None:
    action = "NO ACTION" if table == "tenancy_site" else "CASCADE"
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tenancy_tenant NO FORCE ROW LEVEL SECURITY")
    if action == "CASCADE":
        op.execute(f"DELETE FROM {table} WHERE tenant_id NOT IN (SELECT id FROM tenancy_tenant)")  # noqa: S608 - our own words
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_tenant_id FOREIGN KEY (tenant_id)"
        f" REFERENCES tenancy_tenant (id) ON DELETE {action}"
    )
    for one in (table, "tenancy_tenant"):
        op.execute(f"ALTER TABLE {one} FORCE ROW LEVEL SECURITY")
