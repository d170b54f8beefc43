"""The disk under the agent's folder is really full."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bosman_protocol.codes import Code
from bosman_protocol.uplink import OutputChunk, TaskStarted


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "agent"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", mount]).returncode:
        pytest.skip("a small file system can be mounted by root only")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(b"x" * 4096)
    return filler


class TestFullDisk:
    async def test_task_is_refused_with_a_clear_code_and_the_agent_lives_on(
        self, small_disk: Path, running_agent: Any, backend: Any
    ) -> None:
        supervisor = await running_agent()
        await backend.finished(await backend.send())
        fill(small_disk)
        supervisor._journal._writer._reserve.release()
        more = fill(small_disk)

        refused = await backend.send()
        # Even the refusal does not fit now; the server offers the task again when its lease is over.
        await backend.wait_for(lambda _message: len(backend.requests) >= 3)
        more.unlink()
        filler = small_disk / "second"
        filler.write_bytes(b"x" * 4096)
        after = await backend.finished(await backend.send())

        assert after.state == "succeeded"
        assert backend.of(TaskStarted, refused) == []

    async def test_task_in_the_middle_of_output_keeps_its_result(
        self, small_disk: Path, running_agent: Any, backend: Any
    ) -> None:
        await running_agent()
        task_id = await backend.send(params={"text": "x" * 4000, "repeat": 2000, "interval_seconds": 0.001})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk))
        filler = fill(small_disk)

        finished = await backend.finished(task_id)
        await backend.read()
        chunks = backend.of(OutputChunk, task_id)
        filler.unlink()

        assert finished.state == "succeeded"
        assert [chunk.seq for chunk in chunks] == list(range(finished.chunk_count))
        if chunks[-1].stream == "system":
            assert chunks[-1].text == Code.OUTPUT_TRUNCATED
