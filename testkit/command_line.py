"""The command `bosman` in a process of its own for each call: what a shell would see of it."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from testkit.forks import ForkedBosman
from testkit.patience import patient


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
        process = await asyncio.to_thread(
            ForkedBosman,
            arguments,
            environment={**clean, "COLUMNS": "200", **(environment or {})},
            output=place / "out",
            errors=place / "err",
            typed=place / "in",
        )
        try:
            code = await asyncio.to_thread(process.wait, patient())
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise TimeoutError(f"bosman {' '.join(arguments)} did not end within {patient():g} s") from error
        return Ran(code, (place / "out").read_text(), (place / "err").read_text())
