"""The real command line, beside the running stack."""

from collections.abc import Awaitable, Callable

import pytest

from testkit.command_line import Ran, run_bosman
from testkit.stack import Stack

Bosman = Callable[..., Awaitable[Ran]]


@pytest.fixture(scope="session")
def bosman(stack: Stack) -> Bosman:
    """Run `bosman …` as an operator of the stack would."""

    async def run(*arguments: str, typed: str = "", state_dir: bool = True, **environment: str) -> Ran:
        place = ["--state-dir", str(stack.state_dir)] if state_dir else []
        return await run_bosman(*arguments, *place, typed=typed, environment=environment)

    return run
