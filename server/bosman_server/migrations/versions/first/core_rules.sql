-- Row-level security and triggers of the group `core`, and what the worker's role may do there.

CREATE POLICY audit_entry_owner_reads ON audit_entry FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY audit_entry_tenant ON audit_entry TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY audit_entry_worker ON audit_entry TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_link_tenant ON audit_link TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false));
CREATE POLICY audit_link_worker ON audit_link TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_pending_owner ON audit_pending FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY audit_pending_owner_reads ON audit_pending FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY audit_pending_tenant ON audit_pending TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false));
CREATE POLICY audit_pending_worker ON audit_pending TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY audit_question_owner ON audit_question TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY audit_question_tenant ON audit_question TO bosman_app
    USING ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY audit_question_worker ON audit_question TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_user_app ON identity_user TO bosman_app USING (((SELECT bosman_is_personal())
    OR (id IN (SELECT m.user_id FROM identity_membership m
    WHERE (m.tenant_id = ANY ((SELECT bosman_tenants())::uuid[])))))) WITH CHECK (((SELECT bosman_is_personal())
    OR (id IN (SELECT m.user_id FROM identity_membership m
    WHERE (m.tenant_id = ANY ((SELECT bosman_tenants())::uuid[]))))));
CREATE POLICY identity_user_owner ON identity_user TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_user_worker ON identity_user TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_api_key_owner ON identity_api_key FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY identity_api_key_tenant ON identity_api_key TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false));
CREATE POLICY identity_api_key_worker ON identity_api_key TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_invitation_tenant ON identity_invitation TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false));
CREATE POLICY identity_invitation_worker ON identity_invitation TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_known_browser_app ON identity_known_browser TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_known_browser_owner ON identity_known_browser TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_known_browser_worker ON identity_known_browser TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_membership_app ON identity_membership TO bosman_app
    USING (((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])) OR (SELECT bosman_is_personal())))
    WITH CHECK (((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])) OR (SELECT bosman_is_personal())));
CREATE POLICY identity_membership_owner ON identity_membership TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_membership_worker ON identity_membership TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_password_reset_app ON identity_password_reset TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_password_reset_owner ON identity_password_reset TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_password_reset_worker ON identity_password_reset TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_session_app ON identity_session TO bosman_app USING ((SELECT bosman_is_personal()))
    WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_session_owner ON identity_session TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_session_worker ON identity_session TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY identity_pending_factor_app ON identity_pending_factor TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_pending_factor_owner ON identity_pending_factor TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_pending_factor_worker ON identity_pending_factor TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_recovery_code_app ON identity_recovery_code TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_recovery_code_owner ON identity_recovery_code TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_recovery_code_worker ON identity_recovery_code TO bosman_worker USING (true)
    WITH CHECK (true);

CREATE POLICY identity_second_factor_guesses_app ON identity_second_factor_guesses TO bosman_app
    USING ((SELECT bosman_is_personal())) WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_second_factor_guesses_owner ON identity_second_factor_guesses TO CURRENT_USER USING (true)
    WITH CHECK (true);
CREATE POLICY identity_second_factor_guesses_worker ON identity_second_factor_guesses TO bosman_worker
    USING (true) WITH CHECK (true);

CREATE POLICY identity_setup_code_app ON identity_setup_code TO bosman_app USING ((SELECT bosman_is_personal()))
    WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY identity_setup_code_owner ON identity_setup_code TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY identity_setup_code_worker ON identity_setup_code TO bosman_worker USING (true) WITH CHECK (true);

CREATE POLICY notifications_mail_tenant ON notifications_mail TO bosman_app
    USING (tenant_id = ANY ((SELECT bosman_tenants())::uuid[]) AND (
        (SELECT bosman_limits()) IS NULL OR tenant_id = ANY ((SELECT bosman_limits())::uuid[])
        OR false))
    WITH CHECK ((tenant_id = ANY ((SELECT bosman_tenants())::uuid[])));
CREATE POLICY notifications_mail_worker ON notifications_mail TO bosman_worker USING (true) WITH CHECK (true);

CREATE TRIGGER audit_entry_dated BEFORE INSERT ON audit_entry FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION audit_entry_dated();
CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_waits();

CREATE CONSTRAINT TRIGGER audit_question_asked AFTER INSERT ON audit_question DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_question_asked();

CREATE CONSTRAINT TRIGGER identity_user_factor AFTER UPDATE OF totp_sealed, totp_confirmed_at ON identity_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name)
    AND ((new.totp_confirmed_at IS NOT NULL) AND ((new.totp_sealed IS DISTINCT FROM old.totp_sealed)
    OR (new.totp_confirmed_at IS DISTINCT FROM old.totp_confirmed_at))))) EXECUTE FUNCTION identity_user_factor();
CREATE TRIGGER identity_user_factor_kept BEFORE UPDATE OF totp_sealed, totp_confirmed_at, totp_last_step ON identity_user
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND (((old.totp_confirmed_at IS NOT NULL)
    AND ((new.totp_confirmed_at IS NULL) OR (new.totp_sealed IS NULL))) OR ((new.totp_sealed = old.totp_sealed)
    AND (old.totp_last_step IS NOT NULL) AND ((new.totp_last_step IS NULL)
    OR (new.totp_last_step < old.totp_last_step))))))
    EXECUTE FUNCTION bosman_refuse('a factor is replaced, not taken away, and a code works once');
CREATE TRIGGER identity_user_made BEFORE INSERT ON identity_user FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION identity_user_made();
CREATE CONSTRAINT TRIGGER identity_user_password AFTER UPDATE OF password_hash ON identity_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_user_password();
CREATE CONSTRAINT TRIGGER identity_user_renamed AFTER UPDATE OF name ON identity_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_user_renamed();
CREATE CONSTRAINT TRIGGER identity_user_told AFTER INSERT ON identity_user DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION identity_user_told();

CREATE CONSTRAINT TRIGGER identity_api_key_ended AFTER UPDATE OF revoked_at ON identity_api_key
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_api_key_ended();
CREATE CONSTRAINT TRIGGER identity_api_key_gone AFTER DELETE ON identity_api_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION identity_api_key_gone();
CREATE TRIGGER identity_api_key_made BEFORE INSERT ON identity_api_key FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.revoked_at IS NOT NULL)
    OR (new.expires_at > (clock_timestamp() + '367 days'::interval)))))
    EXECUTE FUNCTION bosman_refuse('a key ends within a year');
CREATE TRIGGER identity_api_key_no_wider BEFORE UPDATE OF site_ids ON identity_api_key FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.site_ids IS NOT NULL) AND ((new.site_ids IS NULL)
    OR (NOT (new.site_ids <@ old.site_ids)))))) EXECUTE FUNCTION bosman_refuse('what was given does not grow');
CREATE TRIGGER identity_api_key_revoked_at_once BEFORE UPDATE OF revoked_at ON identity_api_key FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.revoked_at IS NOT NULL)
    AND (new.revoked_at IS DISTINCT FROM old.revoked_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE CONSTRAINT TRIGGER identity_api_key_told AFTER INSERT ON identity_api_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION identity_api_key_told();

CREATE CONSTRAINT TRIGGER identity_invitation_accepted AFTER UPDATE OF accepted_at ON identity_invitation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_invitation_accepted();
CREATE TRIGGER identity_invitation_accepted_at_once BEFORE UPDATE OF accepted_at ON identity_invitation
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.accepted_at IS NOT NULL)
    AND (new.accepted_at IS DISTINCT FROM old.accepted_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE TRIGGER identity_invitation_closed BEFORE UPDATE OF token_hash, expires_at ON identity_invitation
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.accepted_at IS NOT NULL)
    OR (old.revoked_at IS NOT NULL) OR (new.expires_at > (clock_timestamp() + '8 days'::interval)))))
    EXECUTE FUNCTION bosman_refuse('only an open invitation is renewed, for a week');
CREATE CONSTRAINT TRIGGER identity_invitation_ended AFTER UPDATE OF revoked_at ON identity_invitation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_invitation_ended();
CREATE CONSTRAINT TRIGGER identity_invitation_gone AFTER DELETE ON identity_invitation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_invitation_gone();
CREATE TRIGGER identity_invitation_made BEFORE INSERT ON identity_invitation FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.accepted_at IS NOT NULL) OR (new.revoked_at IS NOT NULL)
    OR (new.expires_at > (clock_timestamp() + '8 days'::interval)))))
    EXECUTE FUNCTION bosman_refuse('an invitation begins open, and ends within a week');
CREATE TRIGGER identity_invitation_no_wider BEFORE UPDATE OF site_ids ON identity_invitation FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.site_ids IS NOT NULL) AND ((new.site_ids IS NULL)
    OR (NOT (new.site_ids <@ old.site_ids)))))) EXECUTE FUNCTION bosman_refuse('what was given does not grow');
CREATE CONSTRAINT TRIGGER identity_invitation_renewed AFTER UPDATE OF token_hash, expires_at ON identity_invitation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_invitation_renewed();
CREATE TRIGGER identity_invitation_revoked_at_once BEFORE UPDATE OF revoked_at ON identity_invitation
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.revoked_at IS NOT NULL)
    AND (new.revoked_at IS DISTINCT FROM old.revoked_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE CONSTRAINT TRIGGER identity_invitation_told AFTER INSERT ON identity_invitation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_invitation_told();

CREATE CONSTRAINT TRIGGER identity_membership_changed AFTER UPDATE ON identity_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name)
    AND (NOT COALESCE((((new.role)::text = (old.role)::text) AND (new.site_ids IS NOT NULL)
    AND ((old.site_ids IS NULL) OR (new.site_ids <@ old.site_ids))), false))))
    EXECUTE FUNCTION identity_membership_changed();
CREATE CONSTRAINT TRIGGER identity_membership_ended AFTER DELETE ON identity_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_membership_ended();
CREATE CONSTRAINT TRIGGER identity_membership_narrowed AFTER UPDATE ON identity_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name)
    AND (((new.role)::text = (old.role)::text) AND (new.site_ids IS NOT NULL) AND ((old.site_ids IS NULL)
    OR (new.site_ids <@ old.site_ids))))) EXECUTE FUNCTION identity_membership_narrowed();
CREATE CONSTRAINT TRIGGER identity_membership_told AFTER INSERT ON identity_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_membership_told();

CREATE TRIGGER identity_password_reset_made BEFORE INSERT ON identity_password_reset FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.used_at IS NOT NULL)
    OR (new.expires_at > (clock_timestamp() + '1 day'::interval)))))
    EXECUTE FUNCTION bosman_refuse('a link ends within a day');
CREATE CONSTRAINT TRIGGER identity_password_reset_told AFTER INSERT ON identity_password_reset
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_password_reset_told();
CREATE TRIGGER identity_password_reset_used_at_once BEFORE UPDATE OF used_at ON identity_password_reset
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.used_at IS NOT NULL)
    AND (new.used_at IS DISTINCT FROM old.used_at)))) EXECUTE FUNCTION bosman_refuse('what has ended stays so');

CREATE CONSTRAINT TRIGGER identity_session_began AFTER INSERT ON identity_session DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.state)::text = 'complete'::text)))
    EXECUTE FUNCTION identity_session_told('session.totp', 'session.recovery_code', 'session.totp_enrolled');
CREATE TRIGGER identity_session_dated BEFORE INSERT OR UPDATE ON identity_session FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION identity_session_dated();
CREATE CONSTRAINT TRIGGER identity_session_proved AFTER UPDATE OF stepped_up_at ON identity_session
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_session_told('session.totp', 'session.recovery_code', 'session.totp_enrolled', 'session.step_up');

CREATE CONSTRAINT TRIGGER identity_recovery_code_told AFTER INSERT OR DELETE ON identity_recovery_code
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_recovery_code_told();
CREATE TRIGGER identity_recovery_code_used_at_once BEFORE UPDATE OF used_at ON identity_recovery_code
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.used_at IS NOT NULL)
    AND (new.used_at IS DISTINCT FROM old.used_at)))) EXECUTE FUNCTION bosman_refuse('what has ended stays so');

CREATE CONSTRAINT TRIGGER identity_guesses_forgiven AFTER DELETE ON identity_second_factor_guesses
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION identity_guesses_forgiven();
CREATE TRIGGER identity_guesses_kept BEFORE UPDATE ON identity_second_factor_guesses FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.count < old.count) OR ((old.locked_until IS NOT NULL)
    AND ((new.locked_until IS NULL) OR (new.locked_until < old.locked_until))))))
    EXECUTE FUNCTION bosman_refuse('only a right code forgives');

CREATE TRIGGER identity_setup_code_used_at_once BEFORE UPDATE OF used_at ON identity_setup_code FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.used_at IS NOT NULL)
    AND (new.used_at IS DISTINCT FROM old.used_at)))) EXECUTE FUNCTION bosman_refuse('what has ended stays so');

GRANT SELECT, INSERT ON audit_entry, audit_link TO bosman_worker;
GRANT SELECT, DELETE ON audit_pending TO bosman_worker;
GRANT SELECT, INSERT, DELETE, UPDATE ON
    identity_user, identity_api_key, identity_invitation, identity_known_browser, identity_membership,
    identity_password_reset, identity_session, identity_pending_factor, identity_recovery_code,
    identity_second_factor_guesses, identity_setup_code, notifications_mail
TO bosman_worker;
GRANT SELECT ON identity_role_permission TO bosman_worker;
