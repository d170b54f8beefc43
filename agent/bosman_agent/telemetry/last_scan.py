"""Remembers the last scan on the disk: for `doctor`, and for looks that ask no source anew."""

import logging
from datetime import datetime

import msgspec

from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.platform.base import (
    InstallOutcome,
    ReportStep,
    RestartState,
    ScanOutcome,
    UpdateSelection,
    UpdatesProvider,
    WriteLog,
)
from bosman_protocol.completeness import ScanCompleteness, completeness
from bosman_protocol.work import HistoryEntry, UninstallResult

log = logging.getLogger(__name__)


class LastScan(msgspec.Struct, frozen=True):
    """What the last scan rested on."""

    scanned_at: datetime
    completeness: ScanCompleteness


class RememberedScans:
    """An update service whose scans are kept in `scan.json`."""

    def __init__(self, updates: UpdatesProvider, data: DataDir) -> None:
        self._updates = updates
        self._data = data

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:
        """What is pending. Raises ProviderError."""
        found = await self._updates.scan(refresh=refresh, log=log, progress=progress)
        if not refresh:
            found = self._as_before(found)
        self._keep(found)
        return found

    async def install(self, wish: UpdateSelection, *, log: WriteLog, progress: ReportStep) -> InstallOutcome:
        """Install, as the service does it. Raises ProviderError."""
        outcome = await self._updates.install(wish, log=log, progress=progress)
        if outcome.scan is None:
            return outcome
        scan = self._as_before(outcome.scan)
        self._keep(scan)
        return msgspec.structs.replace(outcome, scan=scan)

    async def restart_state(self) -> RestartState:
        """Whether a restart is pending, and why."""
        return await self._updates.restart_state()

    async def history(self, limit: int) -> tuple[HistoryEntry, ...]:
        """What the service has done, newest first. Raises ProviderError."""
        return await self._updates.history(limit)

    async def uninstall(self, kb: str, *, log: WriteLog, progress: ReportStep) -> UninstallResult:
        """Take an update away again. Raises ProviderError."""
        return await self._updates.uninstall(kb, log=log, progress=progress)

    def _as_before(self, found: ScanOutcome) -> ScanOutcome:
        """A look at lists that were not fetched anew is no better than the last time that they were."""
        seen, last = found.completeness, read_last_scan(self._data)
        # Where lists have no age, the service itself was asked.
        if seen is None or seen.lists_at is None or last is None:
            return found
        failed = [source for source in last.completeness.sources if source.outcome == "failed"]
        names = {source.name for source in failed}
        others = [source for source in seen.sources if source.name not in names]
        merged = completeness((*failed, *others), lists_at=seen.lists_at)
        counts = {"unread_lines": seen.unread_lines, "unread_examples": seen.unread_examples, "missed": seen.missed}
        return msgspec.structs.replace(found, completeness=msgspec.structs.replace(merged, **counts))

    def _keep(self, found: ScanOutcome) -> None:
        if found.completeness is None:
            return
        try:
            write_private(self._data.scan, msgspec.json.encode(LastScan(found.scanned_at, found.completeness)))
        except OSError as error:
            log.warning("the scan cannot be remembered", extra={"error": error})


def read_last_scan(data: DataDir) -> LastScan | None:
    """The last scan, or None where there was none or nobody can read of it."""
    try:
        return msgspec.json.decode(data.scan.read_bytes(), type=LastScan)
    except (OSError, msgspec.MsgspecError):
        return None
