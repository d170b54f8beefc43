"""Budgets as a test wants them, and guarded work on several devices."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from testkit.editing import edit
from testkit.rules import settable


@pytest.fixture
def set_budget() -> Callable[..., Awaitable[None]]:
    """Give a tenant another budget for a class; the rest stays as it is."""

    async def change(client: Any, customer: Any, action_class: str = "restart", **changes: Any) -> None:
        settings = settable((await client.get(f"tenants/{customer.id}/safety")).json())
        for budget in settings["budgets"]:
            if budget["action_class"] == action_class:
                budget |= {name: value for name, value in changes.items() if name != "confirm_above"}
        body = {"confirm_above": changes.get("confirm_above", settings["confirm_above"])}
        body["budgets"] = settings["budgets"]
        answer = await edit(client, f"tenants/{customer.id}/safety", body, "PUT")
        assert answer.status_code == 200, answer.text

    return change


@pytest.fixture
def make_job() -> Callable[..., Awaitable[Any]]:
    """Ask for work on devices; the answer as it comes."""

    async def ask(client: Any, devices: list[Any], kind: str = "system.restart", **changes: Any) -> Any:
        ids = [str(device.id) for device in devices]
        body = {"kind": kind, "params": {}, "target": {"device_ids": ids}} | changes
        return await client.post("jobs", json=body)

    return ask


@pytest.fixture
def tasks_of() -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """The tasks of a job as the list shows them."""

    async def read(client: Any, job_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await client.get("tasks", params={"job_id": job_id, "limit": 200})).json()[
            "items"
        ]
        return items

    return read
