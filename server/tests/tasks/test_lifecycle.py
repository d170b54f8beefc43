"""A task from the wish to the result, over the real API, bus and database."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from bosman_protocol.failures import ErrorDetail
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskProgress, TaskStarted, TaskUnknown
from testkit.device import connect

ECHO = {"kind": "diagnostics.echo", "params": {"text": "hello"}}


def now():
    return datetime.now(UTC)


@pytest.fixture
async def scene(people, acme, new_device):
    """A tenant's owner and one connected device."""
    return await people.owner(acme), await new_device(acme)


async def make_task(client, device, **changes):
    answer = await client.post(f"devices/{device.id}/tasks", json=ECHO | changes)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def state_of(client, task_id):
    return (await client.get(f"tasks/{task_id}")).json()["state"]


class TestDelivery:
    async def test_online_device_is_nudged_and_leases_a_signed_envelope(self, scene):
        client, device = scene
        task_id = await make_task(client, device)
        await device.nudges.get()
        (envelope,) = device.open(await device.lease())
        assert envelope.task_id == task_id and envelope.kind == "diagnostics.echo"
        assert await state_of(client, task_id) == "leased"

    async def test_offline_device_gets_its_work_when_it_comes_back(self, people, acme, enroll_device):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        task_id = await make_task(client, identity)
        assert await state_of(client, task_id) == "queued"
        device = await connect(identity)
        assert [item.task_id for item in device.open(await device.lease())] == [task_id]
        await device.close()

    async def test_leased_work_whose_reply_was_lost_is_sent_again_under_another_nonce(self, scene):
        client, device = scene
        task_id = await make_task(client, device)
        (first,) = device.open(await device.lease())
        (second,) = device.open(await device.lease())
        assert first.task_id == second.task_id == task_id
        assert first.nonce != second.nonce

    async def test_work_that_the_agent_holds_is_not_sent_again(self, scene):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        assert (await device.lease(task_id)).envelopes == ()

    async def test_capacity_limits_a_lease_and_more_says_so(self, scene):
        client, device = scene
        for _ in range(3):
            await make_task(client, device)
        reply = await device.lease(capacity=2)
        assert len(reply.envelopes) == 2 and reply.more

    async def test_work_not_due_yet_waits(self, scene):
        client, device = scene
        task_id = await make_task(client, device, not_before=(datetime.now(UTC) + timedelta(days=300)).isoformat())
        detail = (await client.get(f"tasks/{task_id}")).json()
        assert detail["state"] == "waiting" and [step["state"] for step in detail["timeline"]] == ["waiting"]
        assert (await device.lease()).envelopes == ()

    async def test_creator_who_lost_the_permission_gets_nothing_signed(self, people, acme, new_device, worker_database):
        client = await people.owner(acme)
        device = await new_device(acme)
        me = (await client.get("me")).json()["id"]
        task_id = await make_task(client, device)
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE identity_membership SET role = 'viewer' WHERE user_id = $1", UUID(me))
        assert (await device.lease()).envelopes == ()
        detail = (await client.get(f"tasks/{task_id}")).json()
        assert (detail["state"], detail["error_code"]) == ("failed", "permission.denied")


class TestResult:
    async def test_result_output_and_timeline_are_stored(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.run(task_id, "one\n", "zażółć\n", exit_code=0)

        async def finished():
            return await state_of(client, task_id) == "succeeded"

        await eventually(finished)
        detail = (await client.get(f"tasks/{task_id}")).json()
        assert detail["exit_code"] == 0 and detail["output_chunks"] == 2
        assert [step["state"] for step in detail["timeline"]] == ["queued", "leased", "running", "succeeded"]
        assert (await client.get(f"tasks/{task_id}/output.txt")).text == "one\nzażółć\n"

    async def test_failure_keeps_code_params_and_detail(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        error = ErrorDetail("apt.failed", {"exit_code": 100}, "E: broken\x00 packages")
        await device.run(task_id, state="failed", error=error)

        async def failed():
            return await state_of(client, task_id) == "failed"

        await eventually(failed)
        detail = (await client.get(f"tasks/{task_id}")).json()
        assert detail["error_code"] == "apt.failed" and detail["error_params"] == {"exit_code": 100}
        assert detail["error_detail"] == "E: broken packages"

    async def test_progress_is_shown_while_running(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.report(TaskStarted(task_id, now()))
        await device.report(TaskProgress(task_id, now(), 42, "apt.installing", {"package": "bash"}))

        async def progressed():
            return (await client.get(f"tasks/{task_id}")).json()["progress_percent"] == 42

        await eventually(progressed)
        note = (await client.get(f"tasks/{task_id}")).json()["progress_note"]
        assert note == {"code": "apt.installing", "package": "bash"}
        assert (await client.get("updates/devices")).json()["items"][0]["active_task"]["progress_percent"] == 42

    async def test_a_note_that_only_a_newer_agent_knows_costs_no_progress(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.report(TaskStarted(task_id, now()))
        await device.report(TaskProgress(task_id, now(), 43, "moon.landing", {"crater": "Tycho"}))

        async def progressed():
            return (await client.get(f"tasks/{task_id}")).json()["progress_percent"] == 43

        await eventually(progressed)
        assert (await client.get(f"tasks/{task_id}")).json()["progress_note"] is None

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            (b'{"lines":3,"invented_later":"x"}', {"lines": 3}),
            (b'{"lines":"three"}', None),
            (b"[1]", None),
            (b"null", None),
        ],
    )
    async def test_result_is_what_its_kind_brings_or_none(self, scene, eventually, worker_database, sent, kept):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.run(task_id, "x", result=msgspec.Raw(sent))

        async def entry():
            async with worker_database.unscoped() as connection:
                return await connection.fetchval(
                    "SELECT after FROM audit_entry WHERE action = 'task.finish' AND target_id = $1", task_id
                )

        after = json.loads(bytes(await eventually(entry)))
        assert (await client.get(f"tasks/{task_id}")).json()["result"] == kept
        # What was sent and not kept vanishes from nobody's sight.
        assert after.get("result") == ("refused" if kept is None and sent != b"null" else None)

    async def test_the_same_result_twice_counts_once(self, scene, eventually, worker_database):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.run(task_id, "x")
        await device.run(task_id, "x", state="failed")

        async def audited():
            async with worker_database.unscoped() as connection:
                return await connection.fetchval(
                    "SELECT count(*) FROM audit_entry WHERE action = 'task.finish' AND target_id = $1", task_id
                )

        await eventually(audited)
        assert await state_of(client, task_id) == "succeeded"
        assert await audited() == 1
        assert (await client.get(f"tasks/{task_id}")).json()["output_chunks"] == 1

    async def test_a_task_that_the_agent_lost_is_said_to_be_lost(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.report(TaskStarted(task_id, now()))

        async def asked():
            return task_id in (await device.lease()).report

        await eventually(asked)
        await device.report(TaskUnknown(task_id, now()))

        async def failed():
            return (await client.get(f"tasks/{task_id}")).json()["error_code"] == "agent.lost_task"

        await eventually(failed)


class TestCancel:
    async def test_queued_task_ends_at_once(self, scene):
        client, device = scene
        task_id = await make_task(client, device)
        answer = await client.post(f"tasks/{task_id}/cancel")
        assert answer.json()["state"] == "cancelled"
        assert (await device.lease()).envelopes == ()

    async def test_running_task_is_named_to_the_agent(self, scene):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.report(TaskStarted(task_id, now()))
        await client.post(f"tasks/{task_id}/cancel")
        assert (await device.lease(task_id)).cancel == (task_id,)

    async def test_finished_task_cannot_be_cancelled(self, scene, eventually):
        client, device = scene
        task_id = await make_task(client, device)
        await device.lease()
        await device.run(task_id)

        async def finished():
            return await state_of(client, task_id) == "succeeded"

        await eventually(finished)
        answer = await client.post(f"tasks/{task_id}/cancel")
        assert answer.status_code == 409 and answer.json()["code"] == "task.already_finished"


class TestExpiry:
    async def test_unclaimed_work_expires_with_an_audit_entry(
        self, people, acme, enroll_device, worker_database, eventually
    ):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        task_id = await make_task(client, identity)
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET expires_at = now() WHERE id = $1", task_id)

        async def expired():
            return await state_of(client, task_id) == "expired"

        await eventually(expired)
        async with worker_database.unscoped() as connection:
            assert await connection.fetchval(
                "SELECT count(*) FROM audit_entry WHERE action = 'task.finish' AND target_id = $1", task_id
            )


class TestHostileDevice:
    @pytest.mark.parametrize("kind", ["finish", "output", "start"])
    async def test_report_on_a_task_of_another_device_is_refused_and_audited(
        self, people, acme, globex, new_device, worker_database, eventually, kind
    ):
        client = await people.owner(acme)
        victim, hostile = await new_device(acme), await new_device(globex)
        task_id = await make_task(client, victim)
        message = {
            "finish": TaskFinished(task_id, "succeeded", now()),
            "output": OutputChunk(task_id, 0, "stdout", now(), "owned"),
            "start": TaskStarted(task_id, now()),
        }[kind]
        await hostile.report(message)

        async def refused():
            async with worker_database.unscoped() as connection:
                return await connection.fetchval(
                    "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND code = 'task.not_yours'", globex.id
                )

        assert await eventually(refused) == 1
        assert await state_of(client, task_id) == "queued"
        assert (await client.get(f"tasks/{task_id}")).json()["output_chunks"] == 0

    async def test_nonsense_is_refused_audited_and_stops_nobody_else(self, scene, acme, worker_database, eventually):
        client, device = scene
        await device.store("task", b'{"type":"finished","task_id":"x"}')
        await device.store("task", b"\xff\x00 not json")
        task_id = await make_task(client, device)
        await device.lease()
        await device.run(task_id)

        async def finished():
            return await state_of(client, task_id) == "succeeded"

        await eventually(finished)
        async with worker_database.unscoped() as connection:
            assert (
                await connection.fetchval(
                    "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND code = 'uplink.invalid'", acme.id
                )
                == 2
            )

    async def test_finish_of_an_unknown_task_is_refused(self, scene, acme, worker_database, eventually):
        _, device = scene
        await device.report(TaskFinished(uuid4(), "succeeded", now()))

        async def refused():
            async with worker_database.unscoped() as connection:
                return await connection.fetchval(
                    "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND code = 'task.not_yours'", acme.id
                )

        assert await eventually(refused) == 1


class TestList:
    async def test_sorted_by_state_failures_come_first_and_successes_last(self, scene, eventually):
        client, device = scene
        good, bad, open_ = [await make_task(client, device) for _ in range(3)]
        await device.lease()
        await device.run(good)
        await device.run(bad, state="failed", error=ErrorDetail("apt.failed"))

        async def done():
            return await state_of(client, good) == "succeeded" and await state_of(client, bad) == "failed"

        await eventually(done)
        items = (await client.get("tasks", params={"sort": "state"})).json()["items"]
        assert [UUID(item["id"]) for item in items] == [bad, open_, good]
