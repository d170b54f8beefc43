"""An entry of the audit trail lets through only what it names: the row, the act, its tenant and somebody who acts

Asked at the commit, for the entry may be written after the act. Must run while no api of an earlier version runs.
"""

from alembic import op

from bosman_server.kit.db import rls

revision = "0d1b5e7a2c05"
down_revision = "0d1b5e7a2c04"
branch_labels = None
depends_on = None

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
_NIL = "00000000-0000-0000-0000-000000000000"
_APP = f"session_user = '{rls.APP_ROLE}'"
_REFUSE = "RAISE insufficient_privilege USING MESSAGE ="
# The newest entries first, one by one: thousands of rows ask in one commit, and the queue's statistics are never right.
_BY_INDEX = "SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off"

# The arguments: whose trail (an expression over the row `r`, NULL = any), what the entry is about (an array, NULL =
# whatever), and the actions. Only setting up is told of in the platform's trail instead of the tenant's.
_TOLD = f"""
CREATE OR REPLACE FUNCTION audit_must_tell() RETURNS trigger {_DEFINER} {_BY_INDEX} AS $$
DECLARE
    home uuid;
    targets uuid[];
    question text;
    place uuid;
    waiting uuid;
    entry audit_entry;
    told boolean := false;
BEGIN
    PERFORM bosman_read_committed();
    question := format('SELECT %s, %s FROM (SELECT ($1).*) r', TG_ARGV[0], TG_ARGV[1]);
    IF TG_OP = 'DELETE' THEN
        EXECUTE question INTO home, targets USING OLD;
    ELSE
        EXECUTE question INTO home, targets USING NEW;
    END IF;
    FOR entry IN
        SELECT e.* FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE home IS NULL AND p.xmin = pg_current_xact_id()::xid
    LOOP
        told := told OR audit_tells(entry, targets, TG_ARGV[2:]);
    END LOOP;
    FOREACH place IN ARRAY ARRAY[home, '{_NIL}'] LOOP
        FOR waiting IN
            SELECT p.entry_id FROM audit_pending p WHERE p.tenant_id = place AND p.xmin = pg_current_xact_id()::xid
            ORDER BY p.tenant_id, p.entry_id DESC
        LOOP
            EXIT WHEN told;
            SELECT e.* INTO entry FROM audit_entry e WHERE e.tenant_id = place AND e.id = waiting;
            told := (place = home OR entry.action = 'setup.complete') AND audit_tells(entry, targets, TG_ARGV[2:]);
        END LOOP;
    END LOOP;
    IF told IS NOT TRUE THEN
        {_REFUSE} 'the audit trail was not told';
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608 - our own words

# Somebody there is, and whose session is shown if one is. Who has forgotten a password is nobody yet.
_TELLS = f"""
CREATE FUNCTION audit_tells(p_entry audit_entry, p_targets uuid[], p_actions text[]) RETURNS boolean {_DEFINER} AS $$
BEGIN
    RETURN p_entry.result = 'ok' AND p_entry.action = ANY (p_actions)
       AND (p_targets IS NULL OR coalesce(p_entry.target_id, '{_NIL}') = ANY (p_targets))
       AND (p_entry.action = 'user.password_reset_request'
         OR p_entry.actor_kind = 'api_key' AND EXISTS (
            SELECT FROM identity_api_key k WHERE k.tenant_id = p_entry.tenant_id AND k.id = p_entry.actor_id)
         OR p_entry.actor_kind = 'user' AND EXISTS (SELECT FROM identity_user u WHERE u.id = p_entry.actor_id)
            AND coalesce(p_entry.actor_id = (
                SELECT s.user_id FROM identity_session s
                WHERE s.id = nullif(current_setting('bosman.session', true), '')::uuid), true));
END
$$
"""  # noqa: S608 - our own words

# As many sessions as proofs: the person's row makes two at once wait for one another.
_SESSION_TOLD = f"""
CREATE OR REPLACE FUNCTION identity_session_told() RETURNS trigger {_DEFINER} AS $$
DECLARE
    proofs bigint;
    since timestamptz;
BEGIN
    PERFORM bosman_read_committed();
    PERFORM FROM identity_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT count(*), min(e.at) INTO proofs, since FROM audit_entry e
    WHERE e.tenant_id = '{_NIL}' AND e.at BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp()
      AND e.target_id = NEW.user_id AND e.actor_kind = 'user' AND e.actor_id = NEW.user_id
      AND e.result = 'ok' AND e.action = ANY (TG_ARGV);
    IF proofs = 0 OR TG_OP = 'INSERT' AND proofs < (
        SELECT count(*) FROM identity_session s
        WHERE s.user_id = NEW.user_id AND s.state = 'complete' AND s.created_at >= since
    ) THEN
        {_REFUSE} 'the audit trail was not told';
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608 - our own words


def _told(name: str, event: str, targets: str, actions: str, when: str = "", home: str = "r.tenant_id") -> str:
    trigger, table = name.split(" ON ")
    arguments = ", ".join([f"'{home}'", f"'{targets}'", *(f"'{one}'" for one in actions.split())])
    return (
        f"CREATE CONSTRAINT TRIGGER {trigger} AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN ({_APP}{f' AND ({when})' if when else ''}) EXECUTE FUNCTION audit_must_tell({arguments})"
    )


_THIS = "ARRAY[r.id]"
_HERE = "ARRAY[r.tenant_id]"
_WHOSE = "ARRAY[r.user_id]"
_PLATFORM = f"""''{_NIL}''::uuid"""
_ONLY_NARROWER = (
    "NEW.role = OLD.role AND NEW.site_ids IS NOT NULL AND (OLD.site_ids IS NULL OR NEW.site_ids <@ OLD.site_ids)"
)
_NOW_CANCELLED = (
    "NEW.state = 'cancelled' AND OLD.state <> 'cancelled'"
    " OR NEW.cancel_requested_at IS DISTINCT FROM OLD.cancel_requested_at"
)
_OTHER_SEED = (
    "NEW.totp_confirmed_at IS NOT NULL AND (NEW.totp_sealed, NEW.totp_confirmed_at)"
    " IS DISTINCT FROM (OLD.totp_sealed, OLD.totp_confirmed_at)"
)
_SIGN_INS = "'session.totp', 'session.recovery_code', 'session.totp_enrolled'"
_CODES = "session.totp_enrolled user.recovery_codes user.totp_replace"
_TELL = (
    _told("safety_budget_told ON safety_budget", "INSERT OR UPDATE", _HERE, "safety.update"),
    _told("safety_setting_told ON safety_setting", "INSERT OR UPDATE", _HERE, "safety.update"),
    _told("safety_freeze_told ON safety_freeze", "UPDATE", _HERE, "safety.freeze", "NEW.frozen"),
    _told("safety_unfreeze_told ON safety_freeze", "UPDATE", _HERE, "safety.unfreeze", "NOT NEW.frozen"),
    _told("tasks_approval_told ON tasks_approval", "UPDATE", _THIS, "approval.approve", "NEW.decision = 'approved'"),
    _told("tasks_approval_turned ON tasks_approval", "UPDATE", _THIS, "approval.reject", "NEW.decision = 'rejected'"),
    _told("tasks_approval_requested ON tasks_approval", "INSERT", _THIS, "approval.request"),
    _told("tasks_job_told ON tasks_job", "INSERT", _THIS, "job.create"),
    # By the thousand: that somebody cancels or moves something is asked for, not each.
    _told("tasks_task_cancelled ON tasks_task", "UPDATE OF state, cancel_requested_at", "NULL::uuid[]",
          "task.cancel approval.reject", _NOW_CANCELLED),
    _told("tenancy_device_moved ON tenancy_device", "UPDATE OF site_id", "NULL::uuid[]", "device.move",
          "NEW.site_id <> OLD.site_id"),
    _told("tenancy_device_told ON tenancy_device", "UPDATE OF status", _THIS, "device.revoke"),
    _told("tenancy_device_deleted ON tenancy_device", "DELETE", _THIS, "device.delete"),
    _told("identity_membership_told ON identity_membership", "INSERT", "ARRAY[r.user_id, r.tenant_id]",
          "member.join tenant.create setup.complete"),
    _told("identity_membership_changed ON identity_membership", "UPDATE", _WHOSE, "member.update",
          f"NOT coalesce({_ONLY_NARROWER}, false)"),
    _told("identity_membership_narrowed ON identity_membership", "UPDATE", "NULL::uuid[]", "member.update site.delete",
          _ONLY_NARROWER),
    _told("identity_membership_ended ON identity_membership", "DELETE", "ARRAY[r.user_id, r.tenant_id]",
          "member.remove tenant.delete"),
    _told("identity_api_key_told ON identity_api_key", "INSERT", _THIS, "api_key.create"),
    _told("identity_api_key_ended ON identity_api_key", "UPDATE OF revoked_at", _THIS, "api_key.revoke"),
    _told("identity_api_key_gone ON identity_api_key", "DELETE", _HERE, "tenant.delete"),
    _told("identity_invitation_told ON identity_invitation", "INSERT", _THIS, "member.invite"),
    _told("identity_invitation_renewed ON identity_invitation", "UPDATE OF token_hash, expires_at", _THIS,
          "member.invite_again"),
    _told("identity_invitation_ended ON identity_invitation", "UPDATE OF revoked_at", _THIS, "member.invite_revoke"),
    _told("identity_invitation_accepted ON identity_invitation", "UPDATE OF accepted_at", "NULL::uuid[]", "member.join"),
    _told("identity_invitation_gone ON identity_invitation", "DELETE", _HERE, "tenant.delete"),
    _told("enrollment_token_told ON enrollment_token", "INSERT", _THIS, "token.create"),
    _told("enrollment_token_ended ON enrollment_token", "UPDATE OF revoked_at", _THIS, "token.revoke"),
    _told("tenancy_tenant_told ON tenancy_tenant", "INSERT", _THIS, "tenant.create", home="r.id"),
    _told("tenancy_tenant_changed ON tenancy_tenant", "UPDATE", _THIS, "tenant.update", home="r.id"),
    _told("tenancy_tenant_gone ON tenancy_tenant", "DELETE", _THIS, "tenant.delete", home="r.id"),
    _told("tenancy_site_told ON tenancy_site", "INSERT", _THIS, "site.create"),
    _told("tenancy_site_changed ON tenancy_site", "UPDATE", _THIS, "site.update"),
    _told("tenancy_site_gone ON tenancy_site", "DELETE", "ARRAY[r.id, r.tenant_id]", "site.delete tenant.delete"),
    # What signs people in.
    _told("identity_user_told ON identity_user", "INSERT", _THIS, "member.join setup.complete", home="NULL::uuid"),
    _told("identity_user_renamed ON identity_user", "UPDATE OF name", _THIS, "user.update", home=_PLATFORM),
    _told("identity_user_password ON identity_user", "UPDATE OF password_hash", _THIS,
          "user.password_change user.password_reset", home=_PLATFORM),
    _told("identity_user_factor ON identity_user", "UPDATE OF totp_sealed, totp_confirmed_at", _THIS,
          "session.totp_enrolled user.totp_replace", _OTHER_SEED, _PLATFORM),
    _told("identity_recovery_code_told ON identity_recovery_code", "INSERT OR DELETE", _WHOSE, _CODES, home=_PLATFORM),
    _told("identity_password_reset_told ON identity_password_reset", "INSERT", _WHOSE, "user.password_reset_request",
          home=_PLATFORM),
    _told("identity_guesses_forgiven ON identity_second_factor_guesses", "DELETE", _WHOSE,
          "session.totp session.recovery_code session.totp_enrolled session.step_up", home=_PLATFORM),
)  # fmt: skip

_SESSION_TRIGGERS = tuple(
    f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON identity_session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    f" WHEN ({_APP}{when}) EXECUTE FUNCTION identity_session_told({proofs})"
    for name, event, when, proofs in (
        ("identity_session_began", "INSERT", " AND NEW.state = 'complete'", _SIGN_INS),
        ("identity_session_proved", "UPDATE OF stepped_up_at", "", f"{_SIGN_INS}, 'session.step_up'"),
    )
)
_DROP_OLD = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tgname, tgrelid::regclass AS place FROM pg_trigger
               WHERE tgfoid IN ('audit_must_tell'::regproc, 'identity_session_told'::regproc)
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.place);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for statement in (_DROP_OLD, _TELLS, _TOLD, _SESSION_TOLD, *_TELL, *_SESSION_TRIGGERS):
        op.execute(statement)
