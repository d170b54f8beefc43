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
