"""Windows as people make them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from testkit.window_bodies import window_body


@pytest.fixture
def make_window() -> Callable[..., Awaitable[dict[str, Any]]]:
    """Make a window of a customer, for restarts every night unless something else is said."""

    async def make(client: Any, customer: Any, **changes: Any) -> dict[str, Any]:
        answer = await client.post("windows", json=window_body(customer.id, **changes))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return make
