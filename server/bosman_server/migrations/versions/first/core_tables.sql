-- Tables of the group `core`.

CREATE TABLE audit_entry (
    at timestamp with time zone NOT NULL,
    actor_kind character varying NOT NULL,
    actor_id uuid,
    actor_name character varying NOT NULL,
    source_ip character varying,
    action character varying NOT NULL,
    target_kind character varying,
    target_id uuid,
    before jsonb,
    after jsonb,
    result character varying NOT NULL,
    code character varying,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    device_id uuid,
    CONSTRAINT ck_audit_entry_bounds CHECK ((((at IS NULL)
        OR ((at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
        AND (actor_kind IN ('user', 'api_key', 'device', 'system')) AND (result IN ('ok', 'refused'))
        AND (length((actor_name)::text) <= 400) AND (length((source_ip)::text) <= 100)
        AND (length((action)::text) <= 64) AND (length((target_kind)::text) <= 64)
        AND (length((code)::text) <= 100))),
    CONSTRAINT pk_audit_entry PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_audit_entry_tenant_id_at_id ON audit_entry (tenant_id, at, id);
CREATE INDEX ix_audit_entry_tenant_id_device_id_at ON audit_entry (tenant_id, device_id, at)
    WHERE (device_id IS NOT NULL);
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE audit_link (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    entry_id uuid NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_audit_link PRIMARY KEY (tenant_id, seq),
    CONSTRAINT uq_audit_link_tenant_id_entry_id UNIQUE (tenant_id, entry_id)
);
ALTER TABLE audit_link ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE audit_pending (
    tenant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_pending PRIMARY KEY (tenant_id, entry_id)
) WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000');
ALTER TABLE audit_pending ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE audit_question (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    actions character varying[] NOT NULL,
    CONSTRAINT pk_audit_question PRIMARY KEY (tenant_id, id)
);
ALTER TABLE audit_question ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_user (
    id uuid NOT NULL,
    email character varying NOT NULL,
    name character varying NOT NULL,
    password_hash character varying NOT NULL,
    language character varying DEFAULT 'en'::character varying NOT NULL,
    theme character varying DEFAULT 'system'::character varying NOT NULL,
    totp_sealed bytea,
    totp_confirmed_at timestamp with time zone,
    totp_last_step integer,
    created_at timestamp with time zone NOT NULL,
    is_operator boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_identity_user_bounds CHECK (((length((name)::text) <= 200) AND (length((email)::text) <= 320)
        AND (length((password_hash)::text) <= 1000))),
    CONSTRAINT pk_identity_user PRIMARY KEY (id),
    CONSTRAINT uq_identity_user_email UNIQUE (email)
);
ALTER TABLE identity_user ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_api_key (
    user_id uuid NOT NULL,
    name character varying NOT NULL,
    hint character varying NOT NULL,
    token_hash bytea NOT NULL,
    scopes character varying[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    site_ids uuid[],
    device_ids uuid[],
    per_hour integer DEFAULT 20 NOT NULL,
    CONSTRAINT ck_identity_api_key_bounds CHECK (((tenant_id <> '00000000-0000-0000-0000-000000000000'::uuid)
        AND ((expires_at IS NULL) OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND (length((name)::text) <= 200)
        AND (per_hour BETWEEN 0 AND 100000))),
    CONSTRAINT pk_identity_api_key PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_identity_api_key_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) ON DELETE CASCADE,
    CONSTRAINT fk_identity_api_key_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_identity_api_key_tenant_id_token_hash ON identity_api_key (tenant_id, token_hash);
ALTER TABLE identity_api_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_invitation (
    email character varying NOT NULL,
    role character varying NOT NULL,
    site_ids uuid[],
    language character varying NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL,
    created_by_name character varying NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    revoked_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    CONSTRAINT ck_identity_invitation_bounds CHECK (((tenant_id <> '00000000-0000-0000-0000-000000000000'::uuid)
        AND ((expires_at IS NULL) OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
        AND (length((email)::text) <= 320) AND (length((created_by_name)::text) <= 400))),
    CONSTRAINT pk_identity_invitation PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_identity_invitation_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id)
        ON DELETE CASCADE
);
CREATE INDEX ix_identity_invitation_tenant_id_email ON identity_invitation (tenant_id, email);
CREATE UNIQUE INDEX ix_identity_invitation_tenant_id_token_hash ON identity_invitation (tenant_id, token_hash);
ALTER TABLE identity_invitation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_known_browser (
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_identity_known_browser PRIMARY KEY (user_id, token_hash),
    CONSTRAINT fk_identity_known_browser_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id)
        ON DELETE CASCADE
);
ALTER TABLE identity_known_browser ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_membership (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    site_ids uuid[],
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT ck_identity_membership_bounds CHECK (((tenant_id <> '00000000-0000-0000-0000-000000000000'::uuid)
        AND (cardinality(site_ids) <= 1000))),
    CONSTRAINT pk_identity_membership PRIMARY KEY (tenant_id, user_id),
    CONSTRAINT uq_identity_membership_id UNIQUE (id),
    CONSTRAINT fk_identity_membership_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id)
        ON DELETE CASCADE,
    CONSTRAINT fk_identity_membership_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id) ON DELETE CASCADE
);
CREATE INDEX ix_identity_membership_user_id ON identity_membership (user_id);
ALTER TABLE identity_membership ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_password_reset (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT pk_identity_password_reset PRIMARY KEY (token_hash),
    CONSTRAINT fk_identity_password_reset_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id)
        ON DELETE CASCADE
);
CREATE INDEX ix_identity_password_reset_user_id ON identity_password_reset (user_id);
ALTER TABLE identity_password_reset ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_session (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    state character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    source_ip character varying,
    user_agent character varying,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    stepped_up_at timestamp with time zone,
    CONSTRAINT ck_identity_session_bounds CHECK ((((created_at IS NULL)
        OR ((created_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND ((last_seen_at IS NULL)
        OR ((last_seen_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (last_seen_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
        AND (length((user_agent)::text) <= 300) AND (length((source_ip)::text) <= 100))),
    CONSTRAINT pk_identity_session PRIMARY KEY (token_hash),
    CONSTRAINT uq_identity_session_id UNIQUE (id),
    CONSTRAINT fk_identity_session_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id) ON DELETE CASCADE
);
CREATE INDEX ix_identity_session_created_at ON identity_session (created_at);
CREATE INDEX ix_identity_session_user_id ON identity_session (user_id);
ALTER TABLE identity_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_pending_factor (
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    seed_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_identity_pending_factor PRIMARY KEY (user_id),
    CONSTRAINT fk_identity_pending_factor_session_id FOREIGN KEY (session_id) REFERENCES identity_session(id)
        ON DELETE CASCADE,
    CONSTRAINT fk_identity_pending_factor_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id)
        ON DELETE CASCADE
);
ALTER TABLE identity_pending_factor ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_recovery_code (
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT pk_identity_recovery_code PRIMARY KEY (user_id, code_hash),
    CONSTRAINT fk_identity_recovery_code_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id)
        ON DELETE CASCADE
);
ALTER TABLE identity_recovery_code ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_role_permission (
    role character varying NOT NULL,
    permission character varying NOT NULL,
    CONSTRAINT pk_identity_role_permission PRIMARY KEY (role, permission)
);

CREATE TABLE identity_second_factor_guesses (
    user_id uuid NOT NULL,
    count integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT ck_identity_second_factor_guesses_bounds CHECK (((count >= 0) AND ((locked_until IS NULL)
        OR ((locked_until >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (locked_until < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND ((last_at IS NULL)
        OR ((last_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (last_at < '2200-01-01 00:00:00+00'::timestamp with time zone))))),
    CONSTRAINT pk_identity_second_factor_guesses PRIMARY KEY (user_id),
    CONSTRAINT fk_identity_second_factor_guesses_user_id FOREIGN KEY (user_id) REFERENCES identity_user(id)
        ON DELETE CASCADE
);
ALTER TABLE identity_second_factor_guesses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE identity_setup_code (
    code_hash bytea NOT NULL,
    tenant_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT pk_identity_setup_code PRIMARY KEY (code_hash)
);
ALTER TABLE identity_setup_code ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE notifications_mail (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    to_address character varying NOT NULL,
    language character varying NOT NULL,
    template character varying NOT NULL,
    params_sealed bytea,
    state character varying NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    error_code character varying,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_notifications_mail_bounds CHECK ((((next_attempt_at IS NULL)
        OR ((next_attempt_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (next_attempt_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND ((created_at IS NULL)
        OR ((created_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
        AND (length((to_address)::text) <= 320) AND (length((language)::text) <= 16)
        AND (length((template)::text) <= 64) AND (octet_length(params_sealed) <= 65536))),
    CONSTRAINT pk_notifications_mail PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_notifications_mail_created_at ON notifications_mail (created_at);
CREATE INDEX ix_notifications_mail_waiting ON notifications_mail (next_attempt_at)
    WHERE ((state)::text = 'waiting'::text);
ALTER TABLE notifications_mail ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
