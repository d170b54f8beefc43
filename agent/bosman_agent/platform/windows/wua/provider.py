"""Updates through the Windows Update Agent, which a child process talks to.

A scan always asks the update server that the device's policy names; `refresh` has no cheaper alternative here.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence

import msgspec

from bosman_agent.platform.base import (
    InstallOutcome,
    ProviderError,
    ReportStep,
    RestartState,
    ScanOutcome,
    UpdateSelection,
    WriteLog,
)
from bosman_agent.platform.windows.restart_pending import read_marks, restart_state
from bosman_agent.platform.windows.update_policy import read_policy
from bosman_agent.platform.windows.wua import removal
from bosman_agent.platform.windows.wua.codes import Circumstances, explain
from bosman_agent.platform.windows.wua.listener import InstallListener, SearchListener, StepListener
from bosman_agent.platform.windows.wua.mapping import history_entry
from bosman_agent.platform.windows.wua.outcomes import first_failure, outcomes
from bosman_agent.platform.windows.wua.process import CHILD, SEARCH_SECONDS, ChildRun
from bosman_agent.platform.windows.wua.wire import Event, Past, Request, State, Uninstalled, Wanted
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import UpdatePolicy
from bosman_protocol.work import HistoryEntry, UninstallResult, UpdateOutcome

assert sys.platform == "win32"

from bosman_agent.platform.windows import machine_registry

log = logging.getLogger(__name__)

WUSA = (rf"{os.environ.get('SYSTEMROOT', 'C:/Windows')}\System32\wusa.exe",)
SUCCEEDED = 2


class WuaUpdates:
    """Windows Update of this machine. `search_seconds` is the longest that a search may take."""

    def __init__(
        self,
        *,
        search_seconds: float = SEARCH_SECONDS,
        child: Sequence[str] = CHILD,
        wusa: Sequence[str] = WUSA,
    ) -> None:
        self._search_seconds = search_seconds
        self._child = tuple(child)
        self._wusa = tuple(wusa)

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:  # noqa: ARG002 - see the module
        """What is offered. Raises ProviderError (`updates.scan_hung`, `updates.wsus_unreachable`, …)."""
        policy, circumstances = await self._circumstances()
        listener = SearchListener(progress)
        await self._run(Request("search"), listener.take, circumstances)
        return listener.outcome(policy, circumstances)

    async def install(self, wish: UpdateSelection, *, log: WriteLog, progress: ReportStep) -> InstallOutcome:
        """Search, choose, download, install, and search again, in one child.

        An update is installed when Windows says so of that very update and no longer offers it, or offers it only
        because a restart is pending for it. Raises ProviderError when nothing could be begun.
        """
        policy, circumstances = await self._circumstances()
        wanted = tuple(Wanted(choice.name, choice.version) for choice in dict.fromkeys(wish.choices))
        listener = InstallListener(log, progress)
        problem: ErrorDetail | None = None
        try:
            await self._run(Request("install", wish.select, wanted), listener.take, circumstances)
        except ProviderError as error:
            if not listener.record.ended:
                raise
            # Something has been done: what became of it must not be lost with the rest.
            problem = error.error
        if listener.restart_first:
            return _restart_first(wish)
        if any(ended.restart for ended in listener.record.ended.values()):
            circumstances = msgspec.structs.replace(circumstances, restart_pending=True)
        made = outcomes(
            listener.record, {choice.update_id.lower(): choice.revision for choice in wanted}, circumstances
        )
        return InstallOutcome(made, 0, problem or first_failure(made), listener.scan(policy, circumstances))

    async def restart_state(self) -> RestartState:
        """Whether a restart is pending, by the registry and by Windows Update itself."""
        marks = await asyncio.to_thread(read_marks, machine_registry.read_values, machine_registry.subkey_count)
        answers: list[bool] = []

        def take(event: Event) -> None:
            if isinstance(event, State):
                answers.append(event.restart_required)

        try:
            await self._run(Request("state"), take, Circumstances())
        except ProviderError as error:
            log.warning("Windows Update does not say whether it wants a restart", extra={"code": error.error.code})
        return restart_state(marks, agent_com=answers[0] if answers else None)

    async def history(self, limit: int) -> tuple[HistoryEntry, ...]:
        """What Windows Update has done, newest first. Raises ProviderError."""
        entries: list[HistoryEntry] = []

        def take(event: Event) -> None:
            entry = history_entry(event) if isinstance(event, Past) else None
            if entry is not None:
                entries.append(entry)

        await self._run(Request("history", limit=limit), take, Circumstances())
        entries.sort(key=lambda entry: entry.at, reverse=True)
        return tuple(entries[:limit])

    async def uninstall(self, kb: str, *, log: WriteLog, progress: ReportStep) -> UninstallResult:
        """Through Windows Update where it can, through wusa.exe where it cannot.

        Raises ProviderError (`updates.not_removable`, `updates.not_applicable` where it is not installed, …).
        """
        _, circumstances = await self._circumstances()
        heard: list[Uninstalled] = []
        steps = StepListener(log, progress)

        def take(event: Event) -> None:
            if isinstance(event, Uninstalled):
                heard.append(event)
            else:
                steps.take(event)

        await self._run(Request("uninstall", kb=kb), take, circumstances)
        last = heard[-1] if heard else Uninstalled("not_found")
        if last.outcome in {"not_found", "not_removable"}:
            return await removal.remove(self._wusa, kb, log=log, known=last.outcome == "not_removable")
        if last.outcome == "still_there":
            raise ProviderError(ErrorDetail(Code.UPDATES_NOT_CONFIRMED, {"kb": kb}))
        if last.result != SUCCEEDED or last.hresult & 0x80000000:
            raise ProviderError(explain(last.hresult, circumstances, kb=kb, result=last.result))
        return UninstallResult(kb, last.restart)

    async def _circumstances(self) -> tuple[UpdatePolicy, Circumstances]:
        policy = await asyncio.to_thread(read_policy, machine_registry.read_values)
        marks = await asyncio.to_thread(read_marks, machine_registry.read_values, machine_registry.subkey_count)
        waits = restart_state(marks, agent_com=None).required is True
        return policy, Circumstances(policy.source == "wsus", policy.server, waits)

    async def _run(self, request: Request, take: Callable[[Event], None], circumstances: Circumstances) -> None:
        run = ChildRun(take, search_seconds=self._search_seconds)
        await run.run(request, circumstances, child=self._child)


def _restart_first(wish: UpdateSelection) -> InstallOutcome:
    """Nothing was tried, and nothing will be before a restart; the executor may make it."""
    error = ErrorDetail(Code.UPDATES_RESTART_FIRST)
    skipped = tuple(UpdateOutcome(choice.name, choice.version, "skipped", error) for choice in wish.choices)
    return InstallOutcome(skipped, 0, error)
