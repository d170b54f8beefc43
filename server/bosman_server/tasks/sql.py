"""Statements of the task engine: the state machine is in their WHERE clauses."""

INSERT_JOB = """
INSERT INTO tasks_job (tenant_id, id, kind, params, created_at, created_by, created_by_name, not_before, expires_at)
VALUES ($1, $2, $3, $4, now(), $5, $6, $7, $8)
"""

INSERT_TASKS = """
INSERT INTO tasks_task (tenant_id, id, job_id, device_id, kind, params, state, created_at, created_by,
                        created_by_name, not_before, expires_at, timeout_seconds)
SELECT $1, t.id, $2, t.device_id, $5, $6, $7, now(), $8, $9, $10, $11, $12
FROM unnest($3::uuid[], $4::uuid[]) AS t (id, device_id)
"""

# What the agent lacks: queued work, and leased work whose reply it never got.
LEASE = """
WITH picked AS (
    SELECT tenant_id, id FROM tasks_task
    WHERE device_id = $1 AND tenant_id = $2 AND expires_at > now() AND cancel_requested_at IS NULL
      AND (state = 'queued' OR (state = 'leased' AND id <> ALL ($3::uuid[])))
    ORDER BY created_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE tasks_task t SET state = 'leased', leased_at = coalesce(t.leased_at, now())
FROM picked WHERE t.tenant_id = picked.tenant_id AND t.id = picked.id
RETURNING t.id, t.job_id, t.kind, t.params, t.expires_at, t.timeout_seconds, t.created_by, t.created_at
"""

HELD_BY_DEVICE = """
SELECT id, state, cancel_requested_at FROM tasks_task
WHERE device_id = $1 AND tenant_id = $2 AND state IN ('leased', 'running')
"""

REFUSE = """
UPDATE tasks_task SET state = 'failed', finished_at = now(), error_code = $3
WHERE tenant_id = $1 AND id = $2 AND state = 'leased' RETURNING id
"""

STARTED = """
UPDATE tasks_task SET state = 'running', started_at = $4
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('queued', 'leased')
RETURNING id
"""

PROGRESS = """
UPDATE tasks_task SET progress_percent = $4, progress_note = $5
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('leased', 'running')
RETURNING id
"""

# A result that comes after the server had given the task up for lost still counts.
FINISHED = """
UPDATE tasks_task SET state = $4::text, started_at = coalesce(started_at, $5), finished_at = $6, exit_code = $7,
    error_code = $8, error_params = $9, error_detail = $10, result = $11, chunk_count = $12,
    progress_percent = CASE WHEN $4::text = 'succeeded' THEN 100 ELSE progress_percent END
WHERE tenant_id = $1 AND id = $2 AND device_id = $3
  AND (state IN ('waiting', 'queued', 'leased', 'running') OR error_code = 'agent.lost_task')
RETURNING job_id, kind
"""

LOST = """
UPDATE tasks_task SET state = 'failed', finished_at = now(), error_code = 'agent.lost_task'
WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND state IN ('leased', 'running')
RETURNING job_id, kind
"""

OWNED = "SELECT EXISTS (SELECT FROM tasks_task WHERE tenant_id = $1 AND id = $2 AND device_id = $3)"

# Two times the agent's own cap: an agent that ignores it fills no disk.
ADD_CHUNKS = """
WITH owner AS (
    UPDATE tasks_task SET output_bytes = output_bytes + $4
    WHERE tenant_id = $1 AND id = $2 AND device_id = $3 AND output_bytes < $5
    RETURNING id
)
INSERT INTO tasks_chunk (tenant_id, task_id, seq, stream, at, text)
SELECT $1, owner.id, c.seq, c.stream, c.at, c.text
FROM owner, unnest($6::bigint[], $7::text[], $8::timestamptz[], $9::text[]) AS c (seq, stream, at, text)
ON CONFLICT DO NOTHING
"""

CANCEL = """
UPDATE tasks_task SET
    state = CASE WHEN state IN ('waiting', 'queued') THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state IN ('waiting', 'queued') THEN now() ELSE finished_at END,
    error_code = CASE WHEN state IN ('waiting', 'queued') THEN 'task.cancelled' ELSE error_code END,
    cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND state IN ('waiting', 'queued', 'leased', 'running')
RETURNING id, device_id, state
"""

WAKE = """
UPDATE tasks_task SET state = 'queued' WHERE state = 'waiting' AND not_before <= now() AND expires_at > now()
RETURNING tenant_id, id, job_id, device_id, state, kind
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
