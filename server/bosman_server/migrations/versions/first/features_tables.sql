-- Tables of the group `features`.

CREATE TABLE releases_release (
    version character varying NOT NULL,
    platform character varying NOT NULL,
    manifest bytea,
    released_at timestamp with time zone,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_releases_release PRIMARY KEY (version, platform)
);

CREATE TABLE releases_file (
    sha256 character varying NOT NULL,
    name character varying NOT NULL,
    kind character varying NOT NULL,
    version character varying NOT NULL,
    platform character varying NOT NULL,
    size_bytes bigint NOT NULL,
    CONSTRAINT ck_releases_file_kind CHECK ((kind IN ('bundle', 'installer'))),
    CONSTRAINT pk_releases_file PRIMARY KEY (sha256),
    CONSTRAINT uq_releases_file_name UNIQUE (name),
    CONSTRAINT fk_releases_file_version_platform FOREIGN KEY (version, platform)
        REFERENCES releases_release(version, platform) ON DELETE CASCADE
);

CREATE TABLE releases_part (
    sha256 character varying NOT NULL,
    number integer NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT pk_releases_part PRIMARY KEY (sha256, number),
    CONSTRAINT fk_releases_part_sha256 FOREIGN KEY (sha256) REFERENCES releases_file(sha256) ON DELETE CASCADE
);

CREATE TABLE rollout_attempt (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    platform character varying NOT NULL,
    version character varying NOT NULL,
    CONSTRAINT ck_rollout_attempt_bounds CHECK (((length((platform)::text) <= 64)
        AND (length((version)::text) <= 64))),
    CONSTRAINT pk_rollout_attempt PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_rollout_attempt_tenant_id_id FOREIGN KEY (tenant_id, id) REFERENCES tasks_task(tenant_id, id)
        ON DELETE CASCADE
);
CREATE INDEX ix_rollout_attempt_tenant_id_device_id ON rollout_attempt (tenant_id, device_id);
ALTER TABLE rollout_attempt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE rollout_halt (
    tenant_id uuid NOT NULL,
    platform character varying NOT NULL,
    version character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_rollout_halt PRIMARY KEY (tenant_id, platform, version),
    CONSTRAINT fk_rollout_halt_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) ON DELETE CASCADE
);
ALTER TABLE rollout_halt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE updates_pending (
    device_id uuid NOT NULL,
    report_id uuid NOT NULL,
    name character varying NOT NULL,
    title character varying NOT NULL,
    kb character varying,
    update_class character varying NOT NULL,
    installed_version character varying,
    available_version character varying NOT NULL,
    size_bytes bigint,
    released_at timestamp with time zone,
    origin character varying,
    requires_restart boolean,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    severity character varying,
    restart_behavior character varying,
    support_url character varying,
    cve_ids jsonb,
    has_eula boolean,
    is_exclusive boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    needs_input boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_updates_pending PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_updates_pending_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_updates_pending_tenant_id_device_id_name ON updates_pending (tenant_id, device_id, name);
ALTER TABLE updates_pending ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE updates_scan (
    report_id uuid,
    scanned_at timestamp with time zone,
    security_count integer NOT NULL,
    critical_count integer NOT NULL,
    optional_count integer NOT NULL,
    restart_required boolean,
    restart_reasons jsonb,
    error_code character varying,
    attempted_at timestamp with time zone NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    definition_count integer DEFAULT 0 NOT NULL,
    policy jsonb,
    warnings jsonb,
    error_params jsonb,
    stream_epoch bigint DEFAULT 0 NOT NULL,
    stream_seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT pk_updates_scan PRIMARY KEY (tenant_id, device_id),
    CONSTRAINT fk_updates_scan_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE updates_scan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
