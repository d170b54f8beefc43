"""A second person's yes or no to work beyond a limit."""

from bosman_server.core.specs.slice_spec import Slice, WorkerParts
from bosman_server.kit.periodic import Periodic
from bosman_server.work.approvals.api import router
from bosman_server.work.approvals.gates import APPROVAL
from bosman_server.work.approvals.mail import ApprovalEmails


def _periodic(parts: WorkerParts) -> list[Periodic]:
    return [ApprovalEmails(parts.runtime).periodic()]


SLICE = Slice(routers=(router,), periodic=_periodic, gates=(APPROVAL,))
