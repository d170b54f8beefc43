"""Maintenance windows and their versions; work that waits for one, and work that shall not

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "31d0c0de0900"
down_revision = "6e1b7c0de0920"
branch_labels = None
depends_on = None

_TABLES = (
    """
CREATE TABLE windows_window (
    name character varying NOT NULL,
    kind character varying NOT NULL,
    scope character varying NOT NULL,
    site_id uuid,
    device_id uuid,
    classes character varying[] NOT NULL,
    timing jsonb NOT NULL,
    margin_minutes integer NOT NULL,
    enabled boolean NOT NULL,
    note character varying NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by_name character varying NOT NULL,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    CONSTRAINT ck_windows_window_scope CHECK ((scope IN ('tenant', 'site', 'device')
        AND (scope = 'site') = (site_id IS NOT NULL) AND (scope = 'device') = (device_id IS NOT NULL))),
    CONSTRAINT ck_windows_window_bounds CHECK ((length((name)::text) <= 120) AND (length((kind)::text) <= 20)
        AND (cardinality(classes) <= 10) AND (octet_length((timing)::text) <= 16384)
        AND (margin_minutes >= 0) AND (margin_minutes <= 1440) AND (length((note)::text) <= 500)
        AND (length((changed_by_name)::text) <= 400)),
    CONSTRAINT pk_windows_window PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_windows_window_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT fk_windows_window_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) ON DELETE CASCADE,
    CONSTRAINT fk_windows_window_tenant_id_site_id FOREIGN KEY (tenant_id, site_id)
        REFERENCES tenancy_site(tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_windows_window_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
)""",
    """
CREATE INDEX ix_windows_window_tenant_id_site_id ON windows_window (tenant_id, site_id) WHERE site_id IS NOT NULL""",
    """
CREATE INDEX ix_windows_window_tenant_id_device_id ON windows_window (tenant_id, device_id)
    WHERE device_id IS NOT NULL""",
    """
CREATE TABLE windows_version (
    tenant_id uuid NOT NULL,
    window_id uuid NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    change character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    by_name character varying NOT NULL,
    CONSTRAINT ck_windows_version_bounds CHECK ((octet_length((content)::text) <= 32768)
        AND (length((change)::text) <= 20) AND (length((by_name)::text) <= 400)),
    CONSTRAINT pk_windows_version PRIMARY KEY (tenant_id, window_id, version),
    CONSTRAINT fk_windows_version_tenant_id_window_id FOREIGN KEY (tenant_id, window_id)
        REFERENCES windows_window(tenant_id, id) ON DELETE CASCADE
)""",
    "ALTER TABLE windows_window ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "ALTER TABLE windows_version ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    """
CREATE POLICY windows_window_tenant ON windows_window TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))""",
    "CREATE POLICY windows_window_worker ON windows_window TO bosman_worker USING (true) WITH CHECK (true)",
    """
CREATE POLICY windows_version_tenant ON windows_version TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR EXISTS (SELECT FROM windows_window w WHERE ((w.tenant_id = windows_version.tenant_id)
            AND (w.id = windows_version.window_id)))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR EXISTS (SELECT FROM windows_window w WHERE ((w.tenant_id = windows_version.tenant_id)
            AND (w.id = windows_version.window_id)))))""",
    "CREATE POLICY windows_version_worker ON windows_version TO bosman_worker USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, DELETE, UPDATE ON windows_window, windows_version TO bosman_worker",
)
# What lets work begin, or keeps it from beginning, is told in the trail, or the commit fails. One that goes with its
# site, device or customer is told by what was said of that.
_GUARD = """
CREATE FUNCTION windows_window_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r windows_window;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(
        r.tenant_id, array_remove(ARRAY[r.id, r.site_id, r.device_id, r.tenant_id], NULL),
        CASE TG_OP
            WHEN 'INSERT' THEN ARRAY['window.create']
            WHEN 'UPDATE' THEN ARRAY['window.update', 'window.restore']
            ELSE ARRAY['window.delete', 'site.delete', 'device.delete', 'tenant.delete']
        END);
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE CONSTRAINT TRIGGER windows_window_told AFTER INSERT OR DELETE OR UPDATE ON windows_window
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION windows_window_told()
"""
_WAITED_FOR = "waiting_for IN ('approval', 'time', 'window', 'budget')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for statement in (*_TABLES, _GUARD, _TRIGGER):
        op.execute(statement)
    op.add_column("tasks_job", sa.Column("outside_windows", sa.String(), nullable=True))
    op.execute(
        "ALTER TABLE tasks_job ADD CONSTRAINT ck_tasks_job_outside_windows"
        " CHECK (length(outside_windows) <= 500) NOT VALID"
    )
    op.execute("ALTER TABLE tasks_task DROP CONSTRAINT ck_tasks_task_waiting_for")
    op.execute(f"ALTER TABLE tasks_task ADD CONSTRAINT ck_tasks_task_waiting_for CHECK ({_WAITED_FOR}) NOT VALID")
