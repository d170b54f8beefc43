"""Installing and removing updates, and their history: what is chosen, what is told, and when the device restarts.

The platform's provider is a stand-in here; the real ones have tests of their own.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from bosman_agent.platform.base import (
    InstallOutcome,
    ProviderError,
    Providers,
    RestartState,
    ScanOutcome,
    UpdateSelection,
)
from bosman_agent.platform.selection import select_exact
from bosman_agent.tasks.executors.context import TaskContext, TaskFailedError
from bosman_agent.tasks.executors.updates_history import read_history
from bosman_agent.tasks.executors.updates_install import install_updates
from bosman_agent.tasks.executors.updates_uninstall import uninstall_update
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate, UpdatePolicy, UpdatesReport
from bosman_protocol.uplink import UplinkMessage
from bosman_protocol.work import (
    HistoryEntry,
    HistoryParams,
    HistoryResult,
    InstallParams,
    InstallResult,
    UninstallParams,
    UninstallResult,
    UpdateChoice,
    UpdateOutcome,
)


class FakeUpdates:
    """Stands for the package manager where a test must decide what it says."""

    def __init__(self, *pending: PendingUpdate, restart: bool | None = False) -> None:
        self.pending = pending
        self.restart = restart
        self.installed: list[UpdateChoice] = []
        self.failing: set[str] = set()
        self.error: ErrorDetail | None = None
        self.looked: ScanOutcome | None = None
        self.past: tuple[HistoryEntry, ...] = ()
        self.scans_left = 99

    async def scan(self, *, refresh: bool, log: Any, progress: Any) -> ScanOutcome:
        assert not refresh
        self.scans_left -= 1
        if self.scans_left < 0:
            raise ProviderError(ErrorDetail(Code.APT_LOCKED))
        return ScanOutcome(datetime.now(UTC), self.pending)

    async def install(self, wish: UpdateSelection, *, log: Any, progress: Any) -> InstallOutcome:
        scan = await self.scan(refresh=False, log=log, progress=progress)
        selection = select_exact(scan.updates, wish)
        choices = selection.chosen
        self.installed.extend(choices)
        error = ErrorDetail(Code.APT_FAILED)
        outcomes = tuple(
            UpdateOutcome(choice.name, choice.version, "failed", error)
            if choice.name in self.failing
            else UpdateOutcome(choice.name, choice.version, "installed")
            for choice in choices
        )
        return InstallOutcome((*selection.refused, *outcomes), 100 if self.failing else 0, self.error, self.looked)

    async def restart_state(self) -> RestartState:
        return RestartState(self.restart)

    async def history(self, limit: int) -> tuple[HistoryEntry, ...]:
        return self.past

    async def uninstall(self, kb: str, *, log: Any, progress: Any) -> UninstallResult:
        if kb == "KB0000000":
            raise ProviderError(ErrorDetail(Code.UPDATES_NOT_REMOVABLE))
        return UninstallResult(kb, restart_required=True)


class FakeRestart:
    def __init__(self) -> None:
        self.calls: list[int] = []

    async def restart(self, *, delay_seconds: int, reason: str, log: Any) -> None:
        self.calls.append(delay_seconds)


SECURITY = PendingUpdate("ssl", "", "2", "security", "1")
OPTIONAL = PendingUpdate("bash", "", "5.1", "optional", "5.0")


class Setting:
    def __init__(self, updates: FakeUpdates) -> None:
        self.updates = updates
        self.restart = FakeRestart()
        self.reports: list[UplinkMessage] = []
        providers = Providers("linux", None, None, updates, self.restart, None, None, None, None)  # type: ignore[arg-type]

        async def report(message: UplinkMessage) -> None:
            self.reports.append(message)

        self.context = TaskContext(uuid4(), providers, lambda *_: None, lambda *_a, **_k: None, report)

    async def run(self, **params: Any) -> InstallResult:
        return await install_updates(self.context, InstallParams(**params))

    async def fail(self, **params: Any) -> TaskFailedError:
        with pytest.raises(TaskFailedError) as caught:
            await self.run(**params)
        return caught.value


class TestUpdatesInstall:
    @pytest.mark.parametrize(("select", "names"), [("all", ["ssl", "bash"]), ("security", ["ssl"])])
    async def test_selection_by_class(self, select: str, names: list[str]) -> None:
        setting = Setting(FakeUpdates(SECURITY, OPTIONAL))

        result = await setting.run(select=select)

        assert [choice.name for choice in setting.updates.installed] == names
        assert [update.outcome for update in result.updates] == ["installed"] * len(names)
        assert [type(report) for report in setting.reports] == [UpdatesReport]

    async def test_what_is_not_offered_in_that_version_is_skipped_and_said_so(self) -> None:
        setting = Setting(FakeUpdates(SECURITY, OPTIONAL))

        result = await setting.run(
            updates=(UpdateChoice("ssl", "2"), UpdateChoice("bash", "4"), UpdateChoice("moon", "1"))
        )

        assert [choice.name for choice in setting.updates.installed] == ["ssl"]
        outcomes = {update.name: (update.outcome, update.error and update.error.code) for update in result.updates}
        assert outcomes == {
            "ssl": ("installed", None),
            "bash": ("skipped", Code.UPDATES_NOT_OFFERED),
            "moon": ("skipped", Code.UPDATES_NOT_OFFERED),
        }

    async def test_empty_choice_means_nothing_never_everything(self) -> None:
        setting = Setting(FakeUpdates(SECURITY))

        error = await setting.fail(select="chosen")

        assert error.error.code == Code.UPDATES_NONE_SELECTED
        assert setting.updates.installed == []

    async def test_nothing_pending_is_no_failure(self) -> None:
        assert (await Setting(FakeUpdates()).run(select="all")).updates == ()

    @pytest.mark.parametrize(
        ("wish", "required", "failing", "restarts"),
        [
            ("if_required", True, False, 1),
            ("if_required", False, False, 0),
            ("if_required", None, False, 0),
            ("never", True, False, 0),
            ("if_required", True, True, 0),
        ],
    )
    async def test_restart_only_where_wished_due_and_all_went_well(
        self, wish: str, required: bool | None, failing: bool, restarts: int
    ) -> None:
        setting = Setting(FakeUpdates(SECURITY, restart=required))
        setting.updates.failing = {"ssl"} if failing else set()

        if failing:
            await setting.fail(select="all", restart=wish)
        else:
            result = await setting.run(select="all", restart=wish)
            assert result.restart_scheduled == bool(restarts)
        assert len(setting.restart.calls) == restarts

    async def test_failure_of_one_keeps_the_result_of_the_others(self) -> None:
        setting = Setting(FakeUpdates(SECURITY, OPTIONAL))
        setting.updates.failing = {"bash"}

        error = await setting.fail(select="all")

        assert error.exit_code == 100
        assert isinstance(error.result, InstallResult)
        assert [update.outcome for update in error.result.updates] == ["installed", "failed"]

    async def test_failing_second_look_does_not_hide_what_was_installed(self) -> None:
        setting = Setting(FakeUpdates(SECURITY))
        setting.updates.scans_left = 1

        error = await setting.fail(select="all")

        assert error.error.code == Code.APT_LOCKED
        assert isinstance(error.result, InstallResult)
        assert [update.outcome for update in error.result.updates] == ["installed"]

    async def test_what_the_provider_has_seen_afterwards_is_reported_without_a_second_look(self) -> None:
        setting = Setting(FakeUpdates(SECURITY))
        setting.updates.scans_left = 1
        warning = ErrorDetail(Code.UPDATES_PARTLY)
        setting.updates.looked = ScanOutcome(
            datetime.now(UTC), (OPTIONAL,), UpdatePolicy("wsus", "https://wsus.example"), (warning,)
        )

        await setting.run(select="all")

        (report,) = setting.reports
        assert isinstance(report, UpdatesReport)
        assert (report.items, report.warnings) == ((OPTIONAL,), (warning,))
        assert report.policy is not None and report.policy.source == "wsus"

    @pytest.mark.parametrize(("failing", "restarts"), [(False, 1), (True, 0)])
    async def test_restart_that_must_come_first_is_made_where_it_was_asked_for(
        self, failing: bool, restarts: int
    ) -> None:
        setting = Setting(FakeUpdates(SECURITY, restart=True))
        setting.updates.failing = {"ssl"} if failing else set()
        setting.updates.error = ErrorDetail(Code.UPDATES_RESTART_FIRST)

        error = await setting.fail(select="all", restart="if_required")

        assert error.error.code == Code.UPDATES_RESTART_FIRST
        assert isinstance(error.result, InstallResult)
        assert error.result.restart_scheduled == bool(restarts)
        assert len(setting.restart.calls) == restarts


class TestUpdatesHistory:
    async def test_entries_are_the_result_and_no_more_than_asked(self) -> None:
        setting = Setting(FakeUpdates())
        setting.updates.past = tuple(
            HistoryEntry(datetime.now(UTC), str(number), "install", "succeeded") for number in range(5)
        )

        result = await read_history(setting.context, HistoryParams(limit=3))

        assert result == HistoryResult(setting.updates.past[:3])


class TestUpdatesUninstall:
    async def test_result_of_the_platform_is_the_result(self) -> None:
        setting = Setting(FakeUpdates())

        result = await uninstall_update(setting.context, UninstallParams("KB5034441"))

        assert result == UninstallResult("KB5034441", restart_required=True)

    async def test_platform_that_cannot_is_a_failure(self) -> None:
        setting = Setting(FakeUpdates())

        with pytest.raises(ProviderError) as caught:
            await uninstall_update(setting.context, UninstallParams("KB0000000"))

        assert caught.value.error.code == Code.UPDATES_NOT_REMOVABLE
