"""What the API says of budgets and of the freeze."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from bosman_protocol.work import ActionClass
from bosman_server.kit.schemas import RequestModel, one_line
from bosman_server.work.safety.rules import BudgetRule, SafetyRules

Reason = Annotated[str, one_line(300, 0)]


class FreezeRequest(RequestModel):
    """Freeze or go on; a freeze says why."""

    frozen: bool
    reason: Reason = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.frozen and not self.reason:
            raise ValueError("a freeze needs a reason")
        return self


class TenantFreezeRequest(FreezeRequest):
    """The same for one tenant."""

    tenant_id: UUID


class FreezeOut(BaseModel):
    """Whether guarded work may begin, who said so and how many devices have heard it."""

    frozen: bool
    reason: str
    changed_by_name: str | None
    changed_at: datetime | None
    """None: never frozen."""
    device_count: int | None
    acknowledged_count: int | None
    offline_count: int | None
    """Devices that are not connected and have not heard it. Counts of the fleet are for operators."""


class TenantFreezeOut(FreezeOut):
    """The same of a tenant."""

    tenant_id: UUID
    tenant_name: str


class FreezeStates(BaseModel):
    """The fleet, and the tenants that are frozen or were asked for."""

    fleet: FreezeOut
    tenants: list[TenantFreezeOut]


class BudgetSetting(RequestModel):
    """The budget of a class of actions."""

    action_class: ActionClass
    per_hour: Annotated[int, Field(ge=0, le=100_000)]
    on_overflow: Literal["approval", "delay"]


class SafetyUpdate(RequestModel):
    """All rules of a tenant."""

    confirm_above: Annotated[int, Field(ge=1, le=5000)]
    budgets: Annotated[list[BudgetSetting], Field(min_length=len(ActionClass), max_length=len(ActionClass))]

    @model_validator(mode="after")
    def _each_class_once(self) -> Self:
        if len({budget.action_class for budget in self.budgets}) != len(ActionClass):
            raise ValueError("every action class once")
        return self

    def rules(self) -> SafetyRules:
        """As the rest of the server knows them."""
        budgets = {item.action_class: BudgetRule(item.per_hour, item.on_overflow) for item in self.budgets}
        return SafetyRules(self.confirm_above, budgets)


class BudgetOut(BaseModel):
    """A budget with what has been used of it within the last hour."""

    action_class: ActionClass
    per_hour: int
    on_overflow: Literal["approval", "delay"]
    used: int
    pending: int
    """Not handed out yet and not approved by a second person."""


class SafetyOut(BaseModel):
    """The rules of a tenant."""

    tenant_id: UUID
    version: int
    confirm_above: int
    budgets: list[BudgetOut]
