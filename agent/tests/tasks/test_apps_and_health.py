"""Applications and health through their executors; what they ask is real where the test says nothing else."""

import stat
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.platform.base import ProviderError, Providers
from bosman_agent.platform.linux.apps import NoApps
from bosman_agent.platform.sensors.collect import OrderedSensors
from bosman_agent.platform.smart.collect import SmartDisks
from bosman_agent.tasks.executors.apps_scan import scan_apps
from bosman_agent.tasks.executors.apps_upgrade import upgrade_apps
from bosman_agent.tasks.executors.context import TaskContext, TaskFailedError
from bosman_agent.tasks.executors.health_collect import collect_health
from bosman_agent.tasks.executors.registry import Executors, Installation
from bosman_protocol.apps import AppChoice, AppOutcome, AppsScanParams, AppsUpgradeParams, AppsUpgradeResult
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.health import HealthParams, HealthResult
from bosman_protocol.work import TaskKind


class Outcomes:
    """Applications that come out as the test wants."""

    def __init__(self, *outcomes: AppOutcome) -> None:
        self.asked: list[Any] = []
        self._outcomes = outcomes

    async def upgrade(self, apps: Any, *, log: Any, progress: Any) -> AppsUpgradeResult:
        self.asked.append(apps)
        return AppsUpgradeResult(self._outcomes)


def context(apps: Any = None, disks: Any = None, sensors: Any = None) -> TaskContext:
    async def report(_: Any) -> None:
        return

    nobody: Any = None
    providers = Providers("linux", nobody, nobody, nobody, nobody, nobody, apps, disks, sensors)
    return TaskContext(uuid4(), providers, lambda *_: None, lambda *_a, **_k: None, report)


class TestAppsUpgrade:
    UPGRADED = AppOutcome("A", "upgraded", 0)
    FAILED = AppOutcome("B", "failed", 1603, error=ErrorDetail(Code.APPS_IN_USE))

    async def test_all_that_went_well_is_the_result(self) -> None:
        apps = Outcomes(self.UPGRADED, AppOutcome("C", "skipped", error=ErrorDetail(Code.APPS_PINNED)))

        result = await upgrade_apps(context(apps), AppsUpgradeParams("all"))

        assert len(result.apps) == 2 and apps.asked == [None]

    async def test_one_failure_fails_the_task_and_keeps_what_was_done(self) -> None:
        with pytest.raises(TaskFailedError) as caught:
            await upgrade_apps(
                context(Outcomes(self.UPGRADED, self.FAILED)), AppsUpgradeParams("chosen", (AppChoice("A"),))
            )

        assert (caught.value.error.code, caught.value.exit_code) == (Code.APPS_IN_USE, 1603)
        assert caught.value.result == AppsUpgradeResult((self.UPGRADED, self.FAILED))

    async def test_empty_choice_fails_before_anything_is_asked(self) -> None:
        apps = Outcomes()

        with pytest.raises(TaskFailedError) as caught:
            await upgrade_apps(context(apps), AppsUpgradeParams("chosen"))

        assert caught.value.error.code == Code.APPS_NOT_FOUND and apps.asked == []


class TestAppsScan:
    async def test_platform_without_a_manager_of_applications_says_so(self) -> None:
        with pytest.raises(ProviderError) as caught:
            await scan_apps(context(NoApps()), AppsScanParams())

        assert caught.value.error.code == Code.APPS_NOT_AVAILABLE


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
class TestHealthCollect:
    async def test_disks_and_problems_of_both_sides_are_one_result_that_fits_the_wire(self, tmp_path: Path) -> None:
        program = tmp_path / "smartctl"
        program.write_text(
            '#!/bin/sh\nif [ "$1" = --scan-open ]; then\n'
            'echo \'{"devices":[{"name":"/dev/x","type":"nvme"}]}\'; exit; fi\n'
            'echo \'{"smart_status":{"passed":false},"model_name":"X"}\'\nexit 8\n',
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

        result = await collect_health(
            context(disks=SmartDisks(lambda: str(program)), sensors=OrderedSensors([])), HealthParams()
        )

        assert [(disk.model, disk.verdict) for disk in result.disks] == [("X", "failing")]
        assert [problem.code for problem in result.problems] == [Code.HEALTH_NO_SENSORS]
        assert msgspec.json.decode(msgspec.json.encode(result), type=HealthResult) == result


class TestRegistry:
    @pytest.mark.parametrize("kind", TaskKind)
    def test_every_kind_has_an_executor(self, kind: TaskKind, tmp_path: Path) -> None:
        installation = Installation(DataDir(tmp_path), "", None, has_watchdog=False)

        assert callable(Executors(installation).find(kind))
