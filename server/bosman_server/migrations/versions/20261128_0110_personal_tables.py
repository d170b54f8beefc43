"""People, sessions and keys are seen only by whoever signs people in, not within a tenant's transaction

Also: what a person has proved is asked of the database (identity_proved_person), and dangerous changes by the
api's role must stand in the audit trail of the same transaction.
"""

import sqlalchemy as sa
from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c02"
down_revision = "0d1b5e7a2c01"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_ALWAYS_PERSONAL = (
    "identity_recovery_code",
    "identity_session",
    "identity_known_browser",
    "identity_password_reset",
    "identity_setup_code",
    "kit_data_key",
)
_NIL = "00000000-0000-0000-0000-000000000000"

# No tenant is open yet, or the platform itself is: signing in, and what people change about themselves.
_IS_PERSONAL = f"""
CREATE FUNCTION bosman_is_personal() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT cardinality(bosman_tenants()) = 0 OR '{_NIL}'::uuid = ANY (bosman_tenants())
$$
"""

_SECRETS = f"""
CREATE FUNCTION identity_secrets(p_user uuid, OUT password_hash text, OUT totp_sealed bytea) RETURNS record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.password_hash, u.totp_sealed FROM identity_user u
    WHERE u.id = p_user AND (session_user <> '{rls.APP_ROLE}' OR bosman_is_personal())
$$
"""  # noqa: S608 - our own words

# Called for every member of a list, so it asks nothing more: only of people whose ids one knows can one ask.
_LAST_SEEN = """
CREATE FUNCTION identity_last_seen(p_user uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT max(s.last_seen_at) FROM identity_session s WHERE s.user_id = p_user AND s.state = 'complete'
$$
"""

# Nobody may hold locks of their own choice (leaders hold some): this one is shared, and ends with the transaction.
_HOLD_KEYS = f"""
CREATE FUNCTION kit_hold_keys() RETURNS void {_DEFINER} AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({0x626F736D_0012});
END
$$
"""

# A little longer than the api's own five minutes: what it let in just in time, and clocks that differ.
_PROVED = f"""
CREATE FUNCTION identity_proved_person(p_tenant uuid, p_permission text) RETURNS uuid {_DEFINER} AS $$
DECLARE
    person uuid;
BEGIN
    SELECT s.user_id INTO person FROM identity_session s JOIN identity_user u ON u.id = s.user_id
    WHERE s.id = nullif(current_setting('bosman.session', true), '')::uuid AND s.state = 'complete'
      AND s.stepped_up_at > now() - interval '5 minutes 30 seconds'
      AND CASE WHEN p_tenant = '{_NIL}' THEN u.is_operator ELSE EXISTS (
          SELECT FROM identity_membership m
          JOIN identity_role_permission r ON r.role = m.role AND r.permission = p_permission
          WHERE m.tenant_id = p_tenant AND m.user_id = s.user_id AND m.site_ids IS NULL) END;
    IF person IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody with ' || p_permission || ' has proved a second factor';
    END IF;
    RETURN person;
END
$$
"""  # noqa: S608 - our own words

# Deferred to the commit: the entry may be written after the act. What waits to be sealed was written just now.
_TOLD = f"""
CREATE FUNCTION audit_must_tell() RETURNS trigger {_DEFINER} AS $$
DECLARE
    home uuid;
BEGIN
    IF TG_TABLE_NAME = 'tenancy_tenant' AND TG_OP = 'DELETE' THEN
        home := OLD.id;
    ELSIF TG_TABLE_NAME = 'tenancy_tenant' THEN
        home := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        home := OLD.tenant_id;
    ELSE
        home := NEW.tenant_id;
    END IF;
    IF NOT EXISTS (
        SELECT FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE p.tenant_id IN (home, '{_NIL}') AND p.xmin = pg_current_xact_id()::xid AND e.result = 'ok'
          AND (TG_NARGS = 0 OR e.action = ANY (TG_ARGV))
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the audit trail was not told';
    END IF;
    RETURN NULL;
END
$$
"""

# A session that is complete, or proved anew, was told of in the platform's trail, by then or in the same transaction.
_SESSION_TOLD = f"""
CREATE FUNCTION identity_session_told() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_entry e
        WHERE e.tenant_id = '{_NIL}' AND e.at > now() - interval '10 minutes' AND e.target_id = NEW.user_id
          AND e.result = 'ok' AND e.action = ANY (TG_ARGV)
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the audit trail was not told';
    END IF;
    RETURN NULL;
END
$$
"""

_NEW_USER = f"""
CREATE FUNCTION identity_user_made() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.is_operator AND EXISTS (SELECT FROM identity_user) THEN
        RAISE insufficient_privilege USING MESSAGE = 'only the first account looks after the installation';
    END IF;
    RETURN NEW;
END
$$
"""


def _told(name: str, table: str, event: str, when: str, actions: str, function: str = "audit_must_tell") -> str:
    return (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        f" WHEN (current_user = '{rls.APP_ROLE}'{when}) EXECUTE FUNCTION {function}({actions})"
    )


_FIRST_OPERATOR = f"""
CREATE TRIGGER identity_user_made BEFORE INSERT ON identity_user FOR EACH ROW
WHEN (current_user = '{rls.APP_ROLE}') EXECUTE FUNCTION identity_user_made()
"""
_PROOFS = "'session.totp', 'session.recovery_code', 'session.totp_enrolled', 'session.step_up'"
_TRIGGERS = (
    _FIRST_OPERATOR,
    _told("safety_budget_told", "safety_budget", "INSERT OR UPDATE", "", "'safety.update'"),
    _told("safety_setting_told", "safety_setting", "INSERT OR UPDATE", "", "'safety.update'"),
    _told("safety_freeze_told", "safety_freeze", "UPDATE", "", "'safety.freeze', 'safety.unfreeze'"),
    _told(
        "tasks_approval_told", "tasks_approval", "UPDATE", " AND NEW.decision IN ('approved', 'rejected')",
        "'approval.approve', 'approval.reject'",
    ),
    # What gives rights, makes work or takes a device away: any entry will do, there is one for each.
    _told("tasks_job_told", "tasks_job", "INSERT", "", ""),
    _told("identity_membership_told", "identity_membership", "INSERT OR UPDATE OR DELETE", "", ""),
    _told("identity_api_key_told", "identity_api_key", "INSERT", "", ""),
    _told("identity_invitation_told", "identity_invitation", "INSERT", "", ""),
    _told("enrollment_token_told", "enrollment_token", "INSERT", "", ""),
    _told("tenancy_tenant_told", "tenancy_tenant", "INSERT OR UPDATE OR DELETE", "", ""),
    _told("tenancy_site_told", "tenancy_site", "INSERT OR UPDATE OR DELETE", "", ""),
    _told("tenancy_device_told", "tenancy_device", "UPDATE OF status OR DELETE", "", ""),
    _told("identity_session_began", "identity_session", "INSERT", " AND NEW.state = 'complete'", _PROOFS,
          "identity_session_told"),
    _told("identity_session_proved", "identity_session", "UPDATE OF stepped_up_at", "", _PROOFS,
          "identity_session_told"),
)  # fmt: skip


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "identity_role_permission",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("role", "permission", name=op.f("pk_identity_role_permission")),
    )
    op.execute(f"GRANT SELECT ON identity_role_permission TO {rls.WORKER_ROLE}")
    op.execute(_IS_PERSONAL)
    personal = rls.PERSONAL
    mine = "tenant_id = ANY ((SELECT bosman_tenants())::uuid[])"
    for table in _ALWAYS_PERSONAL:
        _guard(table, personal)
    _guard("identity_membership", f"{mine} OR {personal}")
    members = f"id IN (SELECT m.user_id FROM identity_membership m WHERE m.{mine})"  # noqa: S608 - our own words
    _guard("identity_user", f"{personal} OR {members}")
    for table in ("audit_entry", "audit_pending"):
        op.execute(f"CREATE POLICY {table}_owner_reads ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    for statement in (_SECRETS, _LAST_SEEN, _HOLD_KEYS, _PROVED, _TOLD, _SESSION_TOLD, _NEW_USER, *_TRIGGERS):
        op.execute(statement)


def _guard(table: str, condition: str) -> None:
    for statement in rls.enable_personal(table, condition):
        op.execute(statement)
