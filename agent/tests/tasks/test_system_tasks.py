"""Tasks that touch the system, through the whole agent; the package manager is real where it only looks."""

import shutil
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from bosman_agent.platform.base import ScanOutcome
from bosman_agent.tasks.executors.context import TaskContext
from bosman_protocol.codes import Code
from bosman_protocol.reports import FactsReport, SoftwareReport, UpdatesReport
from bosman_protocol.uplink import OutputChunk
from bosman_protocol.work import InventoryResult, RestartResult, ScanResult, TaskKind
from testkit.effects import python_command

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is not installed here")


class TestInventoryCollect:
    @needs_apt
    @pytest.mark.usefixtures("package_manager")
    async def test_facts_and_all_software_are_reported(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        finished = await backend.finished(await backend.send(TaskKind.INVENTORY_COLLECT))

        result = msgspec.json.decode(finished.result, type=InventoryResult)
        reports = backend.of(SoftwareReport)
        assert len(backend.of(FactsReport)) == 1
        assert sum(len(report.items) for report in reports) == result.software_count > 0
        assert [report.last for report in reports][-1]


class TestUpdatesScan:
    @needs_apt
    @pytest.mark.usefixtures("package_manager")
    @pytest.mark.slow(reason="apt is asked for updates, for real")
    async def test_pending_updates_are_reported_and_counted(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(TaskKind.UPDATES_SCAN, {"refresh": False})
        finished = await backend.finished(task_id)

        result = msgspec.json.decode(finished.result, type=ScanResult)
        items = [item for report in backend.of(UpdatesReport) for item in report.items]
        assert finished.state == "succeeded"
        assert len(items) == result.pending_count
        assert all(item.title and item.installed_version not in {None, item.available_version} for item in items)
        assert sum(item.update_class == "security" for item in items) == result.security_count


class TestSystemRestart:
    async def test_command_of_the_settings_gets_delay_and_reason(
        self, running_agent: Any, backend: Any, tmp_path: Any
    ) -> None:
        record = tmp_path / "record"
        command = python_command(
            "import sys; sys.stdout.reconfigure(newline='\\n'); print(*sys.argv[1:]); "
            f"print(*sys.argv[1:], file=open({str(record)!r}, 'w'))",
            "{seconds}", "{reason}",
        )  # fmt: skip
        await running_agent(restart_command=command)
        task_id = await backend.send(TaskKind.SYSTEM_RESTART, {"delay_seconds": 120, "reason": "new kernel"})
        finished = await backend.finished(task_id)

        assert finished.state == "succeeded"
        assert msgspec.json.decode(finished.result, type=RestartResult) == RestartResult(120)
        assert record.read_text() == "120 new kernel\n"
        assert [chunk.text for chunk in backend.of(OutputChunk, task_id)] == ["120 new kernel\n"]

    async def test_cancelled_restart_command_is_stopped(self, running_agent: Any, backend: Any, tmp_path: Any) -> None:
        record = tmp_path / "record"
        command = python_command(
            f"import time; print('begun', flush=True); time.sleep(600); open({str(record)!r}, 'w').close()"
        )
        await running_agent(restart_command=command)
        task_id = await backend.send(TaskKind.SYSTEM_RESTART)
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == task_id)
        backend.cancel = [task_id]
        await backend.nudge()

        assert (await backend.finished(task_id)).state == "cancelled"
        assert not record.exists()

    async def test_exclusive_tasks_run_one_after_another(self, running_agent: Any, backend: Any, tmp_path: Any) -> None:
        record = tmp_path / "record"
        command = python_command(
            f"import time; f = open({str(record)!r}, 'a', buffering=1); print('in', file=f); "
            "time.sleep(0.1); print('out', file=f)"
        )
        await running_agent(restart_command=command)
        tasks = [await backend.send(TaskKind.SYSTEM_RESTART) for _ in range(3)]
        for task_id in tasks:
            await backend.finished(task_id)

        assert record.read_text().split() == ["in", "out"] * 3

    async def test_place_that_becomes_free_while_a_task_is_written_down_is_used(
        self, running_agent: Any, backend: Any, until: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        agent = await running_agent(restart_command=python_command("import time; time.sleep(0.2)"))
        lane, receive = agent._scheduler._exclusive, agent._journal.receive

        async def slow_receive(envelope: Any, payload: bytes, started: Any) -> Any:
            receipt = await receive(envelope, payload, started)
            if started is None:
                await until(lambda: lane.busy == 0)
            return receipt

        monkeypatch.setattr(agent._journal, "receive", slow_receive)
        envelopes = [backend.envelope(TaskKind.SYSTEM_RESTART) for _ in range(2)]
        backend.queue.extend(backend.sign(envelope) for envelope in envelopes)
        await backend.nudge()

        assert (await backend.finished(envelopes[1].task_id)).state == "succeeded"


class TestAutomaticReports:
    @needs_apt
    @pytest.mark.usefixtures("package_manager")
    async def test_new_device_reports_itself_without_being_asked(
        self, running_agent: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bosman_agent.platform.linux.apt import AptUpdates  # noqa: PLC0415 - for Linux only

        # Fetching the lists of this machine and comparing is not this test's business.
        async def nothing_pending(_self: Any, **_: Any) -> ScanOutcome:
            return ScanOutcome(datetime.now(UTC), ())

        monkeypatch.setattr(AptUpdates, "scan", nothing_pending)
        await running_agent(automatic_reports=True)

        await backend.wait_for(lambda m: isinstance(m, UpdatesReport) and m.last)

        assert backend.of(FactsReport) and backend.of(SoftwareReport)


class TestHugeResult:
    async def test_result_that_no_message_can_carry_still_ends_the_task(
        self, running_agent: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bosman_agent.tasks.executors import registry  # noqa: PLC0415 - its table is changed

        class Huge(msgspec.Struct):
            text: str

        async def huge(_context: TaskContext, _params: Any) -> Huge:
            return Huge("x" * 2_000_000)

        monkeypatch.setitem(registry._factories, TaskKind.DIAGNOSTICS_ECHO, lambda _installation: huge)
        await running_agent()

        finished = await backend.finished(await backend.send())

        assert finished.error.code == Code.AGENT_INTERNAL
        assert bytes(finished.result) == b"null"
