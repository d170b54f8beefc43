"""A child that lives as long as its parent wants, and no longer: what keeps the agent running starts the agent so.

No event loop: the watchdog is a small process of threads.
"""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO

OnLine = Callable[[str], None]


class Child:
    """A running child. Closing its standard input asks it to end."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        on_line: OnLine,
        on_error: OnLine | None,
    ) -> None:
        """Start it. `on_line` hears its output, `on_error` (where given) its errors, each from a thread of its own.

        Raises OSError.
        """
        if sys.platform == "win32":
            from bosman_agent.platform.processes import jobs  # noqa: PLC0415 - only there

            # On Windows nobody collects what a service says: it is always read.
            self._process = jobs.start(argv, env=env, with_stdin=True)
        else:
            import os  # noqa: PLC0415 - only needed here

            self._process = subprocess.Popen(  # noqa: S603 - the watchdog's own version folder
                argv,
                env={**os.environ, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if on_error else None,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._readers = [_read(self._process.stdout, on_line), _read(self._process.stderr, on_error or _ignore)]

    def ask_to_end(self) -> None:
        """Close its standard input, which the agent takes for the wish to end tidily."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def wait(self, timeout: float | None) -> int | None:
        """The exit code; None when it still runs after `timeout` seconds."""
        if sys.platform == "win32":
            return self._process.wait(timeout)
        else:  # noqa: RET505 - the type checker skips a branch of another platform, not what follows it
            try:
                return self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                return None

    def kill(self) -> None:
        """End it at once: on Windows with everything that it started, elsewhere itself (a package manager goes on)."""
        self._process.kill()

    def let_go(self) -> None:
        """Close what is left of it, once it has ended."""
        self.ask_to_end()
        for reader in self._readers:
            reader.join(2.0)
        if sys.platform == "win32":
            self._process.let_go()


def _ignore(_line: str) -> None:
    return


def _read(file: IO[bytes] | None, on_line: OnLine) -> threading.Thread:
    def read() -> None:
        if file is None:
            return
        with contextlib.suppress(OSError, ValueError), file:
            for line in file:
                on_line(line.decode("utf-8", "replace").rstrip("\r\n"))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
