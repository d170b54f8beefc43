-- What every slice stands on: who is connected, which tenants are open; the data keys.

CREATE FUNCTION bosman_is_personal() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT cardinality(bosman_tenants()) = 0 OR '00000000-0000-0000-0000-000000000000'::uuid = ANY (bosman_tenants())
$$;

CREATE FUNCTION bosman_is_small(p_value jsonb, p_bytes integer) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    plain text;
    brackets text;
BEGIN
    IF p_value IS NULL THEN
        RETURN true;
    END IF;
    plain := p_value::text;
    IF octet_length(plain) > p_bytes THEN
        RETURN false;
    ELSIF length(plain) <= 64 THEN
        RETURN true;
    END IF;
    brackets := regexp_replace(regexp_replace(plain, '"(?:[^"\\]|\\.)*"', '', 'g'), '[^][{}]', '', 'g');
    FOR depth IN 0..32 LOOP
        IF brackets = '' THEN
            RETURN true;
        END IF;
        brackets := regexp_replace(brackets, '\[\]|\{\}', '', 'g');
    END LOOP;
    RETURN false;
END
$$;

CREATE FUNCTION bosman_limits() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT nullif(current_setting('bosman.limits', true), '')::uuid[]
$$;

CREATE FUNCTION bosman_read_committed() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF session_user = 'bosman_app' AND current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE insufficient_privilege USING MESSAGE = 'guarded changes are made in read committed';
    END IF;
END
$$;

CREATE FUNCTION bosman_refuse() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = TG_ARGV[0];
END
$$;

CREATE FUNCTION bosman_tenants() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(nullif(current_setting('bosman.tenants', true), '')::uuid[], '{}'::uuid[])
$$;

CREATE FUNCTION kit_hold_keys() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(108230817415186);
END
$$;

CREATE TABLE kit_data_key (
    owner_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_kit_data_key_bounds CHECK ((octet_length(wrapped) <= 4096)),
    CONSTRAINT pk_kit_data_key PRIMARY KEY (owner_id)
);
ALTER TABLE kit_data_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY kit_data_key_app ON kit_data_key TO bosman_app USING ((SELECT bosman_is_personal()))
    WITH CHECK ((SELECT bosman_is_personal()));
CREATE POLICY kit_data_key_owner ON kit_data_key TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY kit_data_key_worker ON kit_data_key TO bosman_worker USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, DELETE, UPDATE ON kit_data_key TO bosman_worker;
