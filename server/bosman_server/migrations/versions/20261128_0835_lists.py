"""What lists find, show and keep: text to search in, the last health of a device, a person's views

Must work with the previous release still running: expand, backfill, contract in separate migrations.
"""

from alembic import op

revision = "115750c0de01"
down_revision = "8b11c0de0001"
branch_labels = None
depends_on = None

# Marks that follow a letter go, and so do the few letters that Unicode takes for no marked ones: "Łódź" is "lodz".
_FOLD = """
CREATE FUNCTION bosman_fold(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT lower(translate(regexp_replace(normalize(p_text, NFKD), '[\\u0300-\\u036F]', '', 'g'), 'ŁłĐđØøı', 'LlDdOoi'))
$$
"""
_FACTS_TEXT = """
CREATE FUNCTION inventory_search_text(p_facts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT bosman_fold(coalesce(string_agg(found, E'\\n'), '')) FROM (
        SELECT value #>> '{}' FROM jsonb_path_query(p_facts, '$.network_interfaces[*].addresses[*]') AS value
        UNION ALL
        SELECT value #>> '{}' FROM jsonb_path_query(p_facts, '$.network_interfaces[*].mac_address') AS value
        UNION ALL
        SELECT translate(value #>> '{}', ':-.', '')
        FROM jsonb_path_query(p_facts, '$.network_interfaces[*].mac_address') AS value
        UNION ALL
        SELECT value #>> '{}' FROM jsonb_path_query(p_facts, '$.signed_in_users[*]') AS value
        UNION ALL
        SELECT unnest(ARRAY[p_facts ->> 'serial_number', p_facts ->> 'vendor', p_facts ->> 'model',
                            p_facts ->> 'domain'])
    ) AS parts (found)
$$
"""
# The first address that leads somewhere, IPv4 before IPv6.
_LAN_ADDRESS = """
CREATE FUNCTION inventory_lan_address(p_facts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT value #>> '{}' FROM jsonb_path_query(p_facts, '$.network_interfaces[*].addresses[*]')
        WITH ORDINALITY AS address (value, place)
    WHERE NOT value #>> '{}' ^@ '127.' AND NOT value #>> '{}' ^@ '169.254.' AND NOT value #>> '{}' ^@ '::1'
        AND NOT lower(value #>> '{}') ^@ 'fe80:'
    ORDER BY strpos(value #>> '{}', ':') > 0, place LIMIT 1
$$
"""
_GENERATED = (
    "ALTER TABLE tenancy_tenant ADD COLUMN search_text text GENERATED ALWAYS AS (bosman_fold((name)::text)) STORED",
    "ALTER TABLE tenancy_site ADD COLUMN search_text text GENERATED ALWAYS AS (bosman_fold((name)::text)) STORED",
    """ALTER TABLE tenancy_device ADD COLUMN search_text text GENERATED ALWAYS AS (bosman_fold((hostname)::text
        || ' '::text || COALESCE(os_name, ''::character varying)::text
        || ' '::text || COALESCE(os_version, ''::character varying)::text)) STORED""",
    """ALTER TABLE inventory_facts
        ADD COLUMN search_text text GENERATED ALWAYS AS (inventory_search_text(facts)) STORED,
        ADD COLUMN user_name text GENERATED ALWAYS AS (facts #>> '{signed_in_users,0}'::text[]) STORED,
        ADD COLUMN lan_address text GENERATED ALWAYS AS (inventory_lan_address(facts)) STORED""",
)
_HEALTH = (
    """
CREATE TABLE inventory_health (
    task_id uuid NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    disk_verdict character varying,
    result jsonb NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    CONSTRAINT pk_inventory_health PRIMARY KEY (tenant_id, device_id),
    CONSTRAINT fk_inventory_health_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
)""",
    "ALTER TABLE inventory_health ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    """
CREATE POLICY inventory_health_tenant ON inventory_health TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))""",
    "CREATE POLICY inventory_health_worker ON inventory_health TO bosman_worker USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, DELETE, UPDATE ON inventory_health TO bosman_worker",
)
_VIEWS = (
    """
CREATE TABLE identity_list_view (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    list character varying NOT NULL,
    name character varying NOT NULL,
    query jsonb NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT pk_identity_list_view PRIMARY KEY (id),
    CONSTRAINT ck_identity_list_view_bounds CHECK ((length((list)::text) <= 40) AND (length((name)::text) <= 60)
        AND (octet_length((query)::text) <= 32768)),
    CONSTRAINT fk_identity_list_view_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_identity_list_view_user_id ON identity_list_view (user_id)",
    "ALTER TABLE identity_list_view ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    """
CREATE POLICY identity_list_view_app ON identity_list_view TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()))""",
    "CREATE POLICY identity_list_view_owner ON identity_list_view TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY identity_list_view_worker ON identity_list_view TO bosman_worker USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, DELETE, UPDATE ON identity_list_view TO bosman_worker",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for statement in (_FOLD, _FACTS_TEXT, _LAN_ADDRESS, *_GENERATED, *_HEALTH, *_VIEWS):
        op.execute(statement)
