-- People: of which changes the trail must have been told.

CREATE FUNCTION identity_api_key_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_api_key;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['api_key.revoke']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_api_key_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_api_key;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['tenant.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_api_key_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_api_key;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['api_key.create']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_guesses_forgiven() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_second_factor_guesses;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.user_id], ARRAY['session.totp', 'session.recovery_code', 'session.totp_enrolled', 'session.step_up']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_invitation_accepted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_invitation;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, NULL::uuid[], ARRAY['member.join']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_invitation_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_invitation;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['member.invite_revoke']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_invitation_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_invitation;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['tenant.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_invitation_renewed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_invitation;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['member.invite_again']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_invitation_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_invitation;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['member.invite']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_membership_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_membership;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.user_id], ARRAY['member.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_membership_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_membership;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.user_id, r.tenant_id], ARRAY['member.remove', 'tenant.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_membership_narrowed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_membership;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, NULL::uuid[], ARRAY['member.update', 'site.delete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_membership_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_membership;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.user_id, r.tenant_id], ARRAY['member.join', 'tenant.create', 'setup.complete']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_password_reset_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_password_reset;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.user_id], ARRAY['user.password_reset_request']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_recovery_code_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_recovery_code;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.user_id], ARRAY['session.totp_enrolled', 'user.recovery_codes', 'user.totp_replace']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_user_factor() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_user;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.id], ARRAY['session.totp_enrolled', 'user.totp_replace']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_user_password() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_user;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.id], ARRAY['user.password_change', 'user.password_reset']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_user_renamed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_user;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[r.id], ARRAY['user.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION identity_user_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r identity_user;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(NULL::uuid, ARRAY[r.id], ARRAY['member.join', 'setup.complete']);
    RETURN NULL;
END
$$;
