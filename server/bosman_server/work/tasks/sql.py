"""Statements of the task engine: the state machine is in their WHERE clauses."""

INSERT_JOB = """
INSERT INTO tasks_job (tenant_id, id, kind, params, created_at, created_by, created_by_name, not_before, expires_at,
                       created_by_key, retry_of, outside_windows)
VALUES ($1, $2, $3, $4, now(), $5, $6, $7, $8, $9, $10, $11)
"""

INSERT_TASKS = """
INSERT INTO tasks_task (tenant_id, id, job_id, device_id, kind, state, created_at, created_by, created_by_name,
                        not_before, expires_at, timeout_seconds, action_class, waiting_for, approval_id, queued_at,
                        created_by_key)
SELECT $1, t.id, $2, t.device_id, $5, CASE WHEN $12::text IS NULL THEN 'queued' ELSE 'waiting' END, now(), $6, $7,
       $8, $9, $10, $11, $12, $13, CASE WHEN $12::text IS NULL THEN now() END, $14
FROM unnest($3::uuid[], $4::uuid[]) AS t (id, device_id)
"""

# What the agent lacks: queued work, and leased work whose reply it never got. $5: frozen, only the harmless kinds $6.
LEASE = """
WITH picked AS (
    SELECT tenant_id, id, state FROM tasks_task
    WHERE device_id = $1 AND tenant_id = $2 AND expires_at > now() AND cancel_requested_at IS NULL
      AND (NOT $5 OR kind = ANY ($6::text[]))
      AND (state = 'queued' OR (state = 'leased' AND id <> ALL ($3::uuid[])))
    ORDER BY created_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE tasks_task t SET state = 'leased', leased_at = coalesce(t.leased_at, now())
FROM picked, tasks_job j
WHERE t.tenant_id = picked.tenant_id AND t.id = picked.id AND j.tenant_id = t.tenant_id AND j.id = t.job_id
RETURNING t.id, t.job_id, t.kind, j.params, least(t.expires_at, now() + interval '400 days') AS expires_at,
          t.timeout_seconds, t.created_by, t.created_at, t.created_by_key, t.approval_id,
          picked.state = 'queued' AS fresh, j.outside_windows IS NOT NULL AS outside_windows,
          (j.kind, j.created_by, j.created_by_key) IS NOT DISTINCT FROM (t.kind, t.created_by, t.created_by_key)
              AS is_as_wished,
          (SELECT d.site_id FROM tenancy_device d WHERE d.tenant_id = t.tenant_id AND d.id = t.device_id) AS site_id
"""

OF_DEVICES = "SELECT id FROM tasks_task WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND device_id = ANY ($3::uuid[])"

# It was never sent: it counts as not handed out.
HOLD_BACK = """
UPDATE tasks_task SET state = 'waiting', waiting_for = $3, leased_at = NULL, queued_at = NULL
WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND state = 'leased'
RETURNING id
"""

HELD_BY_DEVICE = """
SELECT id, state, cancel_requested_at FROM tasks_task
WHERE device_id = $1 AND tenant_id = $2 AND state IN ('leased', 'running')
"""

REFUSE = """
UPDATE tasks_task SET state = 'failed', finished_at = now(), error_code = $3,
    leased_at = CASE WHEN $4 THEN NULL ELSE leased_at END
WHERE tenant_id = $1 AND id = $2 AND state = 'leased' RETURNING id
"""

STARTED = """
UPDATE tasks_task SET state = 'running', started_at = greatest($4, leased_at - interval '5 minutes')
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('queued', 'leased')
RETURNING id
"""

PROGRESS = """
UPDATE tasks_task SET progress_percent = $4, progress_note = $5
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('leased', 'running')
RETURNING id
"""

KINDS_OF = "SELECT id, kind FROM tasks_task WHERE tenant_id = ANY ($1::uuid[]) AND id = ANY ($2::uuid[])"

# A result that comes after the server had given the task up for lost still counts. No task began long before it was
# handed out, whatever the device's clock says: retention and roll-out look at these times.
FINISHED = """
UPDATE tasks_task SET state = $4::text, ended_at = now(),
    started_at = coalesce(
        started_at, CASE WHEN $5::timestamptz IS NOT NULL THEN greatest($5, leased_at - interval '5 minutes') END),
    finished_at = greatest($6, coalesce(leased_at, created_at) - interval '5 minutes'),
    exit_code = $7, error_code = $8, error_params = $9, error_detail = $10, result = $11, chunk_count = $12,
    progress_percent = CASE WHEN $4::text = 'succeeded' THEN 100 ELSE progress_percent END,
    stdout_tail = $13, stderr_tail = $14
WHERE tenant_id = $1 AND id = $2 AND device_id = $3
  AND (state IN ('waiting', 'queued', 'leased', 'running') OR error_code = 'agent.lost_task')
RETURNING job_id, kind
"""

LOST = """
UPDATE tasks_task SET state = 'failed', finished_at = now(), error_code = 'agent.lost_task'
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('leased', 'running')
RETURNING job_id, kind
"""

OWNED = """
SELECT CASE WHEN finished_at IS NULL THEN 'unfinished' ELSE 'finished' END FROM tasks_task
WHERE tenant_id = $1 AND id = $2 AND device_id = $3
"""

# Two times the agent's own cap, and as many pieces as that is in short lines: an agent that ignores it fills no disk.
# What has no text is counted all the same, for retention looks for what was counted. Nothing is added to what it
# deleted, nor to a task that ended a while ago; what overtook its own end on the way is within the count that the end
# gave. A task that was given up for lost may still come to its end.
ADD_CHUNKS = """
WITH owner AS (
    SELECT id, chunk_count, finished_at IS NOT NULL AND error_code IS DISTINCT FROM 'agent.lost_task' AS ended
    FROM tasks_task
    WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND output_bytes < $4 AND output_pruned_at IS NULL
      AND (finished_at IS NULL OR error_code = 'agent.lost_task'
           OR coalesce(ended_at, finished_at) > now() - interval '15 minutes')
    FOR UPDATE
), added AS (
    INSERT INTO tasks_chunk (tenant_id, task_id, seq, stream, at, text)
    SELECT $1, owner.id, c.seq, c.stream, c.at, c.text
    FROM owner, unnest($6::bigint[], $7::text[], $8::timestamptz[], $9::text[]) AS c (seq, stream, at, text)
    WHERE c.seq < $5 AND (NOT owner.ended OR c.seq < owner.chunk_count)
    ON CONFLICT DO NOTHING RETURNING greatest(octet_length(text), 1) AS bytes
), counted AS (
    UPDATE tasks_task t SET output_bytes = t.output_bytes + (SELECT coalesce(sum(bytes), 0) FROM added)
    FROM owner WHERE t.tenant_id = $1 AND t.id = owner.id
)
SELECT ended, CASE WHEN ended THEN chunk_count END AS chunk_count FROM owner
"""

# The end of each stream, out of the last pieces of both: a bounded look, however much there is.
TAILS = """
SELECT stream, string_agg(text, '' ORDER BY seq) AS text FROM (
    SELECT seq, stream, right(text, 1200) AS text FROM tasks_chunk
    WHERE tenant_id = $1 AND task_id = $2 ORDER BY seq DESC LIMIT 100
) AS last WHERE stream IN ('stdout', 'stderr') GROUP BY stream
"""

SET_TAILS = "UPDATE tasks_task SET stdout_tail = $3, stderr_tail = $4 WHERE tenant_id = $1 AND id = $2"

CANCEL = """
UPDATE tasks_task SET
    state = CASE WHEN state IN ('waiting', 'queued') THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state IN ('waiting', 'queued') THEN now() ELSE finished_at END,
    error_code = CASE WHEN state IN ('waiting', 'queued') THEN 'task.cancelled' ELSE error_code END,
    cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND state IN ('waiting', 'queued', 'leased', 'running')
RETURNING tenant_id, id, job_id, device_id, state
"""

_RELEASED = """
UPDATE tasks_task t SET state = CASE WHEN t.not_before > now() THEN 'waiting' ELSE 'queued' END,
    waiting_for = CASE WHEN t.not_before > now() THEN 'time' END,
    queued_at = CASE WHEN t.not_before > now() THEN NULL ELSE now() END
"""
# What another gate let go of may still have to wait for its time.
RELEASE = f"""
{_RELEASED} FROM unnest($1::uuid[], $2::uuid[]) AS picked (tenant_id, id)
WHERE t.tenant_id = picked.tenant_id AND t.id = picked.id AND t.state = 'waiting' AND t.waiting_for = $3
RETURNING t.tenant_id, t.id, t.job_id, t.device_id, t.state, t.kind
"""
RELEASE_APPROVED = f"""
{_RELEASED} WHERE t.tenant_id = $1 AND t.approval_id = $2 AND t.state = 'waiting' AND t.waiting_for = 'approval'
RETURNING t.tenant_id, t.id, t.job_id, t.device_id, t.state
"""
TURN_DOWN = """
UPDATE tasks_task SET state = 'cancelled', finished_at = now(), error_code = 'task.rejected'
WHERE tenant_id = $1 AND approval_id = $2 AND state = 'waiting'
RETURNING tenant_id, id, job_id, device_id, state
"""

WHOSE_TIME_HAS_COME = """
SELECT tenant_id, id FROM tasks_task
WHERE state = 'waiting' AND waiting_for = 'time' AND not_before <= now() AND expires_at > now()
FOR UPDATE SKIP LOCKED
"""

# Whoever asked has cancelled every task: there is nothing left to decide.
WITHDRAW = """
UPDATE tasks_approval a SET decision = 'withdrawn', decided_at = now()
WHERE a.decision IS NULL AND a.expires_at > now() AND NOT EXISTS (
    SELECT FROM tasks_task t WHERE t.tenant_id = a.tenant_id AND t.approval_id = a.id AND t.state = 'waiting')
RETURNING a.tenant_id, a.id, a.job_id
"""

PRUNE = """
WITH old AS (
    SELECT t.tenant_id, t.id FROM tenancy_tenant n
    JOIN tasks_task t ON t.tenant_id = n.id
    WHERE t.output_bytes > 0 AND t.output_pruned_at IS NULL
      AND t.finished_at < now() - make_interval(days => n.output_retention_days)
    ORDER BY t.finished_at LIMIT $1 FOR UPDATE OF t SKIP LOCKED
), gone AS (
    DELETE FROM tasks_chunk c USING old WHERE c.tenant_id = old.tenant_id AND c.task_id = old.id
)
UPDATE tasks_task t SET output_pruned_at = now(), stdout_tail = NULL, stderr_tail = NULL
FROM old WHERE t.tenant_id = old.tenant_id AND t.id = old.id
RETURNING t.tenant_id
"""

EXPIRE = """
UPDATE tasks_task SET state = 'expired', finished_at = now(), error_code = 'task.expired'
WHERE state IN ('waiting', 'queued') AND expires_at <= now()
RETURNING tenant_id, id, job_id, device_id, state, kind
"""

# An agent reports expiry and time-outs itself; this is for those that never come back.
GIVE_UP = """
UPDATE tasks_task SET state = 'failed', finished_at = now(), error_code = 'agent.lost_task'
WHERE state IN ('leased', 'running')
  AND greatest(expires_at, leased_at) + make_interval(secs => timeout_seconds + 86400) <= now()
RETURNING tenant_id, id, job_id, device_id, state, kind
"""
