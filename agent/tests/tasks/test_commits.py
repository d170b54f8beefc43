"""How work meets the journal: as few commits as is correct, and no cancellation loses what is written down."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bosman_agent.outbox import publisher
from bosman_protocol.lease import LeaseReply
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted
from bosman_protocol.work import TaskKind
from testkit.effects import wait_for_file
from testkit.patience import patient


@pytest.fixture
def watch_commits(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[list[str]]]:
    """Records every commit that changes the journal by the ids of the messages that it puts into the publisher."""
    # Acknowledged messages are forgotten when nobody looks.
    monkeypatch.setattr(publisher, "FORGET_SECONDS", 3600.0)

    def watch(agent: Any) -> list[list[str]]:
        commits: list[list[str]] = []
        writer, commit_group = agent._journal._writer, agent._journal._writer._commit_group

        def commit(connection: Any, group: Any) -> None:
            changes = connection.total_changes
            last = connection.execute("SELECT COALESCE(MAX(id), 0) FROM outbox").fetchone()[0]
            commit_group(connection, group)
            if connection.total_changes != changes:
                rows = connection.execute("SELECT msg_id FROM outbox WHERE id > ? ORDER BY id", (last,)).fetchall()
                commits.append([row[0] for row in rows])

        monkeypatch.setattr(writer, "_commit_group", commit)
        return commits

    return watch


def answer(backend: Any, *envelopes: Any) -> LeaseReply:
    return LeaseReply(datetime.now(UTC), tuple(backend.sign(envelope) for envelope in envelopes))


class TestCommits:
    async def test_short_task_costs_two(self, running_agent: Any, backend: Any, watch_commits: Any) -> None:
        agent = await running_agent()
        commits = watch_commits(agent)

        task_id = await backend.send(params={"text": "hi", "repeat": 3})
        await backend.finished(task_id)

        assert commits == [[f"{task_id}:started"], [f"{task_id}:0", f"{task_id}:finished"]]

    async def test_output_of_a_task_that_goes_on_does_not_wait_for_its_end(
        self, running_agent: Any, backend: Any, watch_commits: Any
    ) -> None:
        agent = await running_agent()
        commits = watch_commits(agent)

        task_id = await backend.send(params={"text": "hi", "repeat": 2, "interval_seconds": 60})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk) and m.task_id == task_id)

        assert commits == [[f"{task_id}:started"], [f"{task_id}:0"]]

    async def test_task_that_must_wait_is_received_first_and_begins_in_a_commit_of_its_own(
        self, running_agent: Any, backend: Any, watch_commits: Any, tmp_path: Any, until: Any
    ) -> None:
        gate = tmp_path / "gate"
        agent = await running_agent(restart_command=wait_for_file(gate))
        commits = watch_commits(agent)

        first = await backend.send(TaskKind.SYSTEM_RESTART)
        await backend.wait_for(lambda m: isinstance(m, TaskStarted))
        second = await backend.send(TaskKind.SYSTEM_RESTART)
        await until(lambda: len(commits) == 3)
        gate.touch()
        await backend.finished(second)

        # Guarded work always begins in a commit of its own: the freeze is asked last of all.
        assert commits[:3] == [[], [f"{first}:started"], []]
        assert [f"{second}:started"] in commits[3:]

    async def test_all_tasks_of_an_answer_are_taken_in_together(
        self, running_agent: Any, backend: Any, watch_commits: Any
    ) -> None:
        agent = await running_agent()
        commits = watch_commits(agent)
        busy, release = threading.Event(), threading.Event()
        # While the journal is at something else, whatever comes forms one group.

        def occupy(_session: Any) -> None:
            busy.set()
            release.wait(patient())

        blocked = agent._journal._writer.submit(occupy)
        await asyncio.to_thread(busy.wait, patient())

        envelopes = [backend.envelope() for _ in range(3)]
        taking = asyncio.create_task(agent._lease.take(answer(backend, *envelopes)))
        await asyncio.sleep(0.05)
        release.set()
        await asyncio.gather(blocked, taking)
        for envelope in envelopes:
            await backend.finished(envelope.task_id)

        assert commits[0] == [f"{envelope.task_id}:started" for envelope in envelopes]


class TestCancelledWhileTakingIn:
    async def test_task_that_the_journal_holds_is_run_all_the_same(
        self, running_agent: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        agent = await running_agent()
        receive, written, go_on = agent._journal.receive, asyncio.Event(), asyncio.Event()

        async def slow_receive(*arguments: Any) -> Any:
            receipt = await receive(*arguments)
            written.set()
            await go_on.wait()
            return receipt

        monkeypatch.setattr(agent._journal, "receive", slow_receive)
        envelope = backend.envelope()
        taking = asyncio.create_task(agent._lease.take(answer(backend, envelope)))
        await asyncio.wait_for(written.wait(), patient())

        # As when the connection is lost in this very moment.
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        go_on.set()

        assert (await backend.finished(envelope.task_id)).state == "succeeded"
        assert len(backend.of(TaskStarted, envelope.task_id)) == 1


class TestBeginningMayWait:
    async def test_it_leaves_with_what_follows_it_and_before_it(
        self, running_agent: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Alone it would wait for an hour.
        monkeypatch.setattr(publisher, "LINGER_SECONDS", 3600.0)
        await running_agent()

        task_id = await backend.send(params={"text": "hi"})
        await backend.finished(task_id)

        kinds = [type(m) for m in backend.messages if getattr(m, "task_id", None) == task_id]
        assert kinds == [TaskStarted, OutputChunk, TaskFinished]
