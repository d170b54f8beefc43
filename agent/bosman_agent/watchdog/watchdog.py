"""Keeps the agent running: starts it, hears its heartbeat, starts it again, and changes versions with a way back.

A small process of threads, the same on Windows (inside the service) and Linux
(under systemd). It holds no connection and no work: whatever happens to the
agent, the watchdog is there to begin anew.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.platform import system
from bosman_agent.platform.processes.children import Child, OnLine
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.pending_update import PendingUpdate
from bosman_agent.watchdog.protocol import (
    BEAT,
    EXIT_BUSY,
    EXIT_UPDATE,
    HEALTHY,
    PREVIOUS_END_VARIABLE,
    WATCHDOG_VERSION_VARIABLE,
)
from bosman_agent.watchdog.update_probe import UpdateProbe

TICK_SECONDS = 0.5
START_SECONDS = 120.0
"""How long a start may take until the first heartbeat."""
STOP_SECONDS = 40.0
RETRY_SECONDS = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
STABLE_SECONDS = 60.0
BUSY_SECONDS = 1.0
BUSY_TIMES = 90
"""An agent that a killed watchdog has left behind ends by itself, but may take its time (`client.END_SECONDS`)."""


_BUSY = "busy"


@dataclass(frozen=True)
class Limits:
    """How long the watchdog waits."""

    hang_seconds: float = 60.0
    """Without a heartbeat for so long (the agent sends one every few seconds) the agent hangs."""
    probe_seconds: float = 180.0
    """How long a new version has until it must have spoken with the server."""


DEFAULT_LIMITS = Limits()


class Event(StrEnum):
    """What the watchdog tells the platform's own log; by the key of its text."""

    STARTED = "event.started"
    STOPPED = "event.stopped"
    DIED = "event.died"
    HUNG = "event.hung"
    NOT_STARTED = "event.not_started"
    UPDATED = "event.updated"
    ROLLED_BACK = "event.rolled_back"


Tell = Callable[[Event, dict[str, object]], None]


class Watchdog:
    """Runs until `stop` is set. `tell` hears of what an administrator should know.

    `on_other_version` may put the watchdog of the version that is to run in this one's place, and tell it how the last
    run ended; no agent runs meanwhile.
    """

    def __init__(
        self,
        data: DataDir,
        home: Home,
        stop: threading.Event,
        *,
        tell: Tell,
        on_error: OnLine | None = None,
        on_committed: Callable[[Home, str], None] = lambda _home, _version: None,
        on_other_version: Callable[[str, str], None] = lambda _version, _last_end: None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._data = data
        self._home = home
        self._stop = stop
        self._tell = tell
        self._on_error = on_error
        self._on_other_version = on_other_version
        self._limits = limits
        self._failures = 0
        self._busy_times = 0
        # A watchdog that another one has made way for goes on where that one was.
        self._last_end = os.environ.get(PREVIOUS_END_VARIABLE, "")
        self._probe = UpdateProbe(data, home, on_committed=on_committed, on_rolled_back=self._rolled_back)

    def run(self) -> None:
        """Keep an agent running until told to stop."""
        self._tell(Event.STARTED, {"version": self._home.running})
        while not self._stop.is_set():
            current = self._probe.current
            if current != self._home.running and self._probe.settled:
                self._on_other_version(current, self._last_end)
            update = self._probe.begin()
            self._live_once(update.to_version if update else self._probe.current, update)
        self._tell(Event.STOPPED, {})

    def _live_once(self, version: str, update: PendingUpdate | None) -> None:
        """One life of an agent, and the pause after it where there has to be one."""
        try:
            run = _Run(self._command(version), self._environment(), self._on_error)
        except OSError as error:
            self._tell(Event.NOT_STARTED, {"version": version, "detail": error})
            if update is not None:
                self._probe.roll_back(update, str(error))
            self._pause()
            return
        try:
            end = self._watch(run, version, update)
        finally:
            run.child.let_go()
        if end == _BUSY:
            self._stop.wait(BUSY_SECONDS)
            return
        self._busy_times = 0
        self._last_end = end
        if end:
            self._pause()

    def _command(self, version: str) -> list[str]:
        program = system.agent_command(self._home.folder(version))
        return [*program, "run", "--supervised", "--data-dir", str(self._data.root)]

    def _environment(self) -> dict[str, str]:
        return {PREVIOUS_END_VARIABLE: self._last_end, WATCHDOG_VERSION_VARIABLE: self._home.running}

    def _pause(self) -> None:
        self._stop.wait(RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)])
        self._failures += 1

    def _watch(self, run: "_Run", version: str, update: PendingUpdate | None) -> str:
        """Until the agent has ended, or is made to; how it ended, empty for an end that was wanted."""
        while (code := run.child.wait(TICK_SECONDS)) is None:
            if self._stop.is_set():
                run.end_tidily()
                return ""
            if run.age >= STABLE_SECONDS:
                self._failures = 0
            if update is not None and run.healthy.is_set():
                self._commit(update)
                update = None
            self._probe.write_down()
            if update is not None and run.age > self._limits.probe_seconds:
                run.end_now()
                self._probe.roll_back(update, "not_healthy")
                return "not_healthy"
            if run.silence > (self._limits.hang_seconds if run.beats else START_SECONDS):
                run.end_now()
                return self._failed(update, version, Event.HUNG, "hung")
        return self._ended(code, update, version)

    def _ended(self, code: int, update: PendingUpdate | None, version: str) -> str:
        if self._stop.is_set() or (code == EXIT_UPDATE and update is None and self._probe.is_wanted()):
            return ""
        if code == EXIT_BUSY and self._busy_times < BUSY_TIMES:
            # Another agent still uses the folder: that says nothing about this one, nor about its version.
            self._busy_times += 1
            self._probe.again(update)
            return _BUSY
        return self._failed(update, version, Event.DIED, f"exit code {code}")

    def _failed(self, update: PendingUpdate | None, version: str, event: Event, reason: str) -> str:
        if update is not None:
            self._probe.roll_back(update, reason)
        else:
            self._tell(event, {"version": version, "detail": reason})
        return reason

    def _commit(self, update: PendingUpdate) -> None:
        self._tell(Event.UPDATED, {"version": update.to_version, "previous": update.from_version})
        self._probe.commit(update)

    def _rolled_back(self, update: PendingUpdate, reason: str) -> None:
        self._tell(Event.ROLLED_BACK, {"version": update.to_version, "previous": update.from_version, "detail": reason})


class _Run:
    """One life of the agent, and what is heard of it."""

    def __init__(self, command: list[str], env: dict[str, str], on_error: OnLine | None) -> None:
        self.healthy = threading.Event()
        self.beats = 0
        self._began = self._last_beat = time.monotonic()
        self.child = Child(command, env=env, on_line=self._hear, on_error=on_error)

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
