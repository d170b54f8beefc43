"""A new version on trial, as the watchdog sees it: begun, decided, and written down as soon as the disk takes it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.home import Home
from bosman_agent.watchdog.pending_update import (
    MAX_ATTEMPTS,
    PendingUpdate,
    begin_probe,
    end_update,
    read_pending_update,
)

log = logging.getLogger(__name__)


@dataclass
class _Verdict:
    """What was decided about a trial, and is not written down yet."""

    update: PendingUpdate
    committed: bool
    reason: str
    told: bool = False


class UpdateProbe:
    """The watchdog's side of the record of an update.

    A verdict that a full disk does not take is remembered by this process, and counts; only a watchdog that is killed
    meanwhile lets the trial begin once more.
    """

    def __init__(
        self,
        data: DataDir,
        home: Home,
        *,
        on_committed: Callable[[Home, str], None],
        on_rolled_back: Callable[[PendingUpdate, str], None],
    ) -> None:
        self._data = data
        self._home = home
        self._on_committed = on_committed
        self._on_rolled_back = on_rolled_back
        self._owed: _Verdict | None = None
        self._again: PendingUpdate | None = None

    @property
    def settled(self) -> bool:
        """Whether everything that was decided is written down."""
        return self._owed is None

    @property
    def current(self) -> str:
        """The version that is meant to run; one that has proved itself, even where that is not written down yet."""
        owed = self._owed
        return owed.update.to_version if owed is not None and owed.committed else self._home.current(self._data)

    def is_wanted(self) -> bool:
        """Whether the agent has asked for an update that has not begun."""
        update = read_pending_update(self._data)
        return update is not None and update.phase == "staged"

    def begin(self) -> PendingUpdate | None:
        """The update whose new version is to be tried now, if there is one."""
        again, self._again = self._again, None
        if again is not None:
            return again
        self.write_down()
        update = read_pending_update(self._data)
        if update is None or update.phase not in {"staged", "probing"} or self._is_decided(update):
            return None
        if (hindrance := self._hindrance(update)) is not None:
            self.roll_back(update, hindrance)
            return None
        try:
            return begin_probe(self._data, update)
        except OSError as error:
            # Without a record nobody would know how to turn back: stay with what works.
            self.roll_back(update, str(error))
            return None

    def _is_decided(self, update: PendingUpdate) -> bool:
        return self._owed is not None and self._owed.update.task_id == update.task_id

    def _hindrance(self, update: PendingUpdate) -> str | None:
        if update.attempts >= MAX_ATTEMPTS:
            return "interrupted"
        return None if self._home.has(update.to_version) else "the folder is not there"

    def again(self, update: PendingUpdate | None) -> None:
        """The trial could not take place: begin it once more, and do not count it."""
        self._again = update

    def commit(self, update: PendingUpdate) -> None:
        """The new version has proved itself."""
        self._decide(_Verdict(update, committed=True, reason=""))

    def roll_back(self, update: PendingUpdate, reason: str) -> None:
        """Turn back to the version before."""
        self._on_rolled_back(update, reason)
        self._decide(_Verdict(update, committed=False, reason=reason))

    def _decide(self, verdict: _Verdict) -> None:
        self._owed = verdict
        self.write_down()

    def write_down(self) -> None:
        """Write down what was decided, unless it is already; where the disk is full the next call tries again."""
        owed = self._owed
        if owed is None:
            return
        update = owed.update
        recorded = read_pending_update(self._data)
        try:
            # What is recorded of another update by now is not to be written over.
            if recorded is None or recorded.task_id == update.task_id:
                self._home.point_to(self._data, update.to_version if owed.committed else update.from_version)
                end_update(self._data, update, committed=owed.committed, reason=owed.reason)
        except OSError as error:
            if not owed.told:
                log.warning("what became of an update cannot be written down yet", exc_info=error)
            owed.told = True
            return
        self._owed = None
        if owed.committed:
            self._on_committed(self._home, update.to_version)
