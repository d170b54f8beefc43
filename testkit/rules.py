"""A tenant's safety rules as they are sent back: what has been used of them is no part of that."""

from typing import Any

_SETTING = ("action_class", "per_hour", "on_overflow")


def settable(settings: dict[str, Any]) -> dict[str, Any]:
    """What `PUT tenants/{id}/safety` takes, out of what `GET` says."""
    budgets = [{name: budget[name] for name in _SETTING} for budget in settings["budgets"]]
    return {"confirm_above": settings["confirm_above"], "budgets": budgets}
