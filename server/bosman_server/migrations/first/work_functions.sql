CREATE FUNCTION safety_budget_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r safety_budget;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['safety.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION safety_freeze_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.frozen OR NEW.version <> 0 THEN
            RAISE insufficient_privilege USING MESSAGE = 'a freeze begins with nothing';
        END IF;
        RETURN NEW;
    END IF;
    -- A day is room for clocks that differ; what lies far ahead would make every later order an old one.
    IF NEW.version <= OLD.version OR NEW.version > greatest(OLD.version + 1, (extract(epoch FROM now() + interval '1 day') * 1000)::bigint) THEN
        RAISE insufficient_privilege USING MESSAGE = 'versions of a freeze grow with the time';
    END IF;
    IF NOT NEW.frozen THEN
        PERFORM identity_proved_person(NEW.tenant_id, 'safety:freeze');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION safety_freeze_dated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE FUNCTION safety_freeze_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r safety_freeze;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['safety.freeze']);
    RETURN NULL;
END
$$;

CREATE FUNCTION safety_rules_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM identity_proved_person(NEW.tenant_id, 'safety:update');
    RETURN NEW;
END
$$;

CREATE FUNCTION safety_rules_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM tenancy_tenant t WHERE t.id = OLD.tenant_id) THEN
        RAISE insufficient_privilege USING MESSAGE = 'rules go with their tenant';
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION safety_setting_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r safety_setting;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['safety.update']);
    RETURN NULL;
END
$$;

CREATE FUNCTION safety_unfreeze_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r safety_freeze;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.tenant_id], ARRAY['safety.unfreeze']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_act_dated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_approval_asked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.requested_by IS NULL OR NOT EXISTS (
        SELECT FROM tasks_job j
        WHERE j.tenant_id = NEW.tenant_id AND j.id = NEW.job_id AND j.created_by = NEW.requested_by
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'whoever asks is whoever wishes';
    END IF;
    NEW.requested_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_approval_decided() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    person uuid;
BEGIN
    IF OLD.decision IS NOT NULL OR NEW.decision IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'an approval is decided once';
    END IF;
    NEW.decided_at := now();
    IF NEW.decision = 'withdrawn' THEN
        RETURN NEW;
    END IF;
    person := identity_proved_person(OLD.tenant_id, 'approval:decide');
    IF person = OLD.requested_by OR OLD.expires_at <= now() THEN
        RAISE insufficient_privilege USING MESSAGE = 'a second person, in time';
    END IF;
    IF (SELECT count(*) FROM tasks_task t WHERE t.tenant_id = OLD.tenant_id AND t.approval_id = OLD.id)
       > OLD.device_count THEN
        RAISE insufficient_privilege USING MESSAGE = 'more tasks than were asked for';
    END IF;
    NEW.decided_by := person;
    NEW.decided_by_name := (SELECT name FROM identity_user WHERE id = person);
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_approval_in_time() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM bosman_read_committed();
    IF NEW.decision IN ('approved', 'rejected') AND OLD.expires_at <= clock_timestamp() THEN
        RAISE insufficient_privilege USING MESSAGE = 'a second person, in time';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_approval_requested() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tasks_approval;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['approval.request']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_approval_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tasks_approval;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['approval.approve']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_approval_turned() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tasks_approval;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['approval.reject']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_is_account(p_actor uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM identity_membership m WHERE m.user_id = p_actor AND m.tenant_id = ANY (bosman_tenants()))
        OR EXISTS (SELECT FROM identity_api_key k WHERE k.id = p_actor AND k.tenant_id = ANY (bosman_tenants()));
END
$$;

CREATE FUNCTION tasks_job_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    r tasks_job;
BEGIN
    IF TG_OP = 'DELETE' THEN
        r := OLD;
    ELSE
        r := NEW;
    END IF;
    PERFORM audit_demand(r.tenant_id, ARRAY[r.id], ARRAY['job.create']);
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_job_wished() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.created_by IS NULL OR NOT bosman_is_small(NEW.params, 1048576) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a wish is somebody''s, and not too large';
    END IF;
    NEW.created_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_lock_account(p_actor uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF session_user = 'bosman_app' AND NOT tasks_is_account(p_actor) THEN
        RAISE insufficient_privilege USING MESSAGE = 'not an account of this transaction';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.acts.' || p_actor::text, 0));
END
$$;

CREATE FUNCTION tasks_lock_budget(p_tenant uuid, p_class text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF session_user = 'bosman_app' AND NOT (p_tenant = ANY (bosman_tenants()) AND p_class IN ('script', 'restart', 'install')) THEN
        RAISE insufficient_privilege USING MESSAGE = 'not a budget of this transaction';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('bosman.budget.' || p_tenant::text || '.' || p_class, 0));
END
$$;

CREATE FUNCTION tasks_task_cancelled() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO audit_question (tenant_id, actions)
    SELECT DISTINCT n.tenant_id, ARRAY['task.cancel', 'approval.reject']
    FROM changed n JOIN unchanged o ON o.tenant_id = n.tenant_id AND o.id = n.id
    WHERE n.state = 'cancelled' AND o.state <> 'cancelled'
       OR n.cancel_requested_at IS DISTINCT FROM o.cancel_requested_at;
    RETURN NULL;
END
$$;

CREATE FUNCTION tasks_task_of_job() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM bosman_read_committed();
    IF NOT EXISTS (
        SELECT FROM tasks_job j WHERE j.tenant_id = NEW.tenant_id AND j.id = NEW.job_id
          AND j.xmin = pg_current_xact_id()::xid AND j.kind = NEW.kind
          AND j.created_by = NEW.created_by AND j.created_by_key IS NOT DISTINCT FROM NEW.created_by_key
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'tasks are made with their job, and are what it is';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION tasks_task_steered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF OLD.state IN ('waiting', 'queued') AND NEW.state = 'cancelled' THEN
        NEW.finished_at := now();
        NEW.error_code := CASE WHEN NEW.error_code = 'task.rejected' THEN 'task.rejected' ELSE 'task.cancelled' END;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('leased', 'running') AND NEW.state = OLD.state AND NEW.cancel_requested_at IS NOT NULL THEN
        NEW.finished_at := OLD.finished_at;
        NEW.error_code := OLD.error_code;
        RETURN NEW;
    END IF;
    IF OLD.state = 'waiting' AND OLD.waiting_for = 'approval' AND NEW.state IN ('waiting', 'queued') AND EXISTS (
        SELECT FROM tasks_approval a
        WHERE a.tenant_id = OLD.tenant_id AND a.id = OLD.approval_id AND a.decision = 'approved'
    ) THEN
        NEW.state := CASE WHEN OLD.not_before > now() THEN 'waiting' ELSE 'queued' END;
        NEW.waiting_for := CASE WHEN OLD.not_before > now() THEN 'time' END;
        NEW.queued_at := CASE WHEN OLD.not_before > now() THEN NULL ELSE now() END;
        NEW.finished_at := OLD.finished_at;
        NEW.error_code := OLD.error_code;
        NEW.cancel_requested_at := OLD.cancel_requested_at;
        RETURN NEW;
    END IF;
    RAISE insufficient_privilege USING MESSAGE = 'the api may only cancel tasks and release what was approved';
END
$$;

CREATE FUNCTION tasks_task_wished() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.created_by IS NULL OR NEW.state NOT IN ('waiting', 'queued')
       OR (NEW.state = 'waiting') IS DISTINCT FROM (NEW.waiting_for IS NOT NULL)
       OR coalesce(NEW.waiting_for, 'time') NOT IN ('time', 'approval')
       OR (NEW.approval_id IS NOT NULL) IS DISTINCT FROM (NEW.waiting_for IS NOT DISTINCT FROM 'approval') THEN
        RAISE insufficient_privilege USING MESSAGE = 'the api may only wish for tasks';
    END IF;
    -- What a second person is shown is the job: its tasks are that and nothing else. The lock makes a decision wait.
    IF NEW.approval_id IS NOT NULL THEN
        PERFORM FROM tasks_approval a JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
        WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.approval_id AND a.job_id = NEW.job_id AND a.decision IS NULL
          AND j.kind = NEW.kind
        FOR SHARE OF a;
        IF NOT FOUND THEN
            RAISE insufficient_privilege USING MESSAGE = 'the approval is about something else';
        END IF;
    END IF;
    NEW.created_at := now();
    NEW.queued_at := CASE WHEN NEW.state = 'queued' THEN now() END;
    RETURN NEW;
END
$$;
