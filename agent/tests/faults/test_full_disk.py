"""The disk under the agent's folder is really full."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.processes.children import Child
from bosman_agent.watchdog.protocol import BEAT
from bosman_protocol.codes import Code
from bosman_protocol.uplink import OutputChunk, TaskStarted
from testkit.patience import eventually, patient


class TestFullDisk:
    async def test_task_is_refused_with_a_clear_code_and_the_agent_lives_on(
        self, small_disk: Path, fill_disk: Any, running_agent: Any, backend: Any
    ) -> None:
        await running_agent()
        filler = fill_disk(small_disk / "filler")

        # What fits into space that the journal had already taken still runs; then it ends.
        for _ in range(100):
            finished = await backend.finished(await backend.send())
            if finished.state == "failed":
                break
        filler.unlink()
        after = await backend.finished(await backend.send())

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_DISK_FULL)
        assert backend.of(TaskStarted, finished.task_id) == []
        assert after.state == "succeeded"

    @pytest.mark.slow(reason="output goes on until a disk is full")
    async def test_task_in_the_middle_of_output_keeps_its_result(
        self, small_disk: Path, fill_disk: Any, running_agent: Any, backend: Any
    ) -> None:
        await running_agent()
        task_id = await backend.send(params={"text": "x" * 4000, "repeat": 2000, "interval_seconds": 0.001})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk))
        filler = fill_disk(small_disk / "filler")

        finished = await backend.finished(task_id)
        await backend.read()
        chunks = backend.of(OutputChunk, task_id)
        filler.unlink()

        assert finished.state == "succeeded"
        assert [chunk.seq for chunk in chunks] == list(range(finished.chunk_count))
        if chunks[-1].stream == "system":
            assert chunks[-1].text == Code.OUTPUT_TRUNCATED


class TestFullDiskUnderTheWatchdog:
    @pytest.mark.slow(reason="the agent sends a heartbeat every five seconds")
    async def test_kept_agent_goes_on_beating_logs_what_it_met_and_works_once_there_is_room(
        self, small_disk: Path, fill_disk: Any, agent_folder: Any, backend: Any
    ) -> None:
        data, _ = agent_folder()
        beats: list[str] = []
        errors: list[str] = []
        command = [sys.executable, "-m", "bosman_agent.main", "run", "--supervised", "--data-dir", str(data.root)]
        child = Child(command, env={}, on_line=beats.append, on_error=errors.append)
        try:
            await backend.finished(await backend.send())
            filler = fill_disk(small_disk / "filler")
            for _ in range(100):
                finished = await backend.finished(await backend.send())
                if finished.state == "failed":
                    break
            before = beats.count(BEAT)
            await eventually(lambda: beats.count(BEAT) > before)
            filler.unlink()
            after = await backend.finished(await backend.send())
        finally:
            child.ask_to_end()
            code = await asyncio.to_thread(child.wait, patient())
            child.let_go()

        assert (finished.state, finished.error.code, after.state) == ("failed", Code.AGENT_DISK_FULL, "succeeded")
        assert code == 0
        assert any("disk" in line for line in errors)
