"""The list of requests for a second person, and what has to be known to decide one."""

from sqlalchemy import case, func

from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.list_spec import Join, SortKey, any_of
from bosman_server.kit.db.lists import ListSpec
from bosman_server.work.approvals.models import Approval
from bosman_server.work.approvals.schemas import ApprovalRowOut, ApprovalState
from bosman_server.work.tasks.models import Job

_STATE = case(
    (Approval.decision.is_not(None), Approval.decision),
    (Approval.expires_at <= func.now(), "expired"),
    else_="pending",
)

APPROVALS = ListSpec(
    root=Approval,
    row=ApprovalRowOut,
    shown={"tenant_name": Tenant.name, "kind": Job.kind, "state": _STATE},
    joins=(
        Join(Tenant, Tenant.id == Approval.tenant_id),
        Join(Job, (Job.tenant_id == Approval.tenant_id) & (Job.id == Approval.job_id), decides=True),
    ),
    sorts={
        "requested_at": SortKey(Approval.requested_at, "desc"),
        "expires_at": SortKey(Approval.expires_at),
        "device_count": SortKey(Approval.device_count, "desc"),
    },
    default_sort="requested_at",
    filters={"state": any_of(_STATE, ApprovalState)},
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
