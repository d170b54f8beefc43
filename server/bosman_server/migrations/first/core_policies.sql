CREATE POLICY audit_entry_owner_reads ON audit_entry FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY audit_entry_tenant ON audit_entry TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY audit_entry_worker ON audit_entry TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_link_tenant ON audit_link TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)));
CREATE POLICY audit_link_worker ON audit_link TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_pending_owner ON audit_pending FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY audit_pending_owner_reads ON audit_pending FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY audit_pending_tenant ON audit_pending TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)));
CREATE POLICY audit_pending_worker ON audit_pending TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_question_owner ON audit_question TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY audit_question_tenant ON audit_question TO bosman_app
    USING ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY audit_question_worker ON audit_question TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_user_app ON identity_user TO bosman_app
    USING ((( SELECT bosman_is_personal() AS bosman_is_personal)
    OR (id IN ( SELECT m.user_id
   FROM identity_membership m
    WHERE (m.tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))))))
    WITH CHECK ((( SELECT bosman_is_personal() AS bosman_is_personal)
    OR (id IN ( SELECT m.user_id
   FROM identity_membership m
    WHERE (m.tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))))));
CREATE POLICY identity_user_owner ON identity_user TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_user_worker ON identity_user TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_api_key_owner ON identity_api_key FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY identity_api_key_tenant ON identity_api_key TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)));
CREATE POLICY identity_api_key_worker ON identity_api_key TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_invitation_tenant ON identity_invitation TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)));
CREATE POLICY identity_invitation_worker ON identity_invitation TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_known_browser_app ON identity_known_browser TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_known_browser_owner ON identity_known_browser TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_known_browser_worker ON identity_known_browser TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_membership_app ON identity_membership TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    OR ( SELECT bosman_is_personal() AS bosman_is_personal)))
    WITH CHECK (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    OR ( SELECT bosman_is_personal() AS bosman_is_personal)));
CREATE POLICY identity_membership_owner ON identity_membership TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_membership_worker ON identity_membership TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_password_reset_app ON identity_password_reset TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_password_reset_owner ON identity_password_reset TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_password_reset_worker ON identity_password_reset TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_session_app ON identity_session TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_session_owner ON identity_session TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_session_worker ON identity_session TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_pending_factor_app ON identity_pending_factor TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_pending_factor_owner ON identity_pending_factor TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_pending_factor_worker ON identity_pending_factor TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_recovery_code_app ON identity_recovery_code TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_recovery_code_owner ON identity_recovery_code TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_recovery_code_worker ON identity_recovery_code TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_second_factor_guesses_app ON identity_second_factor_guesses TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_second_factor_guesses_owner ON identity_second_factor_guesses TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_second_factor_guesses_worker ON identity_second_factor_guesses TO bosman_worker
    USING (true) WITH CHECK (true);

CREATE POLICY identity_setup_code_app ON identity_setup_code TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY identity_setup_code_owner ON identity_setup_code TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_setup_code_worker ON identity_setup_code TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY notifications_mail_tenant ON notifications_mail TO bosman_app
    USING (((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[]))
    AND ((( SELECT bosman_limits() AS bosman_limits) IS NULL)
    OR (tenant_id = ANY (( SELECT bosman_limits() AS bosman_limits)::uuid[])) OR false)))
    WITH CHECK ((tenant_id = ANY (( SELECT bosman_tenants() AS bosman_tenants)::uuid[])));
CREATE POLICY notifications_mail_worker ON notifications_mail TO bosman_worker USING (true) WITH CHECK (true);
