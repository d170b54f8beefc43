"""Frozen, killed, and started again with nobody to talk to: it stays frozen."""

import json
from typing import Any
from uuid import UUID

import pytest

from bosman_agent.identity.config import RESTART_COMMAND_VARIABLE
from bosman_protocol.uplink import FreezeAcknowledged
from bosman_protocol.work import TaskKind
from testkit.effects import leave_mark
from testkit.patience import eventually


@pytest.fixture
def folder(tmp_path: Any, own_nats: Any, own_backend: Any, prepare_folder: Any) -> Any:
    return prepare_folder(tmp_path / "agent", own_nats, own_backend)


class TestKilledWhileFrozen:
    @pytest.mark.slow(reason="agent and bus are killed and started again")
    async def test_guarded_task_does_not_start_while_the_bus_is_away_and_runs_once_thawed(
        self, folder: Any, agent_process: Any, own_nats: Any, own_backend: Any, tmp_path: Any, until: Any
    ) -> None:
        data, _ = folder
        effects = tmp_path / "effects"
        command = json.dumps(leave_mark(effects, "effect"))
        agent = agent_process(data, **{RESTART_COMMAND_VARIABLE: command}).start()
        await own_backend.finished(await own_backend.send())
        await own_backend.push(own_backend.order(frozen=True, version=1))
        await own_backend.wait_for(lambda m: isinstance(m, FreezeAcknowledged))
        held = await own_backend.send(TaskKind.SYSTEM_RESTART)
        await _until_held(own_backend, held)

        agent.end()
        own_nats.kill()
        seen = agent.log().count("bus is unreachable")
        agent.start()
        await until(lambda: agent.log().count("bus is unreachable") > seen + 1)
        assert not effects.exists()

        own_nats.start()
        await own_backend.finished(await own_backend.send(params={"text": "back"}))
        assert not effects.exists()
        await own_backend.push(own_backend.order(frozen=False, version=2))
        assert (await own_backend.finished(held)).state == "succeeded"
        assert effects.read_text() == "effect\n"


async def _until_held(backend: Any, task_id: UUID) -> None:
    """Until the agent says that it has the task: one nudge may answer for several."""

    async def held() -> bool:
        await backend.nudge()
        return bool(backend.requests) and task_id in backend.requests[-1].holding

    await eventually(held)
