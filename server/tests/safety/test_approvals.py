"""A second person: asked for beyond the budget, never the same person, decided once."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bosman_protocol.codes import Code
from bosman_server.core.identity.permissions import Role
from bosman_server.work.approvals.service import approvers
from testkit.editing import edit
from testkit.patience import patient

LATER = (datetime.now(UTC) + timedelta(days=300)).isoformat()


@pytest.fixture
async def scene(people, acme, new_device, set_budget):
    """An Owner, three connected devices, and a budget of two restarts, beyond which a second person decides."""
    client = await people.owner(acme)
    devices = [await new_device(acme, hostname=f"PC-{number}") for number in range(3)]
    await set_budget(client, acme, per_hour=2, on_overflow="approval")
    return client, devices


@pytest.fixture
async def second(people, acme):
    return await people.client({acme.id: Role.TECHNICIAN})


async def pending(client):
    (row,) = (await client.get("approvals", params={"state": "pending"})).json()["items"]
    return row


async def decide(client, approval, what, **body):
    return await client.post(f"approvals/{approval['id']}/{what}", json=body)


class TestAsk:
    async def test_job_within_the_budget_asks_nobody(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices[:2])).json()
        assert {task["state"] for task in await tasks_of(client, job["id"])} == {"queued"}
        assert (await client.get("approvals")).json()["total"] == 0

    async def test_job_beyond_the_budget_waits_whole(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        tasks = await tasks_of(client, job["id"])
        row = await pending(client)

        assert {(task["state"], task["waiting_for"], task["approval_id"]) for task in tasks} == {
            ("waiting", "approval", row["id"])
        }
        assert (row["device_count"], row["per_hour"], row["used"], row["kind"]) == (3, 2, 0, "system.restart")
        assert (await devices[0].lease()).envelopes == ()

    async def test_those_who_may_decide_get_a_mail_but_not_the_one_who_asks(self, scene, second, make_job, mailbox):
        client, devices = scene
        await make_job(client, devices)
        row = await pending(client)
        mail = await mailbox.next_to((await second.get("me")).json()["email"])
        assert mail.link.endswith(f"/approvals?approval={row['id']}")
        assert mailbox.to((await client.get("me")).json()["email"]) == []

    async def test_small_jobs_add_up(self, scene, make_job, tasks_of):
        client, devices = scene
        for device in devices[:2]:
            await make_job(client, [device])
        third = (await make_job(client, [devices[2]])).json()
        assert [task["waiting_for"] for task in await tasks_of(client, third["id"])] == ["approval"]

    async def test_what_was_handed_out_within_the_hour_adds_up_too(self, scene, make_job, tasks_of):
        client, devices = scene
        for device in devices[:2]:
            await make_job(client, [device])
            envelopes = device.open(await device.lease())
            await device.run(envelopes[0].task_id)
        third = (await make_job(client, [devices[2]])).json()
        assert [task["waiting_for"] for task in await tasks_of(client, third["id"])] == ["approval"]

    async def test_two_people_at_once_cannot_both_slip_under_the_budget(self, scene, people, acme, make_job):
        _, devices = scene
        clients = [await people.owner(acme) for _ in range(4)]
        answers = await asyncio.gather(*(make_job(client, devices[:1]) for client in clients))
        assert {answer.status_code for answer in answers} == {201}
        assert (await clients[0].get("approvals")).json()["total"] == 2

    async def test_only_the_tenant_whose_budget_is_short_waits(
        self, scene, people, acme, globex, new_device, make_job, tasks_of
    ):
        _, devices = scene
        both = await people.owner(acme, globex)
        other = await new_device(globex)
        job = (await make_job(both, [*devices, other])).json()
        states = {task["tenant_id"]: task["state"] for task in await tasks_of(both, job["id"])}

        assert states == {str(acme.id): "waiting", str(globex.id): "queued"}

    async def test_somebody_limited_to_a_site_is_counted_with_the_whole_tenant(
        self, scene, people, acme, enroll_device, make_job, tasks_of
    ):
        client, devices = scene
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        site = (await client.post("sites", json=body)).json()["id"]
        away = await enroll_device(acme)
        await edit(client, f"devices/{away.id}", {"site_id": site})
        limited = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[UUID(site)])
        await make_job(client, devices[:2])
        answer = await make_job(limited, [away])
        assert answer.status_code == 201, answer.text

        assert [task["waiting_for"] for task in await tasks_of(limited, answer.json()["id"])] == ["approval"]
        assert (await pending(client))["used"] == 2

    async def test_request_is_audited(self, scene, acme, make_job, worker_database):
        client, devices = scene
        await make_job(client, devices)
        async with worker_database.unscoped() as connection:
            count = await connection.fetchval(
                "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action = 'approval.request'", acme.id
            )
        assert count == 1


class TestApprove:
    async def test_tasks_go_on_beyond_the_budget(self, scene, second, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        answer = await decide(second, await pending(second), "approve", comment="go")
        assert answer.status_code == 200, answer.text

        assert (answer.json()["state"], answer.json()["comment"]) == ("approved", "go")
        assert [len(device.open(await device.lease())) for device in devices] == [1, 1, 1]
        assert {task["state"] for task in await tasks_of(client, job["id"])} == {"leased"}

    async def test_approved_tasks_use_nothing_of_the_budget_up(self, scene, second, acme, make_job):
        client, devices = scene
        await make_job(client, devices)
        await decide(second, await pending(second), "approve")
        for device in devices:
            await device.lease()
        assert (await make_job(client, devices[:2])).status_code == 201
        assert (await client.get("approvals", params={"state": "pending"})).json()["total"] == 0

    async def test_devices_are_nudged(self, scene, second, make_job):
        client, devices = scene
        await make_job(client, devices)
        assert devices[0].nudges.empty()
        await decide(second, await pending(second), "approve")
        await asyncio.wait_for(devices[0].nudges.get(), patient())

    async def test_work_for_later_still_waits_for_its_time(self, scene, second, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices, not_before=LATER)).json()
        await decide(second, await pending(second), "approve")
        assert {task["waiting_for"] for task in await tasks_of(client, job["id"])} == {"time"}

    async def test_nobody_approves_their_own_request(self, scene, make_job):
        client, devices = scene
        await make_job(client, devices)
        for what in ("approve", "reject"):
            answer = await decide(client, await pending(client), what)
            assert (answer.status_code, answer.json()["code"]) == (403, Code.APPROVAL_OWN_REQUEST)

    async def test_a_fresh_second_factor_is_wanted(self, scene, people, acme, make_job):
        client, devices = scene
        await make_job(client, devices)
        stale = await people.client({acme.id: Role.ADMIN}, stepped_up=False)
        answer = await decide(stale, await pending(stale), "approve")
        assert (answer.status_code, answer.json()["code"]) == (403, Code.SESSION_STEP_UP_REQUIRED)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRIPT_RESTRICTED, Role.CLIENT_VIEW])
    async def test_roles_without_the_permission_may_not(self, scene, people, acme, make_job, role):
        client, devices = scene
        await make_job(client, devices)
        approval = await pending(client)
        answer = await decide(await people.client({acme.id: role}), approval, "approve")
        assert (answer.status_code, answer.json()["code"]) == (403, Code.PERMISSION_DENIED)

    async def test_membership_limited_to_a_site_is_not_enough(self, scene, people, acme, make_job):
        client, devices = scene
        await make_job(client, devices)
        approval = await pending(client)
        limited = await people.client({acme.id: Role.OWNER}, site_ids=[acme.site_id])
        assert (await decide(limited, approval, "approve")).status_code == 403
        assert (await limited.get("approvals")).status_code == 403

    async def test_another_tenants_request_is_not_found(self, scene, people, globex, make_job):
        client, devices = scene
        await make_job(client, devices)
        approval = await pending(client)
        stranger = await people.owner(globex)
        assert (await decide(stranger, approval, "approve")).status_code == 404
        assert (await stranger.get(f"approvals/{approval['id']}")).status_code == 404
        assert (await decide(stranger, {"id": uuid4()}, "approve")).status_code == 404

    async def test_of_two_who_decide_at_once_one_counts(self, scene, people, acme, make_job):
        client, devices = scene
        await make_job(client, devices)
        approval = await pending(client)
        others = [await people.client({acme.id: Role.ADMIN}) for _ in range(2)]
        answers = await asyncio.gather(decide(others[0], approval, "approve"), decide(others[1], approval, "reject"))
        assert sorted(answer.status_code for answer in answers) == [200, 409]

    async def test_request_that_has_expired_is_closed(self, scene, second, make_job, worker_database, eventually):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        approval = await pending(client)
        async with worker_database.unscoped() as connection:
            for table in ("tasks_task", "tasks_approval"):
                column = "job_id"
                await connection.execute(f"UPDATE {table} SET expires_at = now() WHERE {column} = $1", UUID(job["id"]))
        answer = await decide(second, approval, "approve")
        assert (answer.status_code, answer.json()["code"]) == (409, Code.APPROVAL_CLOSED)
        assert (await client.get(f"approvals/{approval['id']}")).json()["state"] == "expired"

        async def expired():
            return (await client.get(f"jobs/{job['id']}")).json()["counts"]["expired"] == 3

        await eventually(expired)

    async def test_decision_forged_in_the_database_by_the_requester_is_not_signed(
        self, scene, make_job, worker_database, tasks_of
    ):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE tasks_approval SET decision = 'approved', decided_by = requested_by WHERE job_id = $1",
                UUID(job["id"]),
            )
            await connection.execute(
                "UPDATE tasks_task SET state = 'queued', waiting_for = NULL WHERE job_id = $1", UUID(job["id"])
            )
        assert (await devices[0].lease()).envelopes == ()
        assert "approval" in {task["waiting_for"] for task in await tasks_of(client, job["id"])}


class TestReject:
    async def test_tasks_end_and_say_why(self, scene, second, make_job, tasks_of, acme, worker_database):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        answer = await decide(second, await pending(second), "reject", comment="not during office hours")
        assert answer.json()["state"] == "rejected"
        assert {(task["state"], task["error_code"]) for task in await tasks_of(client, job["id"])} == {
            ("cancelled", Code.TASK_REJECTED)
        }
        async with worker_database.unscoped() as connection:
            after = await connection.fetchval(
                "SELECT after ->> 'comment' FROM audit_entry WHERE tenant_id = $1 AND action = 'approval.reject'",
                acme.id,
            )
        assert after == "not during office hours"


class TestWithdraw:
    async def test_cancelled_job_withdraws_its_request(self, scene, second, make_job, worker_database):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        approval = await pending(client)
        await client.post(f"jobs/{job['id']}/cancel")
        assert (await client.get(f"approvals/{approval['id']}")).json()["state"] == "withdrawn"
        assert (await decide(second, approval, "approve")).json()["code"] == Code.APPROVAL_CLOSED
        async with worker_database.unscoped() as connection:
            told = await connection.fetch(
                "SELECT action FROM audit_entry WHERE target_id = $1 ORDER BY at", UUID(approval["id"])
            )
        assert [row["action"] for row in told] == ["approval.request", "approval.withdraw"]

    async def test_last_task_that_is_cancelled_withdraws_it_too(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        approval = await pending(client)
        tasks = await tasks_of(client, job["id"])
        for task in tasks[:-1]:
            await client.post(f"tasks/{task['id']}/cancel")
        assert (await client.get(f"approvals/{approval['id']}")).json()["state"] == "pending"
        await client.post(f"tasks/{tasks[-1]['id']}/cancel")
        assert (await client.get(f"approvals/{approval['id']}")).json()["state"] == "withdrawn"

    async def test_part_of_somebody_limited_to_a_site_leaves_the_rest_of_the_request_open(
        self, scene, people, acme, enroll_device, make_job
    ):
        client, devices = scene
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        site = (await client.post("sites", json=body)).json()["id"]
        away = await enroll_device(acme)
        await edit(client, f"devices/{away.id}", {"site_id": site})
        job = (await make_job(client, [*devices, away])).json()
        approval = await pending(client)
        limited = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[UUID(site)])
        answer = await limited.post(f"jobs/{job['id']}/cancel")

        assert answer.json()["counts"]["cancelled"] == 1
        detail = (await client.get(f"approvals/{approval['id']}")).json()
        assert (detail["state"], detail["waiting_count"]) == ("pending", 3)


class TestDetail:
    async def test_tells_what_has_to_be_known_to_decide(self, scene, second, make_job):
        client, devices = scene
        await make_job(client, devices, params={"reason": "updates"})
        detail = (await second.get(f"approvals/{(await pending(client))['id']}")).json()

        assert detail["hostnames"] == ["PC-0", "PC-1", "PC-2"]
        assert detail["params"]["reason"] == "updates" and detail["waiting_count"] == 3
        assert (detail["used_now"], detail["per_hour_now"]) == (0, 2)

    async def test_task_says_that_it_waits_for_a_second_person_and_since_when(self, scene, make_job, tasks_of):
        client, devices = scene
        job = (await make_job(client, devices)).json()
        task = (await tasks_of(client, job["id"]))[0]
        reason = (await client.get(f"tasks/{task['id']}")).json()["wait_reason"]

        assert (
            reason["kind"] == "approval" and reason["by_name"] == "Test Person" and reason["since"] and reason["until"]
        )


class TestApprovers:
    async def test_names_those_who_may_decide_without_the_one_who_asks(self, people, acme, worker_database):
        asks = await people.owner(acme)
        me = UUID((await asks.get("me")).json()["id"])
        decides = await people.client({acme.id: Role.TECHNICIAN})
        other = UUID((await decides.get("me")).json()["id"])
        await people.client({acme.id: Role.VIEWER})
        await people.client({acme.id: Role.OWNER}, site_ids=[acme.site_id])
        async with worker_database.unscoped() as connection:
            found = await approvers(connection, acme.id, me)

        assert [holder.user_id for holder in found] == [other]
