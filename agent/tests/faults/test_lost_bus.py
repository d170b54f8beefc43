"""nats-server is killed under the agent, and comes back."""

import asyncio
import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import nats
import pytest

from bosman_protocol import subjects
from bosman_protocol.uplink import OutputChunk
from testkit.agent_backend import UPLINK


@pytest.fixture
def folder(tmp_path: Any, own_nats: Any, own_backend: Any, prepare_folder: Any) -> Any:
    return prepare_folder(tmp_path / "agent", own_nats, own_backend)


class TestBusKilled:
    async def test_output_made_meanwhile_arrives_once_and_in_order(
        self, folder: Any, agent_process: Any, own_nats: Any, own_backend: Any
    ) -> None:
        data, _ = folder
        agent = agent_process(data).start()
        task_id = await own_backend.send(params={"text": "line", "repeat": 60, "interval_seconds": 0.03})
        await own_backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.seq == 5)

        own_nats.kill()
        await asyncio.sleep(0.5)
        own_nats.start()
        finished = await own_backend.finished(task_id)

        assert finished.state == "succeeded"
        await _check_all_once(own_backend, task_id, finished.chunk_count, "line\n" * 60)
        assert agent.log().count('"event":"connected"') >= 2

    async def test_result_survives_bus_and_agent_dying_together(
        self, folder: Any, agent_process: Any, own_nats: Any, own_backend: Any, tmp_path: Path, until: Any
    ) -> None:
        data, _ = folder
        agent = agent_process(data).start()
        task_id = await own_backend.send(params={"text": "line", "repeat": 40, "interval_seconds": 0.03})
        await own_backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.seq == 3)

        own_nats.kill()
        await until(lambda: _state_on_disk(data.journal, tmp_path / "copy", task_id) == "finished")
        agent.end()
        agent.start()
        own_nats.start()
        finished = await own_backend.finished(task_id)

        assert finished.state == "succeeded"
        await _check_all_once(own_backend, task_id, finished.chunk_count, "line\n" * 40)

    @pytest.mark.slow(reason="the bus is killed several times")
    async def test_flood_of_output_survives_repeated_kills(
        self, folder: Any, agent_process: Any, own_nats: Any, own_backend: Any
    ) -> None:
        data, _ = folder
        agent_process(data).start()
        line = "x" * 200
        task_id = await own_backend.send(params={"text": line, "repeat": 90_000})
        seen = [0]
        for _ in range(3):
            seen.append(await _until_stored(own_backend, more_than=seen[-1] + 20))
            own_nats.kill()
            own_nats.start()
        finished = await own_backend.finished(task_id)

        assert seen[1] < finished.chunk_count, "the first kill came too late to prove anything"
        await _check_all_once(own_backend, task_id, finished.chunk_count, (line + "\n") * 90_000)

    @pytest.mark.slow(reason="the agent waits ten seconds for a receipt")
    async def test_outbox_waits_while_no_stream_exists(
        self, folder: Any, agent_process: Any, own_backend: Any, until: Any
    ) -> None:
        data, _ = folder
        stream = own_backend.client.jetstream(timeout=0.5)
        await stream.delete_stream(subjects.UPLINK_STREAM)
        agent = agent_process(data).start()
        task_id = await own_backend.send(params={"text": "patient"})
        await until(lambda: "stream does not acknowledge" in agent.log(), seconds=60)

        await stream.add_stream(UPLINK)
        own_backend._next_seq = 1
        finished = await own_backend.finished(task_id, seconds=60)

        await _check_all_once(own_backend, task_id, finished.chunk_count, "patient\n")


def _state_on_disk(journal: Path, folder: Path, task_id: UUID) -> str | None:
    """What a power cut in this moment would leave of the task; the agent lets nobody else into its file."""
    folder.mkdir(exist_ok=True)
    for file in journal.parent.glob(journal.name + "*"):
        shutil.copy(file, folder / file.name)
    with contextlib.closing(sqlite3.connect(folder / journal.name)) as copy, contextlib.suppress(sqlite3.DatabaseError):
        row = copy.execute("SELECT state FROM task WHERE task_id = ?", (task_id.bytes,)).fetchone()
        return str(row[0]) if row else None
    # Copied in the middle of a write.
    return None


async def _check_all_once(backend: Any, task_id: Any, count: int, text: str) -> None:
    await backend.read()
    chunks = backend.of(OutputChunk, task_id)
    assert [chunk.seq for chunk in chunks] == list(range(count))
    assert "".join(chunk.text for chunk in chunks) == text


async def _until_stored(backend: Any, *, more_than: int) -> int:
    """Wait until the stream holds more messages; how many it holds then (or at its end)."""
    stream = backend.client.jetstream(timeout=0.5)
    for _ in range(300):
        with contextlib.suppress(nats.errors.Error):
            last = int((await stream.stream_info(subjects.UPLINK_STREAM)).state.last_seq)
            if last > more_than:
                return last
        await asyncio.sleep(0.001)
    return more_than
