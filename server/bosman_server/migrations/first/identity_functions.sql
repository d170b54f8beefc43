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

CREATE FUNCTION identity_last_seen(p_user uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT max(s.last_seen_at) FROM identity_session s WHERE s.user_id = p_user AND s.state = 'complete'
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

CREATE FUNCTION identity_proved_person(p_tenant uuid, p_permission text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    person uuid;
    may boolean;
BEGIN
    PERFORM bosman_read_committed();
    SELECT s.user_id INTO person FROM identity_session s
    WHERE s.id = nullif(current_setting('bosman.session', true), '')::uuid AND s.state = 'complete'
      AND s.stepped_up_at BETWEEN clock_timestamp() - interval '5 minutes 30 seconds' AND clock_timestamp() + interval '1 minute'
    FOR SHARE;
    IF p_tenant = '00000000-0000-0000-0000-000000000000' THEN
        SELECT u.is_operator INTO may FROM identity_user u WHERE u.id = person FOR SHARE;
    ELSE
        SELECT EXISTS (SELECT FROM identity_role_permission r WHERE r.role = m.role AND r.permission = p_permission)
        INTO may FROM identity_membership m
        WHERE m.tenant_id = p_tenant AND m.user_id = person AND m.site_ids IS NULL FOR SHARE;
    END IF;
    IF person IS NULL OR may IS NOT TRUE THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody with ' || p_permission || ' has proved a second factor';
    END IF;
    RETURN person;
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

CREATE FUNCTION identity_secrets(p_user uuid, OUT password_hash text, OUT totp_sealed bytea) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT u.password_hash, u.totp_sealed FROM identity_user u
    WHERE u.id = p_user AND (session_user <> 'bosman_app' OR bosman_is_personal())
$$;

CREATE FUNCTION identity_session_dated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := clock_timestamp();
        NEW.stepped_up_at := CASE WHEN NEW.state = 'complete' THEN clock_timestamp() END;
    ELSIF NEW.stepped_up_at IS DISTINCT FROM OLD.stepped_up_at THEN
        NEW.stepped_up_at := clock_timestamp();
    END IF;
    NEW.last_seen_at := least(NEW.last_seen_at, clock_timestamp());
    RETURN NEW;
END
$$;

CREATE FUNCTION identity_session_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    proofs bigint;
    since timestamptz;
BEGIN
    PERFORM bosman_read_committed();
    PERFORM FROM identity_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT count(*), min(e.at) INTO proofs, since FROM audit_entry e
    WHERE e.tenant_id = '00000000-0000-0000-0000-000000000000' AND e.at BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp()
      AND e.target_id = NEW.user_id AND e.actor_kind = 'user' AND e.actor_id = NEW.user_id
      AND e.result = 'ok' AND e.action = ANY (TG_ARGV);
    IF proofs = 0 OR TG_OP = 'INSERT' AND proofs < (
        SELECT count(*) FROM identity_session s
        WHERE s.user_id = NEW.user_id AND s.state = 'complete' AND s.created_at >= since
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the audit trail was not told';
    END IF;
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

CREATE FUNCTION identity_user_made() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.is_operator AND EXISTS (SELECT FROM identity_user) THEN
        RAISE insufficient_privilege USING MESSAGE = 'only the first account looks after the installation';
    END IF;
    RETURN NEW;
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
