"""Holes that an attack on the mended house found: what they were, one test each."""

import asyncio
from uuid import UUID

import pytest

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import SYSTEM
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.work.tasks import sql


@pytest.fixture
def wish_raw(worker_database):
    """Write a task as somebody with a database does, beside a job of its own kind."""

    async def write(device, *, kind="diagnostics.echo", params=None, job_kind=None):
        tenant_id, job_id, task_id = device.identity.reply.tenant_id, uuid7(), uuid7()
        params = params if params is not None else {}
        async with worker_database.writing(TenantScope.of([tenant_id])) as tx:
            owner = await tx.connection.fetchval(
                "SELECT user_id FROM identity_membership WHERE tenant_id = $1 AND role = 'owner' LIMIT 1", tenant_id
            )
            later = await tx.connection.fetchval("SELECT now() + interval '1 hour'")
            await tx.connection.execute(
                sql.INSERT_JOB, tenant_id, job_id, job_kind or kind, params,
                owner, SYSTEM.name, None, later, None, None, None,
            )  # fmt: skip
            await tx.connection.execute(
                sql.INSERT_TASKS, tenant_id, job_id, [task_id], [device.id], kind, owner, SYSTEM.name, None,
                later, 60, None, None, None, None,
            )  # fmt: skip
        return task_id

    return write


async def state(client, task_id):
    found = (await client.get(f"tasks/{task_id}")).json()
    return found["state"], found["error_code"]


class TestDispatcher:
    async def test_task_that_is_not_what_its_job_says_is_refused(self, people, acme, new_device, wish_raw):
        client, device = await people.owner(acme), await new_device(acme)
        task_id = await wish_raw(device, job_kind="inventory.collect")
        assert (await device.lease()).envelopes == ()
        assert await state(client, task_id) == ("failed", Code.PERMISSION_DENIED)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"params": {"text": "x" * 5000}},
            {"params": [1]},
            {"params": {"unknown": True}},
        ],
    )
    async def test_task_that_no_agent_can_be_sent_ends_and_holds_up_nothing(
        self, people, acme, new_device, wish_raw, wrong
    ):
        client, device = await people.owner(acme), await new_device(acme)
        task_id = await wish_raw(device, **wrong)
        good = (await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        handed = [envelope.task_id for envelope in device.open(await device.lease())]
        assert handed == [UUID(good["id"])]
        assert await state(client, task_id) == ("failed", Code.JOB_BAD_PARAMS)


class TestOwners:
    async def test_of_two_owners_who_remove_each_other_at_once_one_stays(self, people, acme):
        first, second = await people.owner(acme), await people.owner(acme)
        await people.client({acme.id: Role.OWNER})
        ids = {}
        for client in (first, second):
            me = (await client.get("me")).json()["id"]
            rows = (await client.get("members", params={"tenant_id": str(acme.id), "limit": 100})).json()["items"]
            ids[client] = next(row["id"] for row in rows if row["user_id"] == me)
        answers = await asyncio.gather(first.delete(f"members/{ids[second]}"), second.delete(f"members/{ids[first]}"))
        worked, refused = sorted(answer.status_code for answer in answers)
        assert worked == 204 and refused in {401, 403, 404}
