"""A peer's process, with its output in a log and a firm end."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import psutil

from bench.harness.processes import tree

_PATIENCE_SECONDS = 8


class PeerProcess:
    """`async with PeerProcess(command, folder)`: started when entered, its whole tree ended when left."""

    def __init__(self, command: Sequence[str | Path], folder: Path, environment: dict[str, str] | None = None) -> None:
        self._command = [str(word) for word in command]
        self._folder = folder
        self._environment = {**os.environ, **(environment or {})}
        self._process: asyncio.subprocess.Process | None = None
        self.log = folder / f"{Path(self._command[0]).name}.log"

    async def __aenter__(self) -> Self:
        """Start. Raises OSError."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=self._folder, env=self._environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process and everything it started."""
        process = self._process
        assert process is not None
        # The loop reaps its own child; psutil must not do so before it.
        family = tree(process.pid)[1:]
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.send_signal(number)
            family = await asyncio.to_thread(_survivors, family)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)
            if process.returncode is not None and not family:
                return

    async def wait(self) -> None:
        """Until it ends by itself."""
        assert self._process is not None
        await self._process.wait()

    @property
    def ended(self) -> bool:
        """Whether it is no longer running."""
        return self._process is None or self._process.returncode is not None

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-800:]


def _survivors(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended within some seconds."""
    return psutil.wait_procs(processes, timeout=_PATIENCE_SECONDS)[1]
