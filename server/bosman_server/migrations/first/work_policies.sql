CREATE POLICY safety_budget_tenant ON safety_budget TO bosman_app
    USING ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY safety_budget_worker ON safety_budget TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_freeze_fleet ON safety_freeze FOR SELECT TO bosman_app
    USING (((tenant_id = '00000000-0000-0000-0000-000000000000'::uuid)
    AND (cardinality(( SELECT bosman_tenants() AS bosman_tenants)) > 0)));
CREATE POLICY safety_freeze_tenant ON safety_freeze TO bosman_app
    USING ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY safety_freeze_worker ON safety_freeze TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_obedience_tenant ON safety_obedience TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))));
CREATE POLICY safety_obedience_worker ON safety_obedience TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY safety_setting_tenant ON safety_setting TO bosman_app
    USING ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY safety_setting_worker ON safety_setting TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_act_app ON tasks_act TO bosman_app USING (tasks_is_account(actor_id))
    WITH CHECK (tasks_is_account(actor_id));
CREATE POLICY tasks_act_owner ON tasks_act TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tasks_act_worker ON tasks_act TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_job_owner ON tasks_job FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tasks_job_tenant ON tasks_job TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (EXISTS ( SELECT
   FROM tasks_task t
  WHERE ((t.tenant_id = tasks_job.tenant_id)
    AND (t.job_id = tasks_job.id)))))))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY tasks_job_worker ON tasks_job TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_approval_owner ON tasks_approval TO CURRENT_USER USING (true);
CREATE POLICY tasks_approval_tenant ON tasks_approval TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY tasks_approval_worker ON tasks_approval TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_task_owner ON tasks_task FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tasks_task_tenant ON tasks_task TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))));
CREATE POLICY tasks_task_worker ON tasks_task TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_chunk_tenant ON tasks_chunk TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (EXISTS ( SELECT
   FROM tasks_task t
  WHERE ((t.tenant_id = tasks_chunk.tenant_id)
    AND (t.id = tasks_chunk.task_id)))))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (EXISTS ( SELECT
   FROM tasks_task t
  WHERE ((t.tenant_id = tasks_chunk.tenant_id)
    AND (t.id = tasks_chunk.task_id)))))));
CREATE POLICY tasks_chunk_worker ON tasks_chunk TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_handout_tenant ON tasks_handout TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (device_id IN ( SELECT d.id
   FROM tenancy_device d
    WHERE (d.site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))));
CREATE POLICY tasks_handout_worker ON tasks_handout TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tasks_idempotency_key_app ON tasks_idempotency_key TO bosman_app USING (tasks_is_account(actor_id))
    WITH CHECK (tasks_is_account(actor_id));
CREATE POLICY tasks_idempotency_key_owner ON tasks_idempotency_key TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tasks_idempotency_key_worker ON tasks_idempotency_key TO bosman_worker USING (true) WITH CHECK (true);
