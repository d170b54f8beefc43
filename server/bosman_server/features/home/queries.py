"""What Home counts: a handful of statements over the scope, however many devices there are.

$1 are tenants, $2 what limits memberships to some sites (NULL = nothing), $3 the sites that are looked at (NULL = all).
"""

from bosman_server.fleet.inventory.models import LOW_DISK_PERCENT

_DEVICE = """
    d.tenant_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR d.tenant_id = ANY ($2) OR d.site_id = ANY ($2))
    AND ($3::uuid[] IS NULL OR d.site_id = ANY ($3))
"""
_FAILED = "t.state IN ('failed', 'timed_out', 'expired')"

CUSTOMERS = f"""
SELECT n.id AS tenant_id, n.name AS tenant_name, count(d.id) AS devices,
       count(*) FILTER (WHERE p.online) AS online,
       count(*) FILTER (WHERE d.id IS NOT NULL AND NOT coalesce(p.online, false)
           AND coalesce(p.last_seen_at, d.enrolled_at) < now() - interval '7 days') AS away,
       count(*) FILTER (WHERE s.scanned_at IS NOT NULL AND s.critical_count + s.security_count = 0) AS patched,
       count(*) FILTER (WHERE d.id IS NOT NULL AND s.scanned_at IS NULL) AS unscanned,
       count(*) FILTER (WHERE s.critical_count > 0) AS critical_updates,
       count(*) FILTER (WHERE s.security_count > 0) AS security_updates,
       count(*) FILTER (WHERE s.restart_required) AS restart_required,
       count(*) FILTER (WHERE f.least_free_percent < {LOW_DISK_PERCENT}) AS low_disk,
       count(*) FILTER (WHERE d.id IS NOT NULL AND f.least_free_percent IS NULL) AS disk_unknown,
       count(*) FILTER (WHERE h.disk_verdict = 'failing') AS failing_disks,
       count(*) FILTER (WHERE d.id IS NOT NULL AND coalesce(h.disk_verdict, 'unknown') = 'unknown') AS health_unknown
FROM tenancy_tenant n
LEFT JOIN (tenancy_device d
    LEFT JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
    LEFT JOIN updates_scan s ON s.tenant_id = d.tenant_id AND s.device_id = d.id
    LEFT JOIN inventory_facts f ON f.tenant_id = d.tenant_id AND f.device_id = d.id
    LEFT JOIN inventory_health h ON h.tenant_id = d.tenant_id AND h.device_id = d.id
) ON d.tenant_id = n.id AND d.status = 'active' AND {_DEVICE}
WHERE n.id = ANY ($1::uuid[])
GROUP BY n.id, n.name
"""  # noqa: S608 - our own words

# The same work that was asked of the device again since is somebody's already; another script is other work.
FAILED_GROUPS = f"""
SELECT t.kind, t.error_code, count(*) AS task_count, count(DISTINCT t.device_id) AS device_count,
       max(t.finished_at) AS last_at, count(DISTINCT t.job_id) AS job_count,
       (array_agg(t.id ORDER BY t.finished_at DESC))[1] AS task_id,
       (array_agg(t.job_id ORDER BY t.finished_at DESC))[1] AS job_id,
       (array_agg(t.error_params ORDER BY t.finished_at DESC))[1] AS error_params,
       (array_agg(d.hostname ORDER BY t.finished_at DESC))[1:3] AS hostnames
FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
WHERE {_FAILED} AND t.finished_at > now() - interval '24 hours' AND t.tenant_id = ANY ($1::uuid[]) AND {_DEVICE}
  AND NOT EXISTS (
      SELECT FROM tasks_task n
      JOIN tasks_job j ON j.tenant_id = t.tenant_id AND j.id = t.job_id
      JOIN tasks_job k ON k.tenant_id = n.tenant_id AND k.id = n.job_id
      WHERE n.tenant_id = t.tenant_id AND n.device_id = t.device_id AND n.kind = t.kind
        AND n.created_at > t.created_at AND k.params = j.params)
GROUP BY t.kind, t.error_code ORDER BY device_count DESC, last_at DESC LIMIT $4
"""  # noqa: S608 - as above

FAILED_TREND = f"""
SELECT count(*) FILTER (WHERE t.finished_at > now() - interval '24 hours') AS now,
       count(*) FILTER (WHERE t.finished_at <= now() - interval '24 hours') AS day_ago
FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
WHERE {_FAILED} AND t.finished_at > now() - interval '48 hours' AND t.tenant_id = ANY ($1::uuid[]) AND {_DEVICE}
"""  # noqa: S608 - as above

# Unfinished work alone, by its own index: what has ended is not looked at.
OPEN_JOBS = f"""
(SELECT t.job_id, false AS is_planned, max(t.leased_at) AS at
 FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
 WHERE t.state IN ('leased', 'running') AND t.tenant_id = ANY ($1::uuid[]) AND {_DEVICE}
 GROUP BY t.job_id ORDER BY at DESC LIMIT $4)
UNION ALL
(SELECT t.job_id, true, min(t.not_before) AS at
 FROM tasks_task t JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
 WHERE t.state = 'waiting' AND t.not_before > now() AND t.not_before < now() + interval '24 hours'
   AND t.tenant_id = ANY ($1::uuid[]) AND {_DEVICE}
 GROUP BY t.job_id ORDER BY at LIMIT $4)
"""  # noqa: S608 - as above

APPROVALS_TREND = """
SELECT count(*) FILTER (WHERE a.decision IS NULL AND a.expires_at > now()) AS now,
       count(*) FILTER (WHERE a.requested_at <= now() - interval '24 hours'
           AND a.expires_at > now() - interval '24 hours'
           AND (a.decided_at IS NULL OR a.decided_at > now() - interval '24 hours')) AS day_ago
FROM tasks_approval a WHERE a.tenant_id = ANY ($1::uuid[])
"""

SETUP = """
SELECT EXISTS (SELECT FROM tenancy_site s WHERE s.tenant_id = ANY ($1::uuid[])
                 AND ($2::uuid[] IS NULL OR s.tenant_id = ANY ($2) OR s.id = ANY ($2))) AS has_site,
       EXISTS (SELECT FROM identity_membership m WHERE m.tenant_id = ANY ($1::uuid[]) AND m.user_id <> $3::uuid)
           AS has_team
"""
