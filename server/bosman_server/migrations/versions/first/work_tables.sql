-- Tables of the group `work`.

CREATE TABLE safety_budget (
    tenant_id uuid NOT NULL,
    action_class character varying NOT NULL,
    per_hour integer NOT NULL,
    on_overflow character varying NOT NULL,
    CONSTRAINT ck_safety_budget_bounds CHECK (((per_hour BETWEEN 0 AND 100000)
        AND (action_class IN ('script', 'restart', 'install')))),
    CONSTRAINT ck_safety_budget_on_overflow CHECK ((on_overflow IN ('approval', 'delay'))),
    CONSTRAINT pk_safety_budget PRIMARY KEY (tenant_id, action_class),
    CONSTRAINT fk_safety_budget_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) ON DELETE CASCADE
);
ALTER TABLE safety_budget ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE safety_freeze (
    tenant_id uuid NOT NULL,
    frozen boolean NOT NULL,
    version bigint NOT NULL,
    reason character varying NOT NULL,
    changed_by uuid,
    changed_by_name character varying NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    announced_version bigint DEFAULT 0 NOT NULL,
    device_count integer,
    acknowledged_count integer,
    offline_count integer,
    CONSTRAINT ck_safety_freeze_bounds CHECK ((((changed_at IS NULL)
        OR ((changed_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (changed_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
        AND (length((reason)::text) <= 300) AND (length((changed_by_name)::text) <= 400))),
    CONSTRAINT pk_safety_freeze PRIMARY KEY (tenant_id)
);
ALTER TABLE safety_freeze ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE safety_obedience (
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    scope_id uuid NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_safety_obedience PRIMARY KEY (tenant_id, device_id, scope_id),
    CONSTRAINT fk_safety_obedience_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE safety_obedience ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE safety_setting (
    tenant_id uuid NOT NULL,
    confirm_above integer NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_safety_setting_bounds CHECK ((confirm_above BETWEEN 1 AND 5000)),
    CONSTRAINT pk_safety_setting PRIMARY KEY (tenant_id),
    CONSTRAINT fk_safety_setting_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) ON DELETE CASCADE
);
ALTER TABLE safety_setting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_act (
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    action_class character varying NOT NULL,
    device_count integer NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT ck_tasks_act_bounds CHECK ((device_count BETWEEN 0 AND 1000000)),
    CONSTRAINT pk_tasks_act PRIMARY KEY (id)
);
CREATE INDEX ix_tasks_act_actor_id_action_class_at ON tasks_act (actor_id, action_class, at);
CREATE INDEX ix_tasks_act_at ON tasks_act (at);
ALTER TABLE tasks_act ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_job (
    kind character varying NOT NULL,
    params jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    created_by_name character varying NOT NULL,
    not_before timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    created_by_key uuid,
    CONSTRAINT ck_tasks_job_bounds CHECK ((((expires_at IS NULL)
        OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND ((not_before IS NULL)
        OR ((not_before >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (not_before < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND (length((kind)::text) <= 64)
        AND (length((created_by_name)::text) <= 400))),
    CONSTRAINT pk_tasks_job PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_tasks_job_tenant_id_created_at ON tasks_job (tenant_id, created_at);
ALTER TABLE tasks_job ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_approval (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    action_class character varying NOT NULL,
    reason character varying NOT NULL,
    device_count integer NOT NULL,
    per_hour integer NOT NULL,
    used integer NOT NULL,
    requested_by uuid,
    requested_by_name character varying NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decision character varying,
    decided_by uuid,
    decided_by_name character varying,
    decided_at timestamp with time zone,
    comment character varying,
    mailed_at timestamp with time zone,
    CONSTRAINT ck_tasks_approval_bounds CHECK ((((expires_at IS NULL)
        OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND (device_count BETWEEN 0
        AND 1000000) AND (per_hour >= 0) AND (used >= 0) AND (length((reason)::text) <= 64)
        AND (length((requested_by_name)::text) <= 400) AND (length((comment)::text) <= 2000))),
    CONSTRAINT ck_tasks_approval_decision CHECK ((decision IN ('approved', 'rejected', 'withdrawn'))),
    CONSTRAINT pk_tasks_approval PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tasks_approval_tenant_id_job_id UNIQUE (tenant_id, job_id),
    CONSTRAINT fk_tasks_approval_tenant_id_job_id FOREIGN KEY (tenant_id, job_id)
        REFERENCES tasks_job(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_tasks_approval_tenant_id_requested_at ON tasks_approval (tenant_id, requested_at);
CREATE INDEX ix_tasks_approval_unmailed ON tasks_approval (tenant_id) WHERE ((mailed_at IS NULL)
    AND (decision IS NULL));
ALTER TABLE tasks_approval ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_task (
    job_id uuid NOT NULL,
    device_id uuid NOT NULL,
    kind character varying NOT NULL,
    state character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    created_by_name character varying NOT NULL,
    not_before timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    timeout_seconds integer NOT NULL,
    leased_at timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    progress_percent integer,
    progress_note jsonb,
    error_code character varying,
    error_params jsonb,
    error_detail character varying,
    exit_code bigint,
    result jsonb,
    chunk_count bigint,
    output_bytes bigint DEFAULT 0 NOT NULL,
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    output_pruned_at timestamp with time zone,
    stdout_tail character varying,
    stderr_tail character varying,
    action_class character varying,
    waiting_for character varying,
    approval_id uuid,
    queued_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_by_key uuid,
    CONSTRAINT ck_tasks_task_action_class CHECK ((NOT ((action_class)::text IS DISTINCT FROM
    CASE
        WHEN ((kind)::text = 'script.run'::text) THEN 'script'::text
        WHEN ((kind)::text = 'system.restart'::text) THEN 'restart'::text
        WHEN (kind IN ('updates.install', 'updates.uninstall', 'apps.upgrade', 'agent.update')) THEN 'install'::text
        WHEN (kind IN ('diagnostics.echo', 'inventory.collect', 'updates.scan', 'updates.history', 'apps.scan', 'health.collect')) THEN NULL::text
        ELSE 'script'::text
    END))),
    CONSTRAINT ck_tasks_task_bounds CHECK (((timeout_seconds BETWEEN 1 AND 604800) AND ((expires_at IS NULL)
        OR ((expires_at >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND ((not_before IS NULL)
        OR ((not_before >= '2000-01-01 00:00:00+00'::timestamp with time zone)
        AND (not_before < '2200-01-01 00:00:00+00'::timestamp with time zone))) AND (length((kind)::text) <= 64)
        AND (length((created_by_name)::text) <= 400))),
    CONSTRAINT ck_tasks_task_state CHECK ((state IN ('waiting', 'queued', 'leased', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'expired'))),
    CONSTRAINT ck_tasks_task_waiting_for CHECK ((waiting_for IN ('time', 'approval', 'budget'))),
    CONSTRAINT pk_tasks_task PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_tasks_task_tenant_id_device_id FOREIGN KEY (tenant_id, device_id)
        REFERENCES tenancy_device(tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_tasks_task_tenant_id_job_id FOREIGN KEY (tenant_id, job_id) REFERENCES tasks_job(tenant_id, id)
        ON DELETE CASCADE
);
CREATE INDEX ix_tasks_task_approval ON tasks_task (tenant_id, approval_id) WHERE (approval_id IS NOT NULL);
CREATE INDEX ix_tasks_task_due ON tasks_task (expires_at)
    WHERE (state IN ('waiting', 'queued', 'leased', 'running'));
CREATE INDEX ix_tasks_task_guarded ON tasks_task (tenant_id, action_class, created_at)
    WHERE ((action_class IS NOT NULL) AND (state IN ('waiting', 'queued')));
CREATE INDEX ix_tasks_task_handed_out ON tasks_task (tenant_id, action_class, leased_at)
    WHERE (action_class IS NOT NULL);
CREATE INDEX ix_tasks_task_open ON tasks_task (device_id, created_at)
    WHERE (state IN ('waiting', 'queued', 'leased', 'running'));
CREATE INDEX ix_tasks_task_output ON tasks_task (tenant_id, finished_at) WHERE ((output_bytes > 0)
    AND (output_pruned_at IS NULL));
CREATE INDEX ix_tasks_task_tenant_id_created_at ON tasks_task (tenant_id, created_at);
CREATE INDEX ix_tasks_task_tenant_id_device_id_created_at ON tasks_task (tenant_id, device_id, created_at);
CREATE INDEX ix_tasks_task_tenant_id_job_id ON tasks_task (tenant_id, job_id);
ALTER TABLE tasks_task ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_chunk (
    tenant_id uuid NOT NULL,
    task_id uuid NOT NULL,
    seq bigint NOT NULL,
    stream character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    text character varying NOT NULL,
    CONSTRAINT pk_tasks_chunk PRIMARY KEY (tenant_id, task_id, seq),
    CONSTRAINT fk_tasks_chunk_tenant_id_task_id FOREIGN KEY (tenant_id, task_id)
        REFERENCES tasks_task(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE tasks_chunk ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_handout (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    action_class character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT pk_tasks_handout PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_tasks_handout_at ON tasks_handout (at);
CREATE INDEX ix_tasks_handout_tenant_id_action_class_at ON tasks_handout (tenant_id, action_class, at);
ALTER TABLE tasks_handout ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE TABLE tasks_idempotency_key (
    actor_id uuid NOT NULL,
    key character varying NOT NULL,
    fingerprint bytea NOT NULL,
    job_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_tasks_idempotency_key_bounds CHECK (((length((key)::text) <= 255)
        AND (octet_length(fingerprint) = 32))),
    CONSTRAINT pk_tasks_idempotency_key PRIMARY KEY (actor_id, key)
);
CREATE INDEX ix_tasks_idempotency_key_created_at ON tasks_idempotency_key (created_at);
ALTER TABLE tasks_idempotency_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
