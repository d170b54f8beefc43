"""Keeps the agent running: starts it, hears its heartbeat, starts it again, and swaps versions with a way back.

A small process of threads, the same on Windows (inside the service) and Linux
(under systemd). It holds no connection and no work: whatever happens to the
agent, the keeper is there to begin anew.
"""

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from bosman_agent.folder import DataDir
from bosman_agent.providers import system
from bosman_agent.providers.children import Child, OnLine
from bosman_agent.releases.home import Home
from bosman_agent.releases.swap import MAX_ATTEMPTS, PendingSwap, begin_probe, end_swap, read_swap
from bosman_agent.releases.words import BEAT, EXIT_SWAP, HEALTHY, PREVIOUS_END_VARIABLE

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
HANG_SECONDS = 60.0
"""Without a heartbeat for so long (the agent sends one every few seconds) the agent hangs."""
START_SECONDS = 120.0
"""How long a start may take until the first heartbeat."""
PROBE_SECONDS = 180.0
"""How long a new version has until it must have spoken with the server."""
STOP_SECONDS = 40.0
RETRY_SECONDS = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
STABLE_SECONDS = 60.0


class Event(StrEnum):
    """What the keeper tells the platform's own log; by the key of its text."""

    STARTED = "event.started"
    STOPPED = "event.stopped"
    DIED = "event.died"
    HUNG = "event.hung"
    NOT_STARTED = "event.not_started"
    UPDATED = "event.updated"
    ROLLED_BACK = "event.rolled_back"


Tell = Callable[[Event, dict[str, object]], None]


class Keeper:
    """Runs until `stop` is set. `tell` hears of what an administrator should know."""

    def __init__(
        self,
        data: DataDir,
        home: Home,
        stop: threading.Event,
        *,
        tell: Tell,
        on_error: OnLine | None = None,
        on_committed: Callable[[Home, str], None] = lambda _home, _version: None,
        hang_seconds: float = HANG_SECONDS,
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self._data = data
        self._home = home
        self._stop = stop
        self._tell = tell
        self._on_error = on_error
        self._on_committed = on_committed
        self._hang_seconds = hang_seconds
        self._probe_seconds = probe_seconds
        self._failures = 0
        self._last_end = ""

    def run(self) -> None:
        """Keep an agent running until told to stop."""
        self._tell(Event.STARTED, {"version": self._home.running})
        while not self._stop.is_set():
            swap = self._begin_swap()
            version = swap.to_version if swap else self._home.current(self._data)
            try:
                run = _Run(self._command(version), self._last_end, self._on_error)
            except OSError as error:
                self._tell(Event.NOT_STARTED, {"version": version, "detail": error})
                if swap is not None:
                    self._roll_back(swap, str(error))
                self._pause()
                continue
            try:
                self._last_end = self._watch(run, version, swap)
            finally:
                run.child.let_go()
            if self._last_end and not self._stop.is_set():
                self._pause()
        self._tell(Event.STOPPED, {})

    def _command(self, version: str) -> list[str]:
        program = system.agent_command(self._home.folder(version))
        return [*program, "run", "--supervised", "--data-dir", str(self._data.root)]

    def _pause(self) -> None:
        self._stop.wait(RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)])
        self._failures += 1

    def _watch(self, run: "_Run", version: str, swap: PendingSwap | None) -> str:
        """Until the agent has ended, or is made to; how it ended, empty for an end that was wanted."""
        while (code := run.child.wait(TICK_SECONDS)) is None:
            if self._stop.is_set():
                run.end_tidily()
                return ""
            if run.age >= STABLE_SECONDS:
                self._failures = 0
            if swap is not None and run.healthy.is_set():
                self._commit(swap)
                swap = None
            if swap is not None and run.age > self._probe_seconds:
                run.end_now()
                self._roll_back(swap, "not_healthy")
                return "not_healthy"
            if run.silence > (self._hang_seconds if run.beats else START_SECONDS):
                run.end_now()
                return self._failed(swap, version, Event.HUNG, "hung")
        if code == EXIT_SWAP and swap is None:
            return ""
        return self._failed(swap, version, Event.DIED, f"exit code {code}")

    def _failed(self, swap: PendingSwap | None, version: str, event: Event, reason: str) -> str:
        if swap is not None:
            self._roll_back(swap, reason)
        else:
            self._tell(event, {"version": version, "detail": reason})
        return reason

    def _begin_swap(self) -> PendingSwap | None:
        """The swap whose new version is to be tried now, if there is one."""
        swap = read_swap(self._data)
        if swap is None or swap.phase not in {"staged", "probing"}:
            return None
        if swap.attempts >= MAX_ATTEMPTS:
            self._roll_back(swap, "interrupted")
            return None
        if not self._home.has(swap.to_version):
            self._roll_back(swap, "the folder is not there")
            return None
        try:
            return begin_probe(self._data, swap)
        except OSError as error:
            # Without a record nobody would know how to turn back: stay with what works.
            self._roll_back(swap, str(error))
            return None

    def _roll_back(self, swap: PendingSwap, reason: str) -> None:
        self._tell(Event.ROLLED_BACK, {"version": swap.to_version, "previous": swap.from_version, "detail": reason})
        try:
            self._home.point_to(self._data, swap.from_version)
            end_swap(self._data, swap, committed=False, reason=reason)
        except OSError:
            # The record stays in its trial; what counts its attempts ends it at the latest with the next one.
            log.exception("the way back cannot be written down")

    def _commit(self, swap: PendingSwap) -> None:
        try:
            self._home.point_to(self._data, swap.to_version)
            end_swap(self._data, swap, committed=True)
        except OSError:
            # The new version works, but after the next start the old one would run again: say so by not committing.
            log.exception("the swap cannot be written down")
            return
        self._tell(Event.UPDATED, {"version": swap.to_version, "previous": swap.from_version})
        self._on_committed(self._home, swap.to_version)


class _Run:
    """One life of the agent, and what is heard of it."""

    def __init__(self, command: list[str], previous_end: str, on_error: OnLine | None) -> None:
        self.healthy = threading.Event()
        self.beats = 0
        self._began = self._last_beat = time.monotonic()
        self.child = Child(command, env={PREVIOUS_END_VARIABLE: previous_end}, on_line=self._hear, on_error=on_error)

    def _hear(self, line: str) -> None:
        if line == BEAT:
            self._last_beat = time.monotonic()
            self.beats += 1
        elif line == HEALTHY:
            self.healthy.set()

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def silence(self) -> float:
        """Seconds since the last heartbeat."""
        return time.monotonic() - self._last_beat

    def end_now(self) -> None:
        """Kill it."""
        self.child.kill()
        self.child.wait(STOP_SECONDS)

    def end_tidily(self) -> None:
        """Ask it to end; kill it when it does not."""
        self.child.ask_to_end()
        if self.child.wait(STOP_SECONDS) is None:
            self.end_now()
