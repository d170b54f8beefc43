"""What the agent does with envelopes: runs the good ones once, refuses and reports the rest."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.tasks import lease
from bosman_protocol.codes import Code
from bosman_protocol.lease import LeaseRequest
from bosman_protocol.signing import SignedEnvelope, public_part, sign
from bosman_protocol.uplink import EnvelopeRefused, OutputChunk, TaskFinished, TaskStarted, TaskUnknown
from bosman_protocol.work import TaskKind
from testkit.effects import leave_mark


async def refusal(backend: Any, signed: SignedEnvelope) -> EnvelopeRefused:
    backend.queue.append(signed)
    await backend.nudge()
    found = await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused))
    assert isinstance(found, EnvelopeRefused)
    return found


class TestRefuse:
    async def test_forged_payload_is_refused_and_never_runs(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        good = backend.sign(backend.envelope(params={"text": "good"}))
        forged = msgspec.structs.replace(good, payload=good.payload.replace(b"good", b"evil"))

        refused = await refusal(backend, forged)

        assert (refused.code, refused.task_id) == (Code.ENVELOPE_BAD_SIGNATURE, None)
        assert backend.of(TaskStarted) == []

    async def test_unknown_key_is_refused_by_name(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        stranger = Ed25519PrivateKey.generate()

        refused = await refusal(backend, sign(msgspec.json.encode(backend.envelope()), stranger))

        assert (refused.code, refused.key_id) == (Code.ENVELOPE_UNKNOWN_KEY, public_part(stranger).key_id)

    async def test_hostile_key_id_is_cleaned(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        hostile = SignedEnvelope(b"{}", "\u202e\x1b[2J" + "k" * 5000, b"")

        refused = await refusal(backend, hostile)

        assert refused.key_id is not None and len(refused.key_id) <= 256 and refused.key_id.isprintable()

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"device_id": uuid4()}, Code.ENVELOPE_WRONG_DEVICE),
            ({"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, Code.ENVELOPE_EXPIRED),
            (
                {
                    "issued_at": datetime.now(UTC) + timedelta(hours=1),
                    "expires_at": datetime.now(UTC) + timedelta(hours=2),
                },
                Code.ENVELOPE_NOT_YET_VALID,
            ),
        ],
    )
    async def test_signed_but_unfit_envelope_is_refused_with_its_task(
        self, running_agent: Any, backend: Any, changes: dict[str, Any], code: Code
    ) -> None:
        await running_agent()
        envelope = backend.envelope(**changes)

        refused = await refusal(backend, backend.sign(envelope))

        assert (refused.code, refused.task_id) == (code, envelope.task_id)

    async def test_signed_nonsense_is_malformed(self, running_agent: Any, backend: Any) -> None:
        await running_agent()

        refused = await refusal(backend, sign(b"\xff not json", backend.signing_key))

        assert refused.code == Code.ENVELOPE_MALFORMED

    async def test_same_envelope_twice_is_a_replay_and_runs_once(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        signed = backend.sign(backend.envelope(params={"text": "once"}))
        task_id = msgspec.json.decode(signed.payload)["task_id"]
        backend.queue.append(signed)
        await backend.nudge()
        await backend.wait_for(lambda m: isinstance(m, TaskFinished))

        refused = await refusal(backend, signed)

        assert (refused.code, str(refused.task_id)) == (Code.ENVELOPE_REPLAYED, task_id)
        assert len(backend.of(TaskStarted)) == 1

    async def test_nonce_of_another_task_is_a_replay(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        nonce = os.urandom(16)
        first = await backend.send(nonce=nonce)
        await backend.finished(first)

        refused = await refusal(backend, backend.sign(backend.envelope(nonce=nonce)))

        assert refused.code == Code.ENVELOPE_REPLAYED

    async def test_unreadable_answer_is_reported_and_work_goes_on(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        backend.raw_answer = b"<html>"
        await backend.nudge()
        await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused) and m.code == Code.ENVELOPE_MALFORMED)
        backend.raw_answer = None

        assert (await backend.finished(await backend.send())).state == "succeeded"

    async def test_flood_of_forgeries_does_not_fill_the_outbox(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        forged = msgspec.structs.replace(backend.sign(backend.envelope()), signature=b"x" * 64)
        backend.queue.extend([forged] * 200)
        for _ in range(20):
            await backend.nudge()
            await asyncio.sleep(0.02)
        await backend.finished(await backend.send())

        assert not backend.queue
        assert 1 <= len(backend.of(EnvelopeRefused)) <= 60
        assert agent._scheduler.capacity > 0


class TestAsk:
    async def test_redelivered_task_in_a_new_envelope_has_its_effect_once(
        self, running_agent: Any, backend: Any, tmp_path: Path
    ) -> None:
        effects = tmp_path / "effects"
        await running_agent(restart_command=leave_mark(effects, "effect", "{reason}"))
        envelope = backend.envelope(TaskKind.SYSTEM_RESTART)
        again = msgspec.structs.replace(envelope, nonce=os.urandom(16))
        backend.queue.extend([backend.sign(envelope), backend.sign(again)])
        await backend.nudge()
        # Exclusive tasks run in turn: once this one is done, a second run would be too.
        marker = await backend.send(TaskKind.SYSTEM_RESTART, {"reason": "marker"})
        await backend.finished(marker)

        assert effects.read_text() == "effect\neffect marker\n"
        assert backend.of(EnvelopeRefused) == []

    async def test_more_work_than_capacity_is_fetched_in_turns(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        envelopes = [backend.envelope() for _ in range(45)]
        backend.queue.extend(backend.sign(envelope) for envelope in envelopes)
        await backend.nudge()

        for envelope in envelopes:
            assert (await backend.finished(envelope.task_id)).state == "succeeded"
        assert max(request.capacity for request in backend.requests) == 10

    async def test_running_task_is_named_as_held(self, running_agent: Any, backend: Any, until: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"repeat": 2, "interval_seconds": 30})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk))
        asked = len(backend.requests)
        await backend.nudge()
        await until(lambda: len(backend.requests) > asked)

        assert task_id in backend.requests[-1].holding

    async def test_polls_without_a_nudge(self, running_agent: Any, backend: Any) -> None:
        await running_agent(poll_seconds=0.2)
        envelope = backend.envelope()
        backend.queue.append(backend.sign(envelope))

        assert (await backend.finished(envelope.task_id)).state == "succeeded"

    async def test_many_nudges_become_few_questions(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        before = len(backend.requests)
        for _ in range(500):
            await backend.client.publish(f"dn.{backend.device_id}.nudge")
        await backend.finished(await backend.send())

        assert len(backend.requests) - before < 100
        assert all(isinstance(request, LeaseRequest) for request in backend.requests)

    async def test_questions_that_bring_nothing_are_paced_however_it_is_nudged(
        self, running_agent: Any, backend: Any, until: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(lease, "IDLE_QUESTIONS_PER_SECOND", 1e-6)
        await running_agent()
        for number in range(lease.IDLE_QUESTIONS):
            await until(lambda number=number: len(backend.requests) > number)
            await backend.nudge()
        for _ in range(50):
            await backend.nudge()
            await asyncio.sleep(0.001)

        assert len(backend.requests) == lease.IDLE_QUESTIONS

    async def test_questions_that_bring_work_follow_at_once(
        self, running_agent: Any, backend: Any, monkeypatch: Any
    ) -> None:
        # Were they paced the test would take days.
        monkeypatch.setattr(lease, "IDLE_QUESTIONS_PER_SECOND", 1e-6)
        await running_agent()
        for _ in range(20):
            assert (await backend.finished(await backend.send())).state == "succeeded"


class TestQuestionPace:
    def test_some_at_once_then_one_each_fifth_of_a_second(self) -> None:
        now = 100.0
        pace = lease.QuestionPace(lambda: now)
        for _ in range(lease.IDLE_QUESTIONS):
            assert pace.wait_seconds == 0
            pace.brought_nothing()
        assert pace.wait_seconds == pytest.approx(0.2)
        now += 0.2
        assert pace.wait_seconds == pytest.approx(0)
        pace.brought_nothing()
        assert pace.wait_seconds == pytest.approx(0.2)

    def test_quiet_earns_no_more_than_some_at_once(self) -> None:
        now = 100.0
        pace = lease.QuestionPace(lambda: now)
        now += 3600
        for _ in range(lease.IDLE_QUESTIONS):
            pace.brought_nothing()
        assert pace.wait_seconds > 0


class TestAccount:
    async def test_task_that_was_never_seen_is_reported_unknown(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        lost = uuid4()
        backend.report = [lost]
        await backend.nudge()

        unknown = await backend.wait_for(lambda m: isinstance(m, TaskUnknown))

        assert unknown.task_id == lost

    async def test_finished_task_that_the_server_misses_is_sent_again(
        self, running_agent: Any, backend: Any, until: Any
    ) -> None:
        await running_agent()
        task_id = await backend.send()
        first = await backend.finished(task_id)
        # Past the stream's memory for message ids the result has to come a second time.
        stream = backend.client.jetstream(timeout=0.5)
        await stream.purge_stream("UPLINK", subject=f"up.{backend.device_id}.task")
        info = await stream.stream_info("UPLINK")
        assert info.config.duplicate_window is not None
        backend.messages.clear()
        backend.report = [task_id]
        asked = len(backend.requests)
        await backend.nudge()
        await until(lambda: len(backend.requests) > asked)
        await backend.finished(await backend.send())

        # Within that memory it is recognised: nothing is stored twice.
        assert first not in backend.messages
        assert not [m for m in backend.of(TaskUnknown) if m.task_id == task_id]


class TestCancel:
    async def test_running_task_is_cancelled(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"repeat": 2, "interval_seconds": 60})
        await backend.wait_for(lambda m: isinstance(m, OutputChunk))
        backend.cancel = [task_id]
        await backend.nudge()

        finished = await backend.finished(task_id)

        assert (finished.state, finished.error.code) == ("cancelled", Code.TASK_CANCELLED)

    async def test_waiting_task_is_cancelled_without_having_started(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        for _ in range(4):
            task_id = await backend.send(params={"repeat": 2, "interval_seconds": 60})
            await backend.wait_for(lambda m, wanted=task_id: isinstance(m, OutputChunk) and m.task_id == wanted)
        waiting = await backend.send()
        backend.cancel = [waiting]
        await backend.nudge()

        finished = await backend.finished(waiting)

        assert finished.state == "cancelled" and finished.started_at is None
        assert backend.of(TaskStarted, waiting) == []


class TestTimeout:
    async def test_task_over_its_time_is_timed_out(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        task_id = await backend.send(params={"repeat": 2, "interval_seconds": 60}, timeout_seconds=1)

        finished = await backend.finished(task_id)

        assert (finished.state, finished.error.code) == ("timed_out", Code.TASK_TIMED_OUT)
        assert finished.chunk_count == 1

    async def test_task_that_expires_in_the_queue_never_starts(
        self, running_agent: Any, backend: Any, until: Any
    ) -> None:
        agent = await running_agent()
        blockers = [await backend.send(params={"repeat": 2, "interval_seconds": 60}) for _ in range(4)]
        for task_id in blockers:
            await backend.wait_for(lambda m, wanted=task_id: isinstance(m, TaskStarted) and m.task_id == wanted)
        expires_at = datetime.now(UTC) + timedelta(seconds=1)
        late = await backend.send(expires_at=expires_at)
        await until(lambda: agent._scheduler._concurrent.waiting)
        await until(lambda: datetime.now(UTC) > expires_at)
        backend.cancel = blockers[:1]
        await backend.nudge()

        finished = await backend.finished(late)

        assert (finished.state, finished.error.code) == ("expired", Code.TASK_EXPIRED)
        assert backend.of(TaskStarted, late) == []


class TestUnfitWork:
    async def test_unknown_kind_is_unsupported(self, running_agent: Any, backend: Any) -> None:
        await running_agent()

        finished = await backend.finished(await backend.send(kind="moon.landing"))

        assert (finished.state, finished.error.code) == ("failed", Code.AGENT_UNSUPPORTED)

    async def test_bad_parameters_name_the_field(self, running_agent: Any, backend: Any) -> None:
        await running_agent()

        finished = await backend.finished(await backend.send(params={"repeat": 0}))

        assert finished.error.code == Code.JOB_BAD_PARAMS
        assert "$.repeat" in finished.error.detail
