-- Row-level security and triggers of the group `features`, and what the worker's role may do there.

CREATE POLICY rollout_attempt_tenant ON rollout_attempt TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY rollout_attempt_worker ON rollout_attempt TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY rollout_halt_tenant ON rollout_halt TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false));
CREATE POLICY rollout_halt_worker ON rollout_halt TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY updates_pending_tenant ON updates_pending TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY updates_pending_worker ON updates_pending TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY updates_scan_tenant ON updates_scan TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY updates_scan_worker ON updates_scan TO bosman_worker USING (true) WITH CHECK (true);

CREATE TRIGGER rollout_halt_deleted BEFORE DELETE ON rollout_halt FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();

GRANT SELECT, INSERT, DELETE, UPDATE ON
    releases_release, releases_file, releases_part, rollout_attempt, rollout_halt, updates_pending, updates_scan
TO bosman_worker;
