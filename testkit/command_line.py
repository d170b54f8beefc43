"""The command `bosman` in a process of its own for each call, forked from one that has imported the server already.

What tests see is what a shell would: arguments, variables, what was typed, exit code and both outputs. Only the
seconds that Python takes to read the server's code are spent once instead of at every call.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60.0
_LOADED = ["alembic.command", "bosman_server.app", "bosman_server.cli.admin.agents", "bosman_server.cli.admin.freeze",
           "bosman_server.cli.admin.people", "bosman_server.cli.audit", "bosman_server.cli.keys",
           "bosman_server.cli.main", "bosman_server.cli.releases", "bosman_server.cli.trust",
           "typer.rich_utils"]  # fmt: skip
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(_LOADED)


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


async def run_bosman(*arguments: str, typed: str = "", environment: Mapping[str, str] | None = None) -> Ran:
    """Run `bosman` with these arguments; of the variables of this process those of Bosman are left out."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOSMAN_")}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in").write_text(typed)
        call = (list(arguments), {**clean, "COLUMNS": "200", **(environment or {})}, folder)
        process = _forks.Process(target=_be_bosman, args=call)
        await asyncio.to_thread(process.start)
        await asyncio.to_thread(process.join, _SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"bosman {' '.join(arguments)} did not end within {_SECONDS:g} s")
        return Ran(process.exitcode, (place / "out").read_text(), (place / "err").read_text())


def _be_bosman(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """What the forked process does."""
    for number, name, mode in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY | os.O_CREAT),
                               (2, "err", os.O_WRONLY | os.O_CREAT)):  # fmt: skip
        os.dup2(os.open(f"{folder}/{name}", mode), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["bosman", *arguments]
    from bosman_server.cli.main import main  # noqa: PLC0415 - the test's own process need not read the server

    main()
