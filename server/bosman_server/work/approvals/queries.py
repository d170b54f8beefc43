"""The list of requests for a second person, and what has to be known to decide one."""

from datetime import datetime

from sqlalchemy import String, Uuid, any_, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.lists import FastList, Filter, SortKey
from bosman_server.work.approvals.models import Approval
from bosman_server.work.tasks.models import Job

_STATE = case(
    (Approval.decision.is_not(None), Approval.decision),
    (Approval.expires_at <= func.now(), "expired"),
    else_="pending",
)

APPROVALS = FastList(
    base=select(
        Approval.id,
        Approval.tenant_id,
        Tenant.name.label("tenant_name"),
        Approval.job_id,
        Job.kind,
        Approval.action_class,
        Approval.reason,
        Approval.device_count,
        Approval.per_hour,
        Approval.used,
        Approval.requested_by,
        Approval.requested_by_name,
        Approval.requested_at,
        Approval.expires_at,
        _STATE.label("state"),
        Approval.decided_by_name,
        Approval.decided_at,
        Approval.comment,
    )
    .join(Tenant, Tenant.id == Approval.tenant_id)
    .join(Job, (Job.tenant_id == Approval.tenant_id) & (Job.id == Approval.job_id)),
    row_id=Approval.id,
    sorts={
        "requested_at": SortKey(Approval.requested_at, datetime, "desc"),
        "expires_at": SortKey(Approval.expires_at, datetime),
        "device_count": SortKey(Approval.device_count, int, "desc"),
    },
    default_sort="requested_at",
    filters={
        "id": Filter(Uuid(), lambda value: Approval.id == value),
        "tenant_id": Filter(ARRAY(Uuid()), lambda value: Approval.tenant_id == any_(value)),
        "state": Filter(ARRAY(String()), lambda value: any_(value) == _STATE),
    },
)

DETAIL = """
SELECT j.params, j.not_before,
       (SELECT count(*) FROM tasks_task t
        WHERE t.tenant_id = a.tenant_id AND t.approval_id = a.id AND t.state = 'waiting') AS waiting_count,
       ARRAY(SELECT d.hostname FROM tasks_task t
             JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id
             WHERE t.tenant_id = a.tenant_id AND t.approval_id = a.id
             ORDER BY lower(d.hostname), d.id LIMIT $3) AS hostnames
FROM tasks_approval a JOIN tasks_job j ON j.tenant_id = a.tenant_id AND j.id = a.job_id
WHERE a.tenant_id = $1 AND a.id = $2
"""
