-- Row-level security and triggers of the group `fleet`, and what the worker's role may do there.

CREATE POLICY tenancy_tenant_owner ON tenancy_tenant FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tenancy_tenant_tenant ON tenancy_tenant TO bosman_app
    USING ((id = ANY ((SELECT bosman_tenants())::uuid[])))
    WITH CHECK ((id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY tenancy_tenant_worker ON tenancy_tenant TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tenancy_site_tenant ON tenancy_site TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR id = ANY ((SELECT bosman_limits())::uuid[])))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR id = ANY ((SELECT bosman_limits())::uuid[])));
CREATE POLICY tenancy_site_worker ON tenancy_site TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tenancy_device_tenant ON tenancy_device TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])));
CREATE POLICY tenancy_device_worker ON tenancy_device TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_certificate_tenant ON enrollment_certificate TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY enrollment_certificate_worker ON enrollment_certificate TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY enrollment_connection_tenant ON enrollment_connection TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY enrollment_connection_worker ON enrollment_connection TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_presence_tenant ON enrollment_presence TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY enrollment_presence_worker ON enrollment_presence TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_token_tenant ON enrollment_token TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR site_id = ANY ((SELECT bosman_limits())::uuid[])));
CREATE POLICY enrollment_token_worker ON enrollment_token TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_facts_tenant ON inventory_facts TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY inventory_facts_worker ON inventory_facts TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_software_tenant ON inventory_software TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY inventory_software_worker ON inventory_software TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_software_report_tenant ON inventory_software_report TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY inventory_software_report_worker ON inventory_software_report TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY uplink_part_tenant ON uplink_part TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY uplink_part_worker ON uplink_part TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY uplink_receipt_tenant ON uplink_receipt TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR device_id IN (SELECT d.id FROM tenancy_device d
            WHERE (d.site_id = ANY ((SELECT bosman_limits())::uuid[])))));
CREATE POLICY uplink_receipt_worker ON uplink_receipt TO bosman_worker USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER tenancy_tenant_changed AFTER UPDATE ON tenancy_tenant DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_tenant_changed();
CREATE TRIGGER tenancy_tenant_deleted BEFORE DELETE ON tenancy_tenant FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_tenant_deleted();
CREATE CONSTRAINT TRIGGER tenancy_tenant_gone AFTER DELETE ON tenancy_tenant DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_tenant_gone();
CREATE TRIGGER tenancy_tenant_made BEFORE INSERT ON tenancy_tenant FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_tenant_made();
CREATE CONSTRAINT TRIGGER tenancy_tenant_told AFTER INSERT ON tenancy_tenant DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_tenant_told();

CREATE CONSTRAINT TRIGGER tenancy_site_changed AFTER UPDATE ON tenancy_site DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_site_changed();
CREATE CONSTRAINT TRIGGER tenancy_site_gone AFTER DELETE ON tenancy_site DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_site_gone();
CREATE CONSTRAINT TRIGGER tenancy_site_told AFTER INSERT ON tenancy_site DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_site_told();

CREATE CONSTRAINT TRIGGER tenancy_device_deleted AFTER DELETE ON tenancy_device DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_device_deleted();
CREATE TRIGGER tenancy_device_kept BEFORE DELETE ON tenancy_device FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.status)::text <> 'revoked'::text)))
    EXECUTE FUNCTION bosman_refuse('a device is revoked first');
CREATE TRIGGER tenancy_device_moved AFTER UPDATE ON tenancy_device REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tenancy_device_moved();
CREATE TRIGGER tenancy_device_steered BEFORE UPDATE OF status ON tenancy_device FOR EACH ROW
    WHEN (((CURRENT_USER = 'bosman_app'::name) AND ((old.status)::text = 'revoked'::text)
    AND ((new.status)::text <> 'revoked'::text))) EXECUTE FUNCTION tenancy_device_steered();
CREATE CONSTRAINT TRIGGER tenancy_device_told AFTER UPDATE OF status ON tenancy_device
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION tenancy_device_told();

CREATE CONSTRAINT TRIGGER enrollment_token_ended AFTER UPDATE OF revoked_at ON enrollment_token
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION enrollment_token_ended();
CREATE TRIGGER enrollment_token_made BEFORE INSERT ON enrollment_token FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION enrollment_token_made();
CREATE TRIGGER enrollment_token_revoked_at_once BEFORE UPDATE OF revoked_at ON enrollment_token FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.revoked_at IS NOT NULL)
    AND (new.revoked_at IS DISTINCT FROM old.revoked_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE CONSTRAINT TRIGGER enrollment_token_told AFTER INSERT ON enrollment_token DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION enrollment_token_told();

GRANT SELECT, INSERT, DELETE, UPDATE ON
    tenancy_tenant, tenancy_site, tenancy_device, enrollment_certificate, enrollment_connection,
    enrollment_presence, enrollment_token, inventory_facts, inventory_software, inventory_software_report,
    uplink_part, uplink_receipt
TO bosman_worker;
