CREATE FUNCTION audit_demand(p_home uuid, p_targets uuid[], p_actions text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_hashjoin TO 'off'
    AS $$
DECLARE
    place uuid;
    waiting uuid;
    entry audit_entry;
    told boolean := false;
BEGIN
    PERFORM bosman_read_committed();
    FOR entry IN
        SELECT e.* FROM audit_pending p JOIN audit_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE p_home IS NULL AND p.xmin = pg_current_xact_id()::xid
    LOOP
        told := told OR audit_tells(entry, p_targets, p_actions);
    END LOOP;
    FOREACH place IN ARRAY ARRAY[p_home, '00000000-0000-0000-0000-000000000000'] LOOP
        EXIT WHEN told;
        FOR waiting IN
            SELECT p.entry_id FROM audit_pending p WHERE p.tenant_id = place AND p.xmin = pg_current_xact_id()::xid
            ORDER BY p.tenant_id, p.entry_id DESC
        LOOP
            EXIT WHEN told;
            SELECT e.* INTO entry FROM audit_entry e WHERE e.tenant_id = place AND e.id = waiting;
            told := (place = p_home OR entry.action = 'setup.complete') AND audit_tells(entry, p_targets, p_actions);
        END LOOP;
    END LOOP;
    IF told IS NOT TRUE THEN
        RAISE insufficient_privilege USING MESSAGE = 'the audit trail was not told';
    END IF;
END
$$;

CREATE FUNCTION audit_entry_dated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT (bosman_is_small(NEW.before, 65536) AND bosman_is_small(NEW.after, 65536)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'an entry is small';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE FUNCTION audit_entry_waits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO audit_pending (tenant_id, entry_id) VALUES (NEW.tenant_id, NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_question_asked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM audit_demand(NEW.tenant_id, NULL::uuid[], NEW.actions::text[]);
    DELETE FROM audit_question q WHERE q.tenant_id = NEW.tenant_id AND q.id = NEW.id;
    RETURN NULL;
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE FUNCTION audit_tells(p_entry audit_entry, p_targets uuid[], p_actions text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RETURN p_entry.result = 'ok' AND p_entry.action = ANY (p_actions)
       AND (p_targets IS NULL OR coalesce(p_entry.target_id, '00000000-0000-0000-0000-000000000000') = ANY (p_targets))
       AND (p_entry.action = 'user.password_reset_request'
         OR p_entry.actor_kind = 'api_key' AND EXISTS (
            SELECT FROM identity_api_key k WHERE k.tenant_id = p_entry.tenant_id AND k.id = p_entry.actor_id)
         OR p_entry.actor_kind = 'user' AND EXISTS (SELECT FROM identity_user u WHERE u.id = p_entry.actor_id)
            AND coalesce(p_entry.actor_id = (
                SELECT s.user_id FROM identity_session s
                WHERE s.id = nullif(current_setting('bosman.session', true), '')::uuid), true));
END
$$;
