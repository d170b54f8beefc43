"""The real process is killed with SIGKILL at the worst moments."""

import asyncio
import json
import signal
import sys
from typing import Any
from uuid import UUID

import pytest

from bosman_agent.identity.config import RESTART_COMMAND_VARIABLE
from bosman_protocol.codes import Code
from bosman_protocol.uplink import AgentStarted, OutputChunk, TaskStarted
from bosman_protocol.work import TaskKind


class TestKilledDuringTask:
    async def test_interruption_is_reported_and_the_effect_happens_once(
        self, agent_folder: Any, agent_process: Any, backend: Any, tmp_path: Any
    ) -> None:
        data, _ = agent_folder()
        effects = tmp_path / "effects"
        program = f"import time; open({str(effects)!r}, 'a').write('effect\\n'); time.sleep(60)"
        environment = {RESTART_COMMAND_VARIABLE: json.dumps([sys.executable, "-c", program])}
        agent = agent_process(data, **environment).start()
        envelope = backend.envelope(TaskKind.SYSTEM_RESTART, {"delay_seconds": 0})
        backend.queue.append(backend.sign(envelope))
        await backend.nudge()
        await _until_file(effects)

        agent.end()
        agent.start()
        finished = await backend.finished(envelope.task_id)
        # The server has not read the result yet and offers the work again, in a new envelope as always.
        again = backend.envelope(TaskKind.SYSTEM_RESTART, {"delay_seconds": 0}, task_id=envelope.task_id)
        backend.queue.append(backend.sign(again))
        marker = await backend.send(params={"text": "after"})
        await backend.finished(marker)

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_INTERRUPTED)
        hello = [m for m in backend.of(AgentStarted) if m.interrupted_tasks]
        assert [m.interrupted_tasks for m in hello] == [(envelope.task_id,)]
        assert effects.read_text() == "effect\n"
        assert len(backend.of(TaskStarted, envelope.task_id)) == 1

    async def test_output_before_the_kill_is_kept_without_gaps(
        self, agent_folder: Any, agent_process: Any, backend: Any
    ) -> None:
        data, _ = agent_folder()
        agent = agent_process(data).start()
        task_id = await backend.send(params={"text": "line", "repeat": 1000, "interval_seconds": 0.05})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.seq == 5)

        agent.end()
        agent.start()
        finished = await backend.finished(task_id)

        chunks = backend.of(OutputChunk, task_id)
        assert finished.error.code == Code.AGENT_INTERRUPTED
        assert [chunk.seq for chunk in chunks] == list(range(finished.chunk_count))
        assert "".join(chunk.text for chunk in chunks) == "line\n" * finished.chunk_count

    async def test_tasks_that_had_not_begun_run_after_the_restart(
        self, agent_folder: Any, agent_process: Any, backend: Any
    ) -> None:
        data, _ = agent_folder()
        agent = agent_process(data).start()
        blockers = [
            await backend.send(params={"repeat": 100, "interval_seconds": 30, "text": f"blocker {number}"})
            for number in range(4)
        ]
        for task_id in blockers:
            await backend.wait_for(lambda m, wanted=task_id: isinstance(m, OutputChunk) and m.task_id == wanted)
        waiting = await backend.send(params={"text": "waited"})
        await _until_held(backend, waiting)

        agent.end()
        agent.start()
        finished = await backend.finished(waiting)

        assert finished.state == "succeeded"
        assert [chunk.text for chunk in backend.of(OutputChunk, waiting)] == ["waited\n"]
        assert [(await backend.finished(task_id)).error.code for task_id in blockers] == [Code.AGENT_INTERRUPTED] * 4


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM; a service closes the agent's input")
class TestTerminatedAgent:
    async def test_running_task_is_reported_before_the_process_ends(
        self, agent_folder: Any, agent_process: Any, backend: Any
    ) -> None:
        data, _ = agent_folder()
        agent = agent_process(data).start()
        task_id = await backend.send(params={"repeat": 100, "interval_seconds": 30})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == task_id)

        code = agent.end(signal.SIGTERM)
        finished = await backend.finished(task_id, seconds=1)

        assert code == 0
        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_INTERRUPTED)

    async def test_short_task_may_finish_within_the_grace(
        self, agent_folder: Any, agent_process: Any, backend: Any
    ) -> None:
        data, _ = agent_folder(shutdown_grace_seconds=20)
        agent = agent_process(data).start()
        task_id = await backend.send(params={"repeat": 3, "interval_seconds": 0.5})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == task_id)

        agent.end(signal.SIGTERM)

        assert (await backend.finished(task_id, seconds=1)).state == "succeeded"


class TestSecondAgent:
    async def test_second_process_on_the_same_folder_refuses(
        self, agent_folder: Any, agent_process: Any, backend: Any
    ) -> None:
        data, _ = agent_folder()
        agent_process(data).start()
        await backend.wait_for(lambda m: isinstance(m, AgentStarted))

        second = agent_process(data, BOSMAN_AGENT_LANGUAGE="en", LC_ALL="C.UTF-8").start()
        code = await asyncio.to_thread(second.wait)

        assert code == 6
        assert "runs with" in second.log()


async def _until_file(path: Any) -> None:
    for _ in range(1000):
        if path.exists() and path.read_text():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(path)


async def _until_held(backend: Any, task_id: UUID) -> None:
    for _ in range(1000):
        await backend.nudge()
        if backend.requests and task_id in backend.requests[-1].holding:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(task_id)
