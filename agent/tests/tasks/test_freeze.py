"""The freeze on the device: heard, verified, obeyed, kept over restarts, lifted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from bosman_agent.cli.status import gather_status, render_text
from bosman_agent.identity.data_dir import DataDir
from bosman_protocol.codes import Code
from bosman_protocol.signing import Purpose, SignedEnvelope, sign
from bosman_protocol.uplink import EnvelopeRefused, FreezeAcknowledged, OutputChunk, TaskStarted
from bosman_protocol.work import TaskKind
from testkit.agent_harness import agent_in_this_process
from testkit.effects import POLISH, leave_mark


@pytest.fixture
def restart_command(tmp_path: Path) -> dict[str, Any]:
    """Restarts that only leave a mark."""
    return {"restart_command": leave_mark(tmp_path / "effects", "restarted")}


@pytest.fixture
def effects(tmp_path: Any) -> Any:
    return tmp_path / "effects"


async def obeyed(backend: Any, version: int) -> FreezeAcknowledged:
    found = await backend.wait_for(lambda m: isinstance(m, FreezeAcknowledged) and m.version == version)
    assert isinstance(found, FreezeAcknowledged)
    return found


async def frozen(backend: Any, version: int = 1, **changes: Any) -> None:
    await backend.push(backend.order(frozen=True, version=version, **changes))
    await obeyed(backend, version)


async def restart_task(backend: Any, agent: Any, until: Any, **changes: Any) -> Any:
    """A guarded task that the agent has taken in and holds."""
    task_id = await backend.send(TaskKind.SYSTEM_RESTART, **changes)
    await until(lambda: task_id in [envelope.task_id for envelope in agent._scheduler._frozen])
    return task_id


class TestObey:
    async def test_pushed_order_is_obeyed_and_reported(self, running_agent: Any, backend: Any) -> None:
        await running_agent()

        await backend.push(backend.order(frozen=True, version=7))

        assert (await obeyed(backend, 7)).scope == backend.tenant_id

    @pytest.mark.slow(reason="apt is asked for updates, for real")
    async def test_guarded_task_that_waits_does_not_start_until_the_freeze_ends(
        self, running_agent: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        await frozen(backend)
        task_id = await restart_task(backend, agent, until)
        # The same lane is not blocked for work that only reads.
        assert (await backend.finished(await backend.send(TaskKind.UPDATES_SCAN))).state != "cancelled"
        assert not effects.exists() and backend.of(TaskStarted, task_id) == []

        await backend.push(backend.order(frozen=False, version=2))

        assert (await backend.finished(task_id)).state == "succeeded"
        assert effects.read_text() == "restarted\n"

    async def test_freeze_of_the_fleet_holds_when_the_tenant_is_free(
        self, running_agent: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        await frozen(backend, 5, scope=None)
        await backend.push(backend.order(frozen=False, version=6))
        await obeyed(backend, 6)
        await restart_task(backend, agent, until)

        assert not effects.exists()

    async def test_order_in_an_answer_is_obeyed_before_the_work_beside_it(
        self, running_agent: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        backend.freeze = [backend.order(frozen=True, version=1)]
        await restart_task(backend, agent, until)

        assert not effects.exists()

    async def test_what_runs_runs_on_and_can_be_cancelled(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"repeat": 2, "interval_seconds": 60})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk))
        await frozen(backend)
        assert not [m for m in backend.messages if getattr(m, "state", None)]
        backend.cancel = [task_id]
        await backend.nudge()

        assert (await backend.finished(task_id)).state == "cancelled"

    async def test_held_task_can_be_cancelled(
        self, running_agent: Any, backend: Any, restart_command: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        await frozen(backend)
        task_id = await restart_task(backend, agent, until)
        backend.cancel = [task_id]
        await backend.nudge()

        ended = await backend.finished(task_id)

        assert ended.state == "cancelled" and ended.started_at is None

    async def test_held_task_still_expires(
        self, running_agent: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        await frozen(backend)
        late = await restart_task(backend, agent, until, expires_at=datetime.now(UTC) + timedelta(seconds=1))

        assert (await backend.finished(late)).state == "expired"
        assert not effects.exists()

    async def test_tasks_begin_in_their_order_when_the_freeze_ends(
        self, running_agent: Any, backend: Any, tmp_path: Any, until: Any
    ) -> None:
        effects = tmp_path / "effects"
        agent = await running_agent(restart_command=leave_mark(effects, "{reason}"))
        await frozen(backend)
        ids = []
        for reason in ("first", "second", "third"):
            task_id = await backend.send(TaskKind.SYSTEM_RESTART, {"reason": reason})
            await until(lambda wanted=task_id: wanted in [item.task_id for item in agent._scheduler._frozen])
            ids.append(task_id)
        await backend.push(backend.order(frozen=False, version=2))
        for task_id in ids:
            await backend.finished(task_id)

        assert effects.read_text().split() == ["first", "second", "third"]


class TestRestart:
    async def test_agent_stays_frozen_over_a_restart_without_a_server(
        self, agent_folder: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        data, config = agent_folder(**restart_command)
        async with agent_in_this_process(data, config) as agent:
            await frozen(backend)
            task_id = await restart_task(backend, agent, until)
        backend.raw_answer = b"the server is away"
        asked = len(backend.requests)

        async with agent_in_this_process(data, config) as agent:
            await until(lambda: len(backend.requests) > asked)
            await until(lambda: [item.task_id for item in agent._scheduler._frozen] == [task_id])
            assert not effects.exists()
            await backend.push(backend.order(frozen=False, version=2))
            assert (await backend.finished(task_id)).state == "succeeded"

        assert effects.read_text() == "restarted\n"


class TestRefuse:
    async def refusal(self, backend: Any, signed: SignedEnvelope) -> str:
        await backend.push(signed)
        found = await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused))
        return str(found.code)

    async def test_forged_order_is_ignored_and_reported(
        self, running_agent: Any, backend: Any, restart_command: Any, effects: Any, until: Any
    ) -> None:
        agent = await running_agent(**restart_command)
        await frozen(backend)
        genuine = backend.order(frozen=False, version=2)
        forged = msgspec.structs.replace(genuine, payload=genuine.payload.replace(b'"version":2', b'"version":3'))

        assert await self.refusal(backend, forged) == Code.ENVELOPE_BAD_SIGNATURE
        await restart_task(backend, agent, until)
        assert not effects.exists()

    async def test_order_signed_as_a_task_is_ignored_and_reported(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        payload = backend.order(frozen=True, version=1).payload

        assert (
            await self.refusal(backend, sign(payload, backend.signing_key, Purpose.TASK)) == Code.ENVELOPE_BAD_SIGNATURE
        )
        assert agent._gate.orders == []

    async def test_older_order_is_ignored_and_reported(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        await frozen(backend, 5)

        assert await self.refusal(backend, backend.order(frozen=False, version=4)) == Code.FREEZE_OUTDATED
        assert [order.version for order in agent._gate.orders] == [5]

    async def test_older_order_is_ignored_after_a_restart_too(
        self, agent_folder: Any, backend: Any, until: Any
    ) -> None:
        data, config = agent_folder()
        async with agent_in_this_process(data, config):
            await frozen(backend, 5)
        asked = len(backend.requests)
        async with agent_in_this_process(data, config) as agent:
            await until(lambda: len(backend.requests) > asked)
            assert await self.refusal(backend, backend.order(frozen=False, version=4)) == Code.FREEZE_OUTDATED
            assert [order.version for order in agent._gate.orders] == [5]

    async def test_same_order_again_is_nothing_new(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        order = backend.order(frozen=True, version=1)
        for _ in range(3):
            await backend.push(order)
        await frozen(backend, 2)

        assert [m.version for m in backend.of(FreezeAcknowledged)] == [1, 2]
        assert backend.of(EnvelopeRefused) == []

    async def test_order_for_another_tenant_is_ignored_and_reported(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()

        assert (
            await self.refusal(backend, backend.order(frozen=True, version=1, scope=uuid4()))
            == Code.FREEZE_OTHER_TENANT
        )
        assert agent._gate.orders == []

    async def test_nonsense_is_reported(self, running_agent: Any, backend: Any, until: Any) -> None:
        await running_agent()
        await until(lambda: backend.requests)
        await backend.client.publish(f"dn.{backend.device_id}.freeze", b"\xff")

        assert await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused) and m.code == Code.ENVELOPE_MALFORMED)


class TestStatus:
    async def test_status_says_what_is_frozen_since_when_and_why(
        self, agent_folder: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data, config = agent_folder()
        assert isinstance(data, DataDir)
        async with agent_in_this_process(data, config):
            await frozen(backend, 1, reason="virus\x1b[2J")
            await frozen(backend, 2, scope=None, reason="")
            monkeypatch.setenv(*POLISH)
            told = render_text(gather_status(data))
            await backend.push(backend.order(frozen=False, version=3))
            await obeyed(backend, 3)
            later = render_text(gather_status(data))

        assert "Wstrzymano:   tę organizację od" in told and "(virus[2J)" in told
        assert "całą flotę" in told and "całą flotę" in later and "tę organizację" not in later
