from typing import Any

import msgspec

from bosman_protocol.uplink import AgentStarted, OutputChunk, TaskStarted
from bosman_protocol.work import EchoResult


class TestEcho:
    async def test_one_line_arrives_with_its_result(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"text": "zażółć"})

        finished = await backend.finished(task_id)

        assert finished.state == "succeeded" and finished.exit_code == 0 and finished.chunk_count == 1
        assert msgspec.json.decode(finished.result, type=EchoResult) == EchoResult(1)
        assert [chunk.text for chunk in backend.of(OutputChunk, task_id)] == ["zażółć\n"]
        kinds = [type(message) for message in backend.messages]
        assert kinds == [AgentStarted, TaskStarted, OutputChunk, type(finished)]

    async def test_many_lines_arrive_once_and_in_order(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"text": "line", "repeat": 5000})

        finished = await backend.finished(task_id)
        chunks = backend.of(OutputChunk, task_id)

        assert [chunk.seq for chunk in chunks] == list(range(finished.chunk_count))
        assert "".join(chunk.text for chunk in chunks) == "line\n" * 5000
