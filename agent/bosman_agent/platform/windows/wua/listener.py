"""Listens to the child: collects what it found, and passes on how far it is."""

from bosman_agent.clock import utc_now
from bosman_agent.platform.base import ProviderError, ReportStep, ScanOutcome, WriteLog
from bosman_agent.platform.windows.wua.codes import Circumstances, explain, hresult_text
from bosman_agent.platform.windows.wua.mapping import pending
from bosman_agent.platform.windows.wua.outcomes import InstallRecord
from bosman_agent.platform.windows.wua.wire import (
    MAX_OFFERED,
    Ended,
    Event,
    NotConfirmed,
    Offered,
    RestartFirst,
    Searched,
    SearchRound,
    Skipped,
    Step,
)
from bosman_protocol.codes import Code
from bosman_protocol.completeness import SourceState, completeness
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.progress import NoteCode
from bosman_protocol.reports import UpdatePolicy
from bosman_protocol.text import clean_text

MAX_WARNINGS = 20
USABLE = frozenset({2, 3})
DOWNLOAD_SHARE = 40
INSTALL_SHARE = 55
"""Of a hundred percent of an installation; the rest is the search after it."""

_NOTES: dict[str, NoteCode] = {
    "searching": "updates.searching",
    "downloading": "updates.downloading",
    "installing": "updates.installing",
    "confirming": "updates.confirming",
    "uninstalling": "updates.uninstalling",
}


class StepListener:
    """Passes steps on as progress, and the title of each update as output when its turn comes."""

    def __init__(self, log: WriteLog, progress: ReportStep) -> None:
        self._log = log
        self._progress = progress
        self._at: tuple[str, int] | None = None

    def take(self, event: Event) -> None:
        """Listen."""
        if not isinstance(event, Step):
            return
        title = clean_text(event.title, 256)
        if title and (event.phase, event.number) != self._at:
            self._at = (event.phase, event.number)
            self._log("stdout", f"{event.number}/{event.count} {title}\n")
        self._progress(overall(event), _NOTES[event.phase], number=event.number, count=event.count, title=title)


def overall(step: Step) -> int | None:
    """Percent of the whole, of percent of a phase; downloads count one by one, an installation as one."""
    if step.phase == "downloading" and step.count > 0:
        done = max(step.number - 1, 0) + min(max(step.percent or 0, 0), 100) / 100
        return int(DOWNLOAD_SHARE * min(done / step.count, 1))
    if step.phase == "installing":
        return DOWNLOAD_SHARE + INSTALL_SHARE * min(max(step.percent or 0, 0), 100) // 100
    if step.phase == "confirming":
        return DOWNLOAD_SHARE + INSTALL_SHARE
    return step.percent if step.phase == "uninstalling" else None


class SearchListener:
    """Collects what one search finds."""

    def __init__(self, progress: ReportStep) -> None:
        self._steps = StepListener(lambda *_: None, progress)
        self.found: dict[str, Offered] = {}
        self.searched: Searched | None = None
        self.dropped = 0
        """Updates beyond the most that are listened to."""

    def take(self, event: Event) -> None:
        """Listen."""
        if isinstance(event, Offered):
            if event.update_id in self.found or len(self.found) < MAX_OFFERED:
                self.found[event.update_id] = event
            else:
                self.dropped += 1
        elif isinstance(event, Searched):
            self.searched = event
        else:
            self._steps.take(event)

    def outcome(self, policy: UpdatePolicy, circumstances: Circumstances) -> ScanOutcome:
        """What was found. Raises ProviderError where the search did not come to an end that can be used."""
        if self.searched is None or self.searched.result not in USABLE:
            result = self.searched.result if self.searched is not None else None
            raise ProviderError(ErrorDetail(Code.UPDATES_FAILED, {"result": result}))
        updates = tuple(pending(update) for update in self.found.values())
        warnings = _warnings(self.searched, circumstances)
        source = _source(policy, warnings)
        return ScanOutcome(utc_now(), updates, policy, warnings, completeness((source,), missed=self.dropped))


class InstallListener:
    """Collects what an installation does."""

    def __init__(self, log: WriteLog, progress: ReportStep) -> None:
        self._log = log
        self._steps = StepListener(log, progress)
        self._searches: dict[SearchRound, SearchListener] = {
            "first": SearchListener(progress),
            "confirming": SearchListener(progress),
        }
        self.record = InstallRecord()
        self.restart_first = False

    def take(self, event: Event) -> None:
        """Listen."""
        if isinstance(event, Offered | Searched):
            self._take_search(event)
        elif isinstance(event, Skipped):
            self.record.skipped.append(event)
        elif isinstance(event, Ended):
            self.record.ended[event.update_id] = event
            update = self.record.offered.get(event.update_id)
            title = clean_text(update.title, 256) if update else event.update_id
            failed = event.result != 2
            self._log("stderr" if failed else "stdout", f"{title}: {event.result} {hresult_text(event.hresult)}\n")
        elif isinstance(event, NotConfirmed):
            self.record.not_confirmed = event
        elif isinstance(event, RestartFirst):
            self.restart_first = True
        else:
            self._steps.take(event)

    def _take_search(self, event: Offered | Searched) -> None:
        search = self._searches[event.round]
        search.take(event)
        if event.round == "first":
            self.record.offered = search.found
        elif isinstance(event, Searched):
            self.record.still_offered = search.found
            self.record.confirmed = event.result in USABLE

    def scan(self, policy: UpdatePolicy, circumstances: Circumstances) -> ScanOutcome | None:
        """What is offered now, as far as it is known: after the installation, or before it where nothing was begun."""
        began = any(ended.stage == "install" for ended in self.record.ended.values())
        search = self._searches["confirming" if began else "first"]
        try:
            return search.outcome(policy, circumstances)
        except ProviderError:
            return None


def _source(policy: UpdatePolicy, warnings: tuple[ErrorDetail, ...]) -> SourceState:
    """The one server that Windows asks; what it met on the way is why not all of the answer may be there."""
    name = f"WSUS {policy.server or ''}".strip() if policy.source == "wsus" else "Windows Update"
    if warnings:
        return SourceState(clean_text(name, 256), "failed", warnings[0].code)
    return SourceState(clean_text(name, 256), "answered")


def _warnings(searched: Searched, circumstances: Circumstances) -> tuple[ErrorDetail, ...]:
    """Why a search worked only in parts; one of which Windows says no more is a warning too."""
    found = tuple(explain(warning, circumstances) for warning in searched.warnings if warning)[:MAX_WARNINGS]
    if not found and searched.result == 3:
        return (ErrorDetail(Code.UPDATES_PARTLY),)
    return found
