"""What the API says of requests for a second person."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, StringConstraints

from bosman_protocol.text import clean_text
from bosman_protocol.work import ActionClass, TaskKind
from bosman_server.kit.schemas import RequestModel

ApprovalState = Literal["pending", "approved", "rejected", "withdrawn", "expired"]


class ApprovalRowOut(BaseModel):
    """A request for a second person in a list."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    job_id: UUID
    kind: TaskKind
    action_class: ActionClass
    reason: Literal["budget"]
    device_count: int
    per_hour: int
    used: int
    """What was used and spoken for of the budget when it was asked."""
    requested_by: UUID | None
    requested_by_name: str
    requested_at: datetime
    expires_at: datetime
    state: ApprovalState
    decided_by_name: str | None
    decided_at: datetime | None
    comment: str | None


class ApprovalOut(ApprovalRowOut):
    """The same with what has to be known to decide."""

    params: dict[str, object]
    not_before: datetime | None
    waiting_count: int
    hostnames: list[str]
    """The first of them."""
    used_now: int
    """Handed out within the last hour."""
    per_hour_now: int


class DecisionRequest(RequestModel):
    """What the second person has to say."""

    comment: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=500),
        AfterValidator(lambda value: clean_text(value, 500, multiline=True)),
    ] = ""
