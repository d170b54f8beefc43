-- Tables of the group `fleet`.

CREATE TABLE tenancy_tenant (
    id uuid NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    output_retention_days integer DEFAULT 90 NOT NULL,
    agent_updates boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT ck_tenancy_tenant_bounds CHECK (((output_retention_days BETWEEN 1 AND 3650)
        AND (length((name)::text) <= 200) AND ((created_at IS NULL)
        OR ((created_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))))),
    CONSTRAINT pk_tenancy_tenant PRIMARY KEY (id)
);
ALTER TABLE tenancy_tenant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tenancy_site (
    name character varying NOT NULL,
    time_zone character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT ck_tenancy_site_bounds CHECK (((length((name)::text) <= 200) AND (length((time_zone)::text) <= 64)
        AND ((created_at IS NULL) OR ((created_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))))),
    CONSTRAINT pk_tenancy_site PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tenancy_site_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT fk_tenancy_site_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id)
);
ALTER TABLE tenancy_site ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tenancy_device (
    site_id uuid NOT NULL,
    hostname character varying NOT NULL,
    os_family character varying NOT NULL,
    os_name character varying,
    os_version character varying,
    agent_version character varying NOT NULL,
    status character varying NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT pk_tenancy_device PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_tenancy_device_tenant_id_site_id FOREIGN KEY (tenant_id, site_id)
        REFERENCES tenancy_site(tenant_id, id)
);
CREATE INDEX ix_tenancy_device_hostname ON tenancy_device (tenant_id, lower((hostname)::text), id);
CREATE INDEX ix_tenancy_device_id ON tenancy_device (id);
CREATE INDEX ix_tenancy_device_tenant_id_site_id ON tenancy_device (tenant_id, site_id);
ALTER TABLE tenancy_device ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE enrollment_certificate (
    device_id uuid NOT NULL,
    fingerprint character varying NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    expiry_noted_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    generation integer DEFAULT 1 NOT NULL,
    first_used_at timestamp with time zone,
    CONSTRAINT pk_enrollment_certificate PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_enrollment_certificate_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_enrollment_certificate_device_id_fingerprint ON enrollment_certificate (device_id, fingerprint);
CREATE INDEX ix_enrollment_certificate_not_after ON enrollment_certificate (not_after);
CREATE INDEX ix_enrollment_certificate_tenant_id_device_id ON enrollment_certificate (tenant_id, device_id);
ALTER TABLE enrollment_certificate ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE enrollment_connection (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    server_id character varying NOT NULL,
    client_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    ip_address character varying,
    CONSTRAINT pk_enrollment_connection PRIMARY KEY (tenant_id, device_id, server_id, client_id),
    CONSTRAINT fk_enrollment_connection_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_enrollment_connection_server_id_client_id ON enrollment_connection (server_id, client_id);
ALTER TABLE enrollment_connection ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE enrollment_presence (
    online boolean NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    ip_address character varying,
    bus_server_id character varying,
    bus_client_id integer,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    instances jsonb,
    clone_seen_at timestamp with time zone,
    locked_until timestamp with time zone,
    CONSTRAINT pk_enrollment_presence PRIMARY KEY (tenant_id, device_id),
    CONSTRAINT fk_enrollment_presence_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE enrollment_presence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE enrollment_token (
    site_id uuid NOT NULL,
    label character varying NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_name character varying NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    max_uses integer NOT NULL,
    use_count integer NOT NULL,
    revoked_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    created_by uuid,
    created_by_key uuid,
    CONSTRAINT ck_enrollment_token_bounds CHECK ((((expires_at IS NULL)
        OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND (max_uses BETWEEN 1
        AND 1000000) AND (length((label)::text) <= 200) AND (length((created_by_name)::text) <= 400))),
    CONSTRAINT pk_enrollment_token PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_enrollment_token_tenant_id_site_id FOREIGN KEY (tenant_id, site_id)
        REFERENCES tenancy_site(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_enrollment_token_expires_at ON enrollment_token (expires_at);
CREATE UNIQUE INDEX ix_enrollment_token_tenant_id_token_hash ON enrollment_token (tenant_id, token_hash);
ALTER TABLE enrollment_token ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE inventory_facts (
    facts jsonb NOT NULL,
    collected_at timestamp with time zone NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    stream_epoch bigint DEFAULT 0 NOT NULL,
    stream_seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT pk_inventory_facts PRIMARY KEY (tenant_id, device_id),
    CONSTRAINT fk_inventory_facts_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE inventory_facts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE inventory_software (
    device_id uuid NOT NULL,
    report_id uuid NOT NULL,
    name character varying NOT NULL,
    version character varying NOT NULL,
    publisher character varying,
    architecture character varying,
    source character varying NOT NULL,
    installed_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    scope character varying,
    user_name character varying,
    product_code character varying,
    CONSTRAINT pk_inventory_software PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_inventory_software_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_inventory_software_tenant_id_device_id_name ON inventory_software (tenant_id, device_id, name);
ALTER TABLE inventory_software ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE inventory_software_report (
    report_id uuid NOT NULL,
    collected_at timestamp with time zone NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    stream_epoch bigint DEFAULT 0 NOT NULL,
    stream_seq bigint DEFAULT 0 NOT NULL,
    content_hash bytea,
    CONSTRAINT pk_inventory_software_report PRIMARY KEY (tenant_id, device_id),
    CONSTRAINT fk_inventory_software_report_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE inventory_software_report ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE uplink_part (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    kind character varying NOT NULL,
    report_id uuid NOT NULL,
    part integer NOT NULL,
    is_last boolean NOT NULL,
    stream_epoch bigint NOT NULL,
    stream_seq bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    payload bytea NOT NULL,
    CONSTRAINT pk_uplink_part PRIMARY KEY (tenant_id, device_id, kind, report_id, part),
    CONSTRAINT fk_uplink_part_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE uplink_part ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX ix_uplink_part_received_at ON uplink_part (received_at);
ALTER TABLE uplink_part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE uplink_receipt (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    message_id character varying NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_uplink_receipt PRIMARY KEY (tenant_id, device_id, message_id),
    CONSTRAINT fk_uplink_receipt_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_uplink_receipt_received_at ON uplink_receipt (received_at);
ALTER TABLE uplink_receipt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
