"""A new version on trial, as the keeper sees it: begun, decided, and written down as soon as the disk takes it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bosman_agent.folder import DataDir
from bosman_agent.releases.home import Home
from bosman_agent.releases.swap import MAX_ATTEMPTS, PendingSwap, begin_probe, end_swap, read_swap

log = logging.getLogger(__name__)


@dataclass
class _Verdict:
    """What was decided about a trial, and is not written down yet."""

    swap: PendingSwap
    committed: bool
    reason: str
    told: bool = False


class Trials:
    """The keeper's side of the record of a swap.

    A verdict that a full disk does not take is remembered by this process, and counts; only a keeper that is killed
    meanwhile lets the trial begin once more.
    """

    def __init__(
        self,
        data: DataDir,
        home: Home,
        *,
        on_committed: Callable[[Home, str], None],
        on_rolled_back: Callable[[PendingSwap, str], None],
    ) -> None:
        self._data = data
        self._home = home
        self._on_committed = on_committed
        self._on_rolled_back = on_rolled_back
        self._owed: _Verdict | None = None
        self._again: PendingSwap | None = None

    @property
    def settled(self) -> bool:
        """Whether everything that was decided is written down."""
        return self._owed is None

    @property
    def current(self) -> str:
        """The version that is meant to run; one that has proved itself, even where that is not written down yet."""
        owed = self._owed
        return owed.swap.to_version if owed is not None and owed.committed else self._home.current(self._data)

    def is_wanted(self) -> bool:
        """Whether the agent has asked for a swap that has not begun."""
        swap = read_swap(self._data)
        return swap is not None and swap.phase == "staged"

    def begin(self) -> PendingSwap | None:
        """The swap whose new version is to be tried now, if there is one."""
        again, self._again = self._again, None
        if again is not None:
            return again
        self.write_down()
        swap = read_swap(self._data)
        if swap is None or swap.phase not in {"staged", "probing"} or self._is_decided(swap):
            return None
        if (hindrance := self._hindrance(swap)) is not None:
            self.roll_back(swap, hindrance)
            return None
        try:
            return begin_probe(self._data, swap)
        except OSError as error:
            # Without a record nobody would know how to turn back: stay with what works.
            self.roll_back(swap, str(error))
            return None

    def _is_decided(self, swap: PendingSwap) -> bool:
        return self._owed is not None and self._owed.swap.task_id == swap.task_id

    def _hindrance(self, swap: PendingSwap) -> str | None:
        if swap.attempts >= MAX_ATTEMPTS:
            return "interrupted"
        return None if self._home.has(swap.to_version) else "the folder is not there"

    def again(self, swap: PendingSwap | None) -> None:
        """The trial could not take place: begin it once more, and do not count it."""
        self._again = swap

    def commit(self, swap: PendingSwap) -> None:
        """The new version has proved itself."""
        self._decide(_Verdict(swap, committed=True, reason=""))

    def roll_back(self, swap: PendingSwap, reason: str) -> None:
        """Turn back to the version before."""
        self._on_rolled_back(swap, reason)
        self._decide(_Verdict(swap, committed=False, reason=reason))

    def _decide(self, verdict: _Verdict) -> None:
        self._owed = verdict
        self.write_down()

    def write_down(self) -> None:
        """Write down what was decided, unless it is already; where the disk is full the next call tries again."""
        owed = self._owed
        if owed is None:
            return
        swap = owed.swap
        recorded = read_swap(self._data)
        try:
            # What is recorded of another update by now is not to be written over.
            if recorded is None or recorded.task_id == swap.task_id:
                self._home.point_to(self._data, swap.to_version if owed.committed else swap.from_version)
                end_swap(self._data, swap, committed=owed.committed, reason=owed.reason)
        except OSError as error:
            if not owed.told:
                log.warning("what became of an update cannot be written down yet", exc_info=error)
            owed.told = True
            return
        self._owed = None
        if owed.committed:
            self._on_committed(self._home, swap.to_version)
