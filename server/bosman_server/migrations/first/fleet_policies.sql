CREATE POLICY tenancy_tenant_owner ON tenancy_tenant FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY tenancy_tenant_tenant ON tenancy_tenant TO bosman_app
    USING ((id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])))
    WITH CHECK ((id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY tenancy_tenant_worker ON tenancy_tenant TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tenancy_site_tenant ON tenancy_site TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))));
CREATE POLICY tenancy_site_worker ON tenancy_site TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY tenancy_device_tenant ON tenancy_device TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))));
CREATE POLICY tenancy_device_worker ON tenancy_device TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_certificate_tenant ON enrollment_certificate TO bosman_app
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
CREATE POLICY enrollment_certificate_worker ON enrollment_certificate TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY enrollment_connection_tenant ON enrollment_connection TO bosman_app
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
CREATE POLICY enrollment_connection_worker ON enrollment_connection TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_presence_tenant ON enrollment_presence TO bosman_app
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
CREATE POLICY enrollment_presence_worker ON enrollment_presence TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY enrollment_token_tenant ON enrollment_token TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[]))
    OR (site_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])))));
CREATE POLICY enrollment_token_worker ON enrollment_token TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_facts_tenant ON inventory_facts TO bosman_app
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
CREATE POLICY inventory_facts_worker ON inventory_facts TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_software_tenant ON inventory_software TO bosman_app
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
CREATE POLICY inventory_software_worker ON inventory_software TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY inventory_software_report_tenant ON inventory_software_report TO bosman_app
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
CREATE POLICY inventory_software_report_worker ON inventory_software_report TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY uplink_part_tenant ON uplink_part TO bosman_app
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
CREATE POLICY uplink_part_worker ON uplink_part TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY uplink_receipt_tenant ON uplink_receipt TO bosman_app
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
CREATE POLICY uplink_receipt_worker ON uplink_receipt TO bosman_worker USING (true) WITH CHECK (true);
