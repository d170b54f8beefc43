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
