-- Tenants, sites, devices, enrolment: what the api may do to them, and what the trail must have been told.

CREATE FUNCTION enrollment_token_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r enrollment_token;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['token.revoke']);
    RETURN NULL;
END
$$;

CREATE FUNCTION enrollment_token_made() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.use_count <> 0 OR NEW.revoked_at IS NOT NULL OR NEW.expires_at > clock_timestamp() + interval '91 days'
       OR NOT EXISTS (SELECT FROM identity_membership m WHERE m.tenant_id = NEW.tenant_id AND m.user_id = NEW.created_by)
       OR NEW.created_by_key IS NOT NULL AND NOT EXISTS (
           SELECT FROM identity_api_key k
           WHERE k.tenant_id = NEW.tenant_id AND k.id = NEW.created_by_key AND k.user_id = NEW.created_by) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a member answers for a token, and it ends';
    END IF;
    NEW.created_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION enrollment_token_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r enrollment_token;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['token.create']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_device_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_device;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['device.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_device_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO audit_question (tenant_id, actions)
    SELECT DISTINCT n.tenant_id, ARRAY['device.move']
    FROM changed n JOIN unchanged o ON o.tenant_id = n.tenant_id AND o.id = n.id
    WHERE n.site_id <> o.site_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_device_steered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'a revoked device stays revoked';
END
$$;

CREATE FUNCTION tenancy_device_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_device;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['device.revoke']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_site_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_site;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['site.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_site_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_site;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id, r.tenant_id], ARRAY['site.delete', 'tenant.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_site_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_site;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['site.create']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_tenant_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_tenant;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.id, ARRAY[r.id], ARRAY['tenant.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_tenant_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM identity_proved_person(OLD.id, 'tenant:delete');
    RETURN OLD;
END
$$;

CREATE FUNCTION tenancy_tenant_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_tenant;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.id, ARRAY[r.id], ARRAY['tenant.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tenancy_tenant_made() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_entry e WHERE e.tenant_id = NEW.id) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the id of a tenant is used once';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION tenancy_tenant_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tenancy_tenant;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.id, ARRAY[r.id], ARRAY['tenant.create']);
    RETURN NULL;
END
$$;
