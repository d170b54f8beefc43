"""Updates through apt-get, as an administrator would run it."""

import asyncio
import random
import shutil
from collections.abc import Iterable
from pathlib import Path

from bosman_agent.clock import utc_now
from bosman_agent.platform.base import (
    InstallOutcome,
    ProviderError,
    ReportStep,
    RestartState,
    ScanOutcome,
    UpdateSelection,
    WriteLog,
)
from bosman_agent.platform.linux import apt_parse
from bosman_agent.platform.linux.apt_history import read_history
from bosman_agent.platform.linux.apt_status import StatusPipe
from bosman_agent.platform.linux.restart_required import find_restart_state
from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_collecting, run_streaming
from bosman_agent.platform.selection import select_exact
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.work import HistoryEntry, UninstallResult, UpdateChoice, UpdateOutcome

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    # needrestart would restart services by itself, or ask.
    "NEEDRESTART_MODE": "l",
    "NEEDRESTART_SUSPEND": "1",
}
REFRESH_SECONDS = 600.0
QUERY_SECONDS = 120.0
BATCH = 100
DETAIL_BUDGET = 200_000
"""Characters of detail over all packages of one installation: the result has to fit into one message."""
LOCK_ATTEMPTS = 4
INSTALL_OPTIONS = (
    "-o", "Dpkg::Options::=--force-confold",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "DPkg::Lock::Timeout=120",
    "-o", "Dpkg::Use-Pty=0",
)  # fmt: skip


class AptUpdates:
    """apt and dpkg of this machine; `options` go to every apt command, `root` is where restart marks are looked for."""

    def __init__(self, root: Path = Path("/"), options: tuple[str, ...] = ()) -> None:
        self._root = root
        self._options = options

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:
        """Pending upgrades. Raises ProviderError (`apt.not_available`, `apt.locked`, `apt.failed`)."""
        _require_apt()
        if refresh:
            progress(None, "apt.refreshing")
            await self._refresh(log)
        progress(None, "apt.comparing")
        simulated = await self._query("apt-get", "-s", "-o", "Debug::NoLocking=1", "dist-upgrade")
        if simulated.exit_code != 0:
            raise _failed(simulated)
        upgrades = apt_parse.parse_simulation(simulated.stdout)
        details = await self._details(upgrades)
        return ScanOutcome(utc_now(), tuple(_pending(upgrade, details) for upgrade in upgrades))

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
        _require_apt()
        for choice in choices:
            if not (apt_parse.valid_name(choice.name) and apt_parse.valid_version(choice.version)):
                raise ProviderError(ErrorDetail(Code.JOB_BAD_PARAMS, {"name": choice.name[:200]}))
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
        _require_apt()
        return await asyncio.to_thread(read_history, self._root, limit)

    async def uninstall(self, kb: str, *, log: WriteLog, progress: ReportStep) -> UninstallResult:  # noqa: ARG002 - the protocol's signature
        """Not here: apt keeps no former versions to go back to. Raises ProviderError (`agent.unsupported`)."""
        raise ProviderError(ErrorDetail(Code.AGENT_UNSUPPORTED, {"kb": kb}))

    async def _refresh(self, log: WriteLog) -> None:
        for attempt in range(LOCK_ATTEMPTS):
            said: list[str] = []

            def watch(stream: str, text: str, said: list[str] = said) -> None:
                said.append(text)
                log("stderr" if stream == "stderr" else "stdout", text)

            exit_code = await _stream(["apt-get", *self._options, "update"], watch, REFRESH_SECONDS)
            output = "".join(said)
            if exit_code == 0 or not apt_parse.mentions_lock(output):
                break
            if attempt + 1 < LOCK_ATTEMPTS:
                await asyncio.sleep(random.uniform(2, 10))  # noqa: S311 - jitter, no secret
        if exit_code != 0 and apt_parse.mentions_lock(output):
            raise ProviderError(ErrorDetail(Code.APT_LOCKED, detail=output[-2000:]), exit_code=exit_code)
        count = apt_parse.count_refresh(output)
        # Old lists stay in use where a mirror is away; only when nothing at all came is the scan worthless.
        if (exit_code != 0 or count.failed) and not count.fetched:
            raise ProviderError(ErrorDetail(Code.APT_FAILED, {}, output[-2000:]), exit_code=exit_code)

    async def _run_install(self, choices: tuple[UpdateChoice, ...], watch: WriteLog, progress: ReportStep) -> int:
        wanted = [f"{choice.name}={choice.version}" for choice in choices]
        async with StatusPipe(progress) as pipe:
            argv = [
                "apt-get", *self._options, "install", "--only-upgrade", "-y", *INSTALL_OPTIONS,
                "-o", f"APT::Status-Fd={pipe.child_fd}", "--", *wanted,
            ]  # fmt: skip
            return await _stream(argv, watch, None, pass_fds=(pipe.child_fd,))

    async def _confirm(self, choices: tuple[UpdateChoice, ...], said: str) -> tuple[UpdateOutcome, ...]:
        installed = await self._installed_versions(choice.name for choice in choices)
        outcomes = []
        budget = DETAIL_BUDGET
        for choice in choices:
            version = installed.get(choice.name) or installed.get(choice.name.split(":")[0])
            if version is not None and await _at_least(version, choice.version):
                outcomes.append(UpdateOutcome(choice.name, choice.version, "installed"))
                continue
            detail = apt_parse.error_lines(said, choice.name)[:budget] or None
            budget -= len(detail or "")
            error = ErrorDetail(Code.APT_FAILED, {"package": choice.name, "installed": version}, detail)
            outcomes.append(UpdateOutcome(choice.name, choice.version, "failed", error))
        return tuple(outcomes)

    async def _installed_versions(self, names: Iterable[str]) -> dict[str, str]:
        versions = {}
        for batch in _batches(list(names)):
            done = await _collect(
                [
                    "dpkg-query",
                    "-W",
                    "-f",
                    "${binary:Package}\\t${Package}\\t${Version}\\t${db:Status-Status}\\n",
                    *batch,
                ]
            )
            for line in done.stdout.splitlines():
                fields = line.split("\t")
                if len(fields) == 4 and fields[3] == "installed":
                    versions[fields[0]] = fields[2]
                    versions.setdefault(fields[1], fields[2])
        return versions

    async def _details(self, upgrades: list[apt_parse.Upgrade]) -> dict[tuple[str, str], apt_parse.PackageDetails]:
        details = {}
        for batch in _batches([f"{upgrade.name}={upgrade.available}" for upgrade in upgrades]):
            done = await self._query("apt-cache", "show", "--no-all-versions", "--", *batch)
            details.update(apt_parse.parse_details(done.stdout))
        return details

    async def _query(self, tool: str, *arguments: str) -> Completed:
        return await _collect([tool, *self._options, *arguments])


def _unheard(*_arguments: object, **_params: object) -> None:
    """Nobody is told of the look before an installation."""


def _require_apt() -> None:
    if shutil.which("apt-get") is None:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE))


def _batches(items: list[str]) -> Iterable[list[str]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _pending(upgrade: apt_parse.Upgrade, details: dict[tuple[str, str], apt_parse.PackageDetails]) -> PendingUpdate:
    known = details.get((upgrade.name.split(":")[0], upgrade.available))
    return PendingUpdate(
        name=upgrade.name,
        title=known.title if known else "",
        available_version=upgrade.available,
        update_class=upgrade.update_class,
        installed_version=upgrade.installed,
        size_bytes=known.size_bytes if known else None,
        origin=upgrade.origins or None,
    )


async def _at_least(version: str, wanted: str) -> bool:
    if version == wanted:
        return True
    done = await _collect(["dpkg", "--compare-versions", version, "ge", wanted])
    return done.exit_code == 0


async def _stream(argv: list[str], watch: WriteLog, timeout: float | None, *, pass_fds: tuple[int, ...] = ()) -> int:
    try:
        return await run_streaming(argv, on_output=watch, timeout=timeout, env=ENVIRONMENT, pass_fds=pass_fds)
    except ProcessTimeoutError as error:
        raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=f"{argv[0]} {argv[-1]}: timed out")) from error
    except OSError as error:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE, detail=str(error))) from error


async def _collect(argv: list[str]) -> Completed:
    try:
        return await run_collecting(argv, timeout=QUERY_SECONDS, env=ENVIRONMENT)
    except ProcessTimeoutError as error:
        raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=f"{argv[0]}: timed out")) from error
    except OSError as error:
        raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE, detail=str(error))) from error


def _failed(done: Completed) -> ProviderError:
    code = Code.APT_LOCKED if apt_parse.mentions_lock(done.stderr) else Code.APT_FAILED
    return ProviderError(ErrorDetail(code, detail=done.stderr[-2000:] or None), exit_code=done.exit_code)
