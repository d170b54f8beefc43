"""Row-level security, as migrations write it: the second barrier between tenants [R3]."""

APP_ROLE = "bosman_app"
WORKER_ROLE = "bosman_worker"

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION bosman_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('bosman.tenants', true), '')::uuid[], '{}'::uuid[])
$$
"""


CREATE_LIMITS_FUNCTION = """
CREATE OR REPLACE FUNCTION bosman_limits() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('bosman.limits', true), '')::uuid[]
$$
"""
"""NULL where every tenant of the transaction is open as a whole, else open sites and open tenants (see scope.py)."""

_LIMITS = "(SELECT bosman_limits())::uuid[]"
AT_SITE = f"site_id = ANY ({_LIMITS})"
ON_DEVICE = f"device_id IN (SELECT d.id FROM tenancy_device d WHERE d.site_id = ANY ({_LIMITS}))"  # noqa: S608 - our own words
NOT_AT_ALL = "false"


def limit(table: str, condition: str, *, column: str = "tenant_id", written: bool = True) -> list[str]:
    """Statements that narrow a guarded table to the sites of the transaction.

    `condition` says which rows are seen where a tenant is open in part only; `written` applies it to new
    rows as well. Needs `enable` first.
    """
    mine = f"{column} = ANY ((SELECT bosman_tenants())::uuid[])"
    open_here = f"({_LIMITS} IS NULL OR {column} = ANY ({_LIMITS}) OR {condition})"
    checked = f"{mine} AND {open_here}" if written else mine
    return [
        f"DROP POLICY {table}_tenant ON {table}",
        f"CREATE POLICY {table}_tenant ON {table} TO {APP_ROLE} USING ({mine} AND {open_here}) WITH CHECK ({checked})",
    ]


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


def grant_global(table: str, *, api_writes: bool = True) -> list[str]:
    """Statements for a table that belongs to no tenant (users, sessions); the api may only read some of them."""
    rights = "SELECT, INSERT, UPDATE, DELETE"
    app_rights = rights if api_writes else "SELECT"
    return [f"GRANT {rights} ON {table} TO {WORKER_ROLE}", f"GRANT {app_rights} ON {table} TO {APP_ROLE}"]


PERSONAL = "(SELECT bosman_is_personal())"
"""Whether no tenant is open yet, or the platform itself: while somebody signs in, or changes what is their own."""


def enable_personal(table: str, condition: str = PERSONAL) -> list[str]:
    """Statements for a table of people: closed to the api's role within a tenant's transaction."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_app ON {table} TO {APP_ROLE} USING ({condition}) WITH CHECK ({condition})",
        f"CREATE POLICY {table}_worker ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true)",
        # For the functions that run as the owner, and for later migrations.
        f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
    ]
