"""The real command line, beside the running stack."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from testkit.stack import Stack


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Bosman = Callable[..., Awaitable[Ran]]


@pytest.fixture(scope="session")
def bosman(stack: Stack) -> Bosman:
    """Run `bosman …` as an operator of the stack would."""

    async def run(*arguments: str, typed: str = "", state_dir: bool = True, **environment: str) -> Ran:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOSMAN_")}
        place = ["--state-dir", str(stack.state_dir)] if state_dir else []
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bosman_server.cli", *arguments, *place,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**clean, "COLUMNS": "200", **environment},
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(typed.encode()), 60)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    return run
