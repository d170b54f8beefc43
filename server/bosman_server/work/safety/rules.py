"""How much may be done at once: the rules of a tenant, and whose row of the freeze is the fleet's."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from bosman_protocol.work import ActionClass
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.scope import TenantId

FLEET = TenantId(PLATFORM)
"""Whose row stands for the whole fleet."""
OnOverflow = Literal["approval", "delay"]


class BudgetRule(msgspec.Struct, frozen=True):
    """How many tasks of a class within an hour, and what happens to those beyond."""

    per_hour: int
    on_overflow: OnOverflow = "delay"


class SafetyRules(msgspec.Struct, frozen=True):
    """What holds in a tenant."""

    confirm_above: int
    budgets: Mapping[ActionClass, BudgetRule]
    version: int = 0
    """Grows with every change; 0 = nothing was ever changed."""


DEFAULT_RULES = SafetyRules(
    confirm_above=10,
    budgets={
        ActionClass.SCRIPT: BudgetRule(50),
        ActionClass.RESTART: BudgetRule(50),
        ActionClass.INSTALL: BudgetRule(200),
    },
)
"""Where a tenant has said nothing."""
