"""Row-level security, as migrations write it: the second barrier between tenants [R3]."""

APP_ROLE = "bosman_app"
WORKER_ROLE = "bosman_worker"

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION bosman_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('bosman.tenants', true), '')::uuid[], '{}'::uuid[])
$$
"""


def enable(table: str, *, column: str = "tenant_id", append_only: bool = False) -> list[str]:
    """Statements that lock a table to the tenants of the transaction.

    The role of the api sees rows of `bosman.tenants` only; the role of the worker
    serves every tenant. `append_only` grants neither UPDATE nor DELETE.
    """
    # The subselect makes PostgreSQL read the setting once per query instead of once per row.
    mine = f"{column} = ANY ((SELECT bosman_tenants())::uuid[])"
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_tenant ON {table} TO {APP_ROLE} USING ({mine}) WITH CHECK ({mine})",
        f"CREATE POLICY {table}_worker ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true)",
        f"GRANT {rights} ON {table} TO {APP_ROLE}, {WORKER_ROLE}",
    ]


def grant_global(table: str) -> list[str]:
    """Statements for a table that belongs to no tenant (users, sessions)."""
    return [f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}, {WORKER_ROLE}"]
