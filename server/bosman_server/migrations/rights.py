"""What the role of the api may do in the database, said once; everything else is closed to it [docs/adr/0027].

Every `bosman migrate` brings the database to what stands here, after the migrations: a new table or column is
closed to the api until it is named. The worker's role keeps what the migrations grant it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from bosman_server.core.identity.permissions import ROLE_PERMISSIONS
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE

ALL = ("*",)
Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """Columns per right; `ALL` = the table with every column that it will ever have."""

    select: Columns = ALL
    insert: Columns = ()
    update: Columns = ()
    delete: bool = False


_READ = Rights()
_NOTHING = Rights(select=())

APP_RIGHTS: dict[str, Rights] = {
    # Wishes. A trigger keeps what is written of tasks to wishing, cancelling and releasing what was approved.
    "tasks_job": Rights(
        insert=("tenant_id", "id", "kind", "params", "created_at", "created_by", "created_by_name", "created_by_key",
                "not_before", "expires_at", "retry_of", "outside_windows"),
        update=("cancelled_at",),
    ),
    "tasks_task": Rights(
        insert=("tenant_id", "id", "job_id", "device_id", "kind", "state", "created_at", "created_by",
                "created_by_name", "created_by_key", "not_before", "expires_at", "timeout_seconds", "action_class",
                "waiting_for", "approval_id", "queued_at"),
        update=("state", "waiting_for", "queued_at", "finished_at", "error_code", "cancel_requested_at"),
    ),
    "tasks_approval": Rights(
        insert=("tenant_id", "id", "job_id", "action_class", "reason", "device_count", "per_hour", "used",
                "requested_by", "requested_by_name", "requested_at", "expires_at"),
        update=("decision", "decided_by", "decided_by_name", "decided_at", "comment"),
    ),
    # When work may begin. A trigger asks for an entry in the trail.
    "windows_window": Rights(
        insert=ALL,
        update=("name", "kind", "scope", "site_id", "device_id", "classes", "timing", "margin_minutes", "enabled",
                "note", "version", "changed_at", "changed_by_name"),
        delete=True,
    ),
    "windows_version": Rights(insert=ALL),
    "tasks_chunk": _READ,
    "tasks_handout": _READ,
    # The running account of whoever acts: added to, never taken from; the worker forgets what is old.
    "tasks_act": Rights(insert=ALL),
    "tasks_idempotency_key": Rights(insert=("actor_id", "key", "fingerprint", "job_id")),
    # Barriers. Triggers ask for a proved second factor of somebody who may, and for an entry in the trail.
    "safety_budget": Rights(
        insert=("tenant_id", "action_class", "per_hour", "on_overflow"), update=("per_hour", "on_overflow")
    ),
    "safety_setting": Rights(insert=("tenant_id", "confirm_above", "version"), update=("confirm_above", "version")),
    "safety_freeze": Rights(
        insert=("tenant_id", "frozen", "version", "reason", "changed_by_name", "changed_at"),
        update=("frozen", "version", "reason", "changed_by", "changed_by_name", "changed_at"),
    ),
    "safety_obedience": _READ,
    # The tree.
    "tenancy_tenant": Rights(
        insert=ALL, update=("name", "output_retention_days", "agent_updates", "version"), delete=True
    ),
    "tenancy_site": Rights(insert=ALL, update=("name", "time_zone", "version"), delete=True),
    "tenancy_device": Rights(update=("site_id", "status", "version"), delete=True),
    # What only devices and the worker say.
    "enrollment_token": Rights(
        insert=("tenant_id", "id", "site_id", "label", "token_hash", "created_at", "created_by", "created_by_key",
                "created_by_name", "expires_at", "max_uses", "use_count", "revoked_at"),
        update=("revoked_at",),
    ),
    "enrollment_certificate": _READ,
    "enrollment_presence": _READ,
    "enrollment_connection": _NOTHING,
    "uplink_part": _NOTHING,
    "uplink_receipt": _NOTHING,
    "inventory_facts": _READ,
    "inventory_health": _READ,
    "inventory_software": _READ,
    "inventory_software_report": _READ,
    "updates_scan": _READ,
    "updates_pending": _READ,
    "releases_release": _READ,
    "releases_file": _READ,
    "releases_part": _READ,
    "releases_build": Rights(
        insert=("platform", "state", "wanted_at"), update=("state", "wanted_at", "started_at", "ended_at", "detail")
    ),
    "rollout_attempt": Rights(insert=("tenant_id", "id", "device_id", "platform", "version")),
    "rollout_halt": _READ,
    # The trail is only added to; mails are only put into the outbox.
    "audit_entry": Rights(insert=ALL),
    "audit_link": _READ,
    "audit_pending": _READ,
    "audit_question": _NOTHING,
    "notifications_mail": Rights(
        select=(),
        insert=("tenant_id", "id", "to_address", "language", "template", "params_sealed", "state", "attempts",
                "next_attempt_at", "sent_at", "error_code", "created_at"),
    ),
    # People. Password hashes and seeds are read through identity_secrets() alone.
    "identity_user": Rights(
        select=("id", "email", "name", "language", "theme", "totp_confirmed_at", "totp_last_step", "is_operator",
                "created_at"),
        insert=("id", "email", "name", "password_hash", "language", "theme", "totp_sealed", "totp_confirmed_at",
                "totp_last_step", "is_operator", "created_at"),
        update=("name", "password_hash", "language", "theme", "totp_sealed", "totp_confirmed_at", "totp_last_step"),
    ),
    "identity_recovery_code": Rights(insert=ALL, update=("used_at",), delete=True),
    "identity_session": Rights(insert=ALL, update=("last_seen_at", "stepped_up_at"), delete=True),
    "identity_membership": Rights(insert=ALL, update=("role", "site_ids", "version"), delete=True),
    "identity_setup_code": Rights(update=("used_at",)),
    "identity_known_browser": Rights(insert=ALL, update=("last_used_at",), delete=True),
    "identity_second_factor_guesses": Rights(insert=ALL, update=("count", "last_at", "locked_until"), delete=True),
    "identity_pending_factor": Rights(insert=ALL, delete=True),
    "identity_password_reset": Rights(insert=ALL, update=("used_at",), delete=True),
    "identity_invitation": Rights(
        insert=ALL, update=("token_hash", "site_ids", "expires_at", "accepted_at", "revoked_at"), delete=True
    ),
    "identity_api_key": Rights(insert=ALL, update=("site_ids", "last_used_at", "revoked_at"), delete=True),
    "identity_list_view": Rights(insert=ALL, update=("name", "query", "is_default", "version"), delete=True),
    "identity_role_permission": _NOTHING,
    "kit_data_key": Rights(insert=("owner_id", "wrapped")),
    "alembic_version": _NOTHING,
}  # fmt: skip
"""Every table of the schema; a test compares it with the live database."""

APP_FUNCTIONS = (
    "bosman_tenants()",
    "bosman_limits()",
    "bosman_is_personal()",
    "bosman_fold(text)",
    "identity_secrets(uuid)",
    "identity_last_seen(uuid)",
    "tasks_lock_budget(uuid, text)",
    "tasks_lock_account(uuid)",
    "tasks_is_account(uuid)",
    "kit_hold_keys()",
)

CLOSE_SYSTEM_FUNCTIONS = f"""
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN
        SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND (p.proname = 'set_config' OR p.proname ~ '^pg_(try_)?advisory_' OR p.proname ~ '^lo(_|write$|read$)'
               OR p.proname ~ '^pg_(terminate|cancel)_backend$' OR p.proname ~ '^pg_sleep')
          AND p.proname NOT IN ('lo_import', 'lo_export')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {WORKER_ROLE}, %I', routine,
                       (SELECT tableowner FROM pg_catalog.pg_tables WHERE tablename = 'audit_entry'));
    END LOOP;
END
$$
"""  # noqa: S608 - our own words
"""Only a superuser can: elsewhere somebody runs it by hand (docs/operations/running.md), and the api asks at start."""


def statements() -> Iterator[str]:
    """What brings the grants to what is said above, in one transaction."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}, PUBLIC"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {APP_ROLE}, PUBLIC"
    yield f"REVOKE CREATE ON SCHEMA public FROM {APP_ROLE}, PUBLIC"
    yield "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"
    yield f"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM {APP_ROLE}"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {WORKER_ROLE}"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(APP_FUNCTIONS)} TO {APP_ROLE}"
    for table, rights in APP_RIGHTS.items():
        granted = ", ".join(_granted(rights))
        if granted:
            yield f"GRANT {granted} ON {table} TO {APP_ROLE}"


def _named(rights: Rights) -> set[str]:
    """The columns that rights are given to one by one."""
    return {*rights.select, *rights.insert, *rights.update} - {*ALL}


def _granted(rights: Rights) -> Iterator[str]:
    for name, columns in (("SELECT", rights.select), ("INSERT", rights.insert), ("UPDATE", rights.update)):
        if columns == ALL:
            yield name
        elif columns:
            yield f"{name} ({', '.join(columns)})"
    if rights.delete:
        yield "DELETE"


def apply(connection: Connection) -> None:
    """Bring roles' grants and the table of roles to what the code says; nothing for a schema of an older revision.

    Raises what the database raises.
    """
    columns = connection.execute(
        text("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    )
    found: dict[str, set[str]] = {}
    for table, column in columns:
        found.setdefault(table, set()).add(column)
    if any(table not in found or not _named(rights) <= found[table] for table, rights in APP_RIGHTS.items()):
        return
    _run(connection, statements())
    connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {_database(connection)} FROM PUBLIC"))
    if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        connection.exec_driver_sql(CLOSE_SYSTEM_FUNCTIONS)
    connection.execute(text("DELETE FROM identity_role_permission"))
    rows = [{"role": role.value, "permission": one.value} for role, held in ROLE_PERMISSIONS.items() for one in held]
    connection.execute(text("INSERT INTO identity_role_permission VALUES (:role, :permission)"), rows)


def _run(connection: Connection, every: Iterable[str]) -> None:
    for statement in every:
        connection.execute(text(statement))


def _database(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT quote_ident(current_database())")))
