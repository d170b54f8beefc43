-- Row-level security and triggers of the group `work`, and what the worker's role may do there.

CREATE POLICY safety_budget_tenant ON safety_budget TO bosman_app
    USING ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY safety_budget_worker ON safety_budget TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_freeze_fleet ON safety_freeze FOR SELECT TO bosman_app
    USING (((tenant_id = '00000000-0000-0000-0000-000000000000'::uuid)
    AND (cardinality((SELECT bosman_tenants())) > 0)));
CREATE POLICY safety_freeze_tenant ON safety_freeze TO bosman_app
    USING ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY safety_freeze_worker ON safety_freeze TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_obedience_tenant ON safety_obedience TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY safety_obedience_worker ON safety_obedience TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_setting_tenant ON safety_setting TO bosman_app
    USING ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY safety_setting_worker ON safety_setting TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_act_app ON tasks_act TO bosman_app USING (tasks_is_account(actor_id))
    WITH CHECK (tasks_is_account(actor_id));
CREATE POLICY tasks_act_owner ON tasks_act TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tasks_act_worker ON tasks_act TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_job_owner ON tasks_job FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tasks_job_tenant ON tasks_job TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR EXISTS (SELECT FROM tasks_task t WHERE ((t.tenant_id = tasks_job.tenant_id)
            AND (t.job_id = tasks_job.id)))))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY tasks_job_worker ON tasks_job TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_approval_owner ON tasks_approval TO CURRENT_USER USING (true);
CREATE POLICY tasks_approval_tenant ON tasks_approval TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY tasks_approval_worker ON tasks_approval TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_task_owner ON tasks_task FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tasks_task_tenant ON tasks_task TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY tasks_task_worker ON tasks_task TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_chunk_tenant ON tasks_chunk TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR EXISTS (SELECT FROM tasks_task t WHERE ((t.tenant_id = tasks_chunk.tenant_id)
            AND (t.id = tasks_chunk.task_id)))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR EXISTS (SELECT FROM tasks_task t WHERE ((t.tenant_id = tasks_chunk.tenant_id)
            AND (t.id = tasks_chunk.task_id)))));
CREATE POLICY tasks_chunk_worker ON tasks_chunk TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_handout_tenant ON tasks_handout TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY tasks_handout_worker ON tasks_handout TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_idempotency_key_app ON tasks_idempotency_key TO bosman_app USING (tasks_is_account(actor_id))
    WITH CHECK (tasks_is_account(actor_id));
CREATE POLICY tasks_idempotency_key_owner ON tasks_idempotency_key TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tasks_idempotency_key_worker ON tasks_idempotency_key TO bosman_worker USING (true) WITH CHECK (true);

CREATE TRIGGER safety_budget_changed BEFORE INSERT OR UPDATE ON safety_budget FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_changed();
CREATE TRIGGER safety_budget_deleted BEFORE DELETE ON safety_budget FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();
CREATE CONSTRAINT TRIGGER safety_budget_told AFTER INSERT OR UPDATE ON safety_budget
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION safety_budget_told();

CREATE TRIGGER safety_freeze_changed BEFORE INSERT OR UPDATE ON safety_freeze FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_freeze_changed();
CREATE TRIGGER safety_freeze_dated BEFORE INSERT OR UPDATE ON safety_freeze FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_freeze_dated();
CREATE CONSTRAINT TRIGGER safety_freeze_told AFTER UPDATE ON safety_freeze DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND new.frozen))
    EXECUTE FUNCTION safety_freeze_told();
CREATE CONSTRAINT TRIGGER safety_unfreeze_told AFTER UPDATE ON safety_freeze DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND (NOT new.frozen)))
    EXECUTE FUNCTION safety_unfreeze_told();

CREATE TRIGGER safety_setting_changed BEFORE INSERT OR UPDATE ON safety_setting FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_changed();
CREATE TRIGGER safety_setting_deleted BEFORE DELETE ON safety_setting FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();
CREATE CONSTRAINT TRIGGER safety_setting_told AFTER INSERT OR UPDATE ON safety_setting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION safety_setting_told();

CREATE TRIGGER tasks_act_dated BEFORE INSERT ON tasks_act FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION tasks_act_dated();

CREATE TRIGGER tasks_job_cancelled_at_once BEFORE UPDATE OF cancelled_at ON tasks_job FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.cancelled_at IS NOT NULL)
    AND (new.cancelled_at IS DISTINCT FROM old.cancelled_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE CONSTRAINT TRIGGER tasks_job_told AFTER INSERT ON tasks_job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_job_told();
CREATE TRIGGER tasks_job_wished BEFORE INSERT ON tasks_job FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_job_wished();

CREATE TRIGGER tasks_approval_asked BEFORE INSERT ON tasks_approval FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_asked();
CREATE TRIGGER tasks_approval_decided BEFORE UPDATE ON tasks_approval FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_decided();
CREATE TRIGGER tasks_approval_in_time BEFORE UPDATE ON tasks_approval FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_in_time();
CREATE CONSTRAINT TRIGGER tasks_approval_requested AFTER INSERT ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_requested();
CREATE CONSTRAINT TRIGGER tasks_approval_told AFTER UPDATE ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.decision)::text = 'approved'::text)))
    EXECUTE FUNCTION tasks_approval_told();
CREATE CONSTRAINT TRIGGER tasks_approval_turned AFTER UPDATE ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.decision)::text = 'rejected'::text)))
    EXECUTE FUNCTION tasks_approval_turned();

CREATE TRIGGER tasks_task_cancelled AFTER UPDATE ON tasks_task REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_cancelled();
CREATE TRIGGER tasks_task_of_job BEFORE INSERT ON tasks_task FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_of_job();
CREATE TRIGGER tasks_task_steered BEFORE UPDATE ON tasks_task FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_steered();
CREATE TRIGGER tasks_task_wished BEFORE INSERT ON tasks_task FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_wished();

GRANT SELECT, INSERT, DELETE, UPDATE ON
    safety_budget, safety_freeze, safety_obedience, safety_setting, tasks_act, tasks_job, tasks_approval,
    tasks_task, tasks_chunk, tasks_handout, tasks_idempotency_key
TO bosman_worker;
