"""Processes of the command `bosman`, forked from one that has imported the server already.

What they do is what they would do as started by a shell; only the seconds that Python takes to read the server's code
are spent once instead of at every start. What a process was started with in its environment cannot be seen from
outside: `/proc` shows that of the one it was forked from.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

_LOADED = ["alembic.command", "bosman_server.app", "bosman_server.cli.admin.agents", "bosman_server.cli.admin.freeze",
           "bosman_server.cli.admin.people", "bosman_server.cli.audit", "bosman_server.cli.keys",
           "bosman_server.cli.main", "bosman_server.cli.releases", "bosman_server.cli.serve",
           "bosman_server.cli.trust", "bosman_server.cli.up", "typer.rich_utils", "uvicorn.lifespan.on",
           "uvicorn.logging"]  # fmt: skip
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(_LOADED)


def get_ready() -> None:
    """Read the server's code meanwhile: whoever forks a process later need not wait for it."""
    forkserver.ensure_running()


_OWN = [sys.executable, "-m", "bosman_server.cli"]
_BESIDE = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class ForkedBosman:
    """A process that runs `bosman` with these arguments; otherwise like `subprocess.Popen`.

    `output` gets both outputs, `errors` the second one if it is named. `leads`: it starts processes of its own.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        output: Path,
        errors: Path | None = None,
        typed: Path = Path(os.devnull),
        leads: bool = False,
    ) -> None:
        files = (str(typed), str(output), str(errors or output))
        call = (list(arguments), dict(environment), files)
        self._process = _forks.Process(target=_be_bosman, args=call, daemon=not leads)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, once it has ended."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when it comes. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("bosman", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self._process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Make it end."""
        self.send_signal(signal.SIGKILL)

    async def ended(self) -> int:
        """The exit code, when it comes, without holding up the loop."""
        loop, seen = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, seen.set)
        try:
            await seen.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return self.wait()


class _Child:
    """A forked process as asyncio has its own."""

    def __init__(self, process: ForkedBosman) -> None:
        self._process = process
        self.pid, self.send_signal, self.kill = process.pid, process.send_signal, process.kill
        self.wait = process.ended

    @property
    def returncode(self) -> int | None:
        return self._process.returncode


def _be_bosman(arguments: list[str], environment: dict[str, str], files: tuple[str, str, str]) -> None:
    """What the forked process does."""
    # Ctrl-C is for the run of tests alone, which ends what it has started in order.
    os.setsid()
    for number, (name, mode) in enumerate(zip(files, (os.O_RDONLY, _BESIDE, _BESIDE), strict=True)):
        os.dup2(os.open(name, mode), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["bosman", *arguments]
    if arguments[0] == "up":
        _fork_children(Path(files[1]))
    from bosman_server.cli.main import main  # noqa: PLC0415 - the test's own process need not read the server

    main()


def _fork_children(output: Path) -> None:
    """Let `bosman up` fork its children of the same kind; whatever else it starts, it starts as it does."""
    start: Any = asyncio.create_subprocess_exec

    async def start_or_fork(*argv: str, **options: Any) -> Any:
        if list(argv[:3]) != _OWN:
            return await start(*argv, **options)
        return _Child(ForkedBosman(argv[3:], environment=options["env"], output=output))

    asyncio.create_subprocess_exec = start_or_fork  # type: ignore[assignment]  # in this process, for what it forks
