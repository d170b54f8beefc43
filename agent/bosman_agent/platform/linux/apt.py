"""Updates through apt-get, as an administrator would run it."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bosman_agent.platform.base import (
    InstallOutcome,
    ProviderError,
    ReportStep,
    RestartState,
    ScanOutcome,
    UpdateSelection,
    WriteLog,
)
from bosman_agent.platform.linux import apt_parse, apt_run, apt_scan
from bosman_agent.platform.linux.apt_history import read_history
from bosman_agent.platform.linux.apt_sources import Refresh
from bosman_agent.platform.linux.apt_status import StatusPipe
from bosman_agent.platform.linux.dpkg_version import compare
from bosman_agent.platform.linux.restart_required import find_restart_state
from bosman_agent.platform.selection import select_exact
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text
from bosman_protocol.work import HistoryEntry, UninstallResult, UpdateChoice, UpdateOutcome

DETAIL_BUDGET = 200_000
"""Characters of detail over all packages of one installation: the result has to fit into one message."""
BATCH = 100
INSTALLED_FORMAT = "${Package}\\t${Architecture}\\t${Version}\\t${db:Status-Status}\\n"
INSTALL_OPTIONS = (
    "-o", "Dpkg::Options::=--force-confold",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "DPkg::Lock::Timeout=120",
    "-o", "Dpkg::Use-Pty=0",
    # To upgrade one package may need another one gone: nobody asked for that.
    "--no-remove",
)  # fmt: skip


class AptUpdates:
    """apt and dpkg of this machine; `options` go to every apt command, `root` is where restart marks are looked for."""

    def __init__(self, root: Path = Path("/"), options: tuple[str, ...] = ()) -> None:
        self._root = root
        self._options = options
        self._refreshed: Refresh | None = None
        """How the lists that are in use were fetched: a look without fetching them is no better than that."""

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:
        """Pending upgrades. Raises ProviderError (`apt.not_available`, `apt.locked`, `apt.failed`)."""
        apt_run.require_apt()
        if refresh:
            progress(None, "apt.refreshing")
            self._refreshed = await apt_run.refresh_lists(self._options, log)
        progress(None, "apt.comparing")
        return await apt_scan.scan(self._options, self._refreshed)

    async def install(self, wish: UpdateSelection, *, log: WriteLog, progress: ReportStep) -> InstallOutcome:
        """Upgrade what of a wish is offered; another version than was chosen is refused.

        Raises ProviderError when nothing was changed.
        """
        scan = await self.scan(refresh=False, log=_unheard, progress=_unheard)
        selection = select_exact(scan.updates, wish)
        if not selection.chosen:
            return InstallOutcome(selection.refused, 0, scan=scan)
        outcome = await self.upgrade(selection.chosen, log=log, progress=progress)
        return InstallOutcome((*selection.refused, *outcome.updates), outcome.exit_code, outcome.error)

    async def upgrade(
        self, choices: tuple[UpdateChoice, ...], *, log: WriteLog, progress: ReportStep
    ) -> InstallOutcome:
        """Upgrade to exactly these versions; dpkg is asked afterwards what is really there.

        Raises ProviderError when nothing was changed.
        """
        apt_run.require_apt()
        for choice in choices:
            if not (apt_parse.valid_name(choice.name) and apt_parse.valid_version(choice.version)):
                raise ProviderError(ErrorDetail(Code.JOB_BAD_PARAMS, {"name": choice.name[:200]}))
        return await self._upgrade_apart(choices, log, progress)

    async def _upgrade_apart(
        self, choices: tuple[UpdateChoice, ...], log: WriteLog, progress: ReportStep
    ) -> InstallOutcome:
        """All at once. Where apt refuses that because of one of them, the others still get their upgrade."""
        outcome = await self._upgrade_together(choices, log, progress)
        if len(choices) == 1 or outcome.error is None or not apt_parse.is_refusal(outcome.error.detail or ""):
            return outcome
        middle = len(choices) // 2
        halves = [await self._upgrade_apart(part, log, progress) for part in (choices[:middle], choices[middle:])]
        failed = next((half for half in halves if half.error is not None), halves[0])
        return InstallOutcome(
            tuple(update for half in halves for update in half.updates), failed.exit_code, failed.error
        )

    async def _upgrade_together(
        self, choices: tuple[UpdateChoice, ...], log: WriteLog, progress: ReportStep
    ) -> InstallOutcome:
        errors: list[str] = []

        def watch(stream: str, text: str) -> None:
            log("stderr" if stream == "stderr" else "stdout", text)
            errors.append(text)
            if len(errors) > 2000:
                del errors[:1000]

        exit_code = await self._run_install(choices, watch, progress)
        said = "".join(errors)
        if exit_code != 0 and apt_parse.mentions_lock(said):
            raise ProviderError(ErrorDetail(Code.APT_LOCKED, detail=said[-2000:]), exit_code=exit_code)
        outcomes = await self._confirm(choices, said)
        failed = exit_code != 0 or any(outcome.outcome == "failed" for outcome in outcomes)
        error = ErrorDetail(Code.APT_FAILED, {"exit_code": exit_code}, said[-2000:] or None) if failed else None
        return InstallOutcome(outcomes, exit_code, error)

    async def restart_state(self) -> RestartState:
        """Whether a restart is pending."""
        return await find_restart_state(self._root)

    async def history(self, limit: int) -> tuple[HistoryEntry, ...]:
        """What apt has done, newest first. Raises ProviderError (`apt.not_available`)."""
        apt_run.require_apt()
        return await asyncio.to_thread(read_history, self._root, limit)

    async def uninstall(self, kb: str, *, log: WriteLog, progress: ReportStep) -> UninstallResult:  # noqa: ARG002 - the protocol's signature
        """Not here: apt keeps no former versions to go back to. Raises ProviderError (`agent.unsupported`)."""
        raise ProviderError(ErrorDetail(Code.AGENT_UNSUPPORTED, {"kb": kb}))

    async def _run_install(self, choices: tuple[UpdateChoice, ...], watch: WriteLog, progress: ReportStep) -> int:
        wanted = [f"{choice.name}={choice.version}" for choice in choices]
        async with StatusPipe(progress) as pipe:
            argv = [
                "apt-get", *self._options, "install", "--only-upgrade", "-y", *INSTALL_OPTIONS,
                "-o", f"APT::Status-Fd={pipe.child_fd}", "--", *wanted,
            ]  # fmt: skip
            return await apt_run.stream(argv, watch, None, pass_fds=(pipe.child_fd,))

    async def _confirm(self, choices: tuple[UpdateChoice, ...], said: str) -> tuple[UpdateOutcome, ...]:
        """Only the version that was asked for counts: an older one could be mistaken for what was there before."""
        installed = await self._installed_versions(choice.name for choice in choices)
        outcomes = []
        budget = DETAIL_BUDGET
        for choice in choices:
            version = installed.get(choice.name)
            if version is not None and compare(version, choice.version) == 0:
                outcomes.append(UpdateOutcome(choice.name, choice.version, "installed"))
                continue
            detail = apt_parse.error_lines(said, choice.name)[:budget] or None
            budget -= len(detail or "")
            error = ErrorDetail(Code.APT_FAILED, {"package": choice.name, "installed": version}, detail)
            if removed := apt_parse.removals(said):
                names = clean_text(", ".join(removed), 256)
                error = ErrorDetail(Code.APT_WOULD_REMOVE, {"package": choice.name, "removed": names}, detail)
            outcomes.append(UpdateOutcome(choice.name, choice.version, "failed", error))
        return tuple(outcomes)

    async def _installed_versions(self, names: Iterable[str]) -> dict[str, str]:
        """By name as apt says it: without an architecture where it is the machine's own."""
        native = (await apt_run.query("dpkg", "--print-architecture")).stdout.strip()
        versions = {}
        for batch in apt_run.batches(list(names), BATCH):
            done = await apt_run.query("dpkg-query", "-W", "-f", INSTALLED_FORMAT, *batch)
            for line in done.stdout.splitlines():
                fields = line.split("\t")
                if len(fields) == 4 and fields[3] == "installed":
                    name, architecture, version, _ = fields
                    versions[f"{name}:{architecture}"] = version
                    if architecture in {native, "all"}:
                        versions[name] = version
        return versions


def _unheard(*_arguments: object, **_params: object) -> None:
    """Nobody is told of the look before an installation."""
