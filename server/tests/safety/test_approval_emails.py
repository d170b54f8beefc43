"""E-mails to those who may decide: one at once, then what comes within ten minutes in one more."""

import asyncio
from uuid import UUID

import pytest

from bosman_server.core.identity.permissions import Role


@pytest.fixture
async def scene(people, acme, new_device, set_budget):
    owner, technician = await people.owner(acme), await people.client({acme.id: Role.TECHNICIAN})
    await set_budget(owner, acme, per_hour=0, on_overflow="approval", confirm_above=1000)
    return owner, technician, await new_device(acme)


async def letters(mailbox, client):
    return mailbox.to((await client.get("me")).json()["email"])


async def ask(client, make_job, device, times):
    for _ in range(times):
        assert (await make_job(client, [device])).status_code == 201


class TestEmails:
    async def test_sixty_requests_are_two_letters(self, scene, make_job, mailbox, worker_database, eventually):
        owner, technician, device = scene
        await ask(technician, make_job, device, 1)

        async def number(count):
            return len(await letters(mailbox, owner)) == count

        await eventually(lambda: number(1))
        await ask(technician, make_job, device, 59)
        await asyncio.sleep(2)
        assert await number(1)
        async with worker_database.unscoped() as connection:
            user = UUID((await technician.get("me")).json()["id"])
            await connection.execute(
                "UPDATE tasks_approval SET mailed_at = mailed_at - interval '11 minutes' WHERE requested_by = $1", user
            )
        await eventually(lambda: number(2))
        second = (await letters(mailbox, owner))[1]
        assert "59 requests wait" in second.text and second.link.endswith("/approvals")
        assert await letters(mailbox, technician) == []

    async def test_another_persons_first_request_is_written_about_at_once(
        self, scene, people, acme, make_job, mailbox, eventually
    ):
        owner, technician, device = scene
        other = await people.client({acme.id: Role.TECHNICIAN})
        for client, count in ((technician, 1), (other, 2)):
            await ask(client, make_job, device, 1)

            async def arrived(count=count):
                return len(await letters(mailbox, owner)) == count

            await eventually(arrived)

    async def test_what_is_decided_already_needs_no_letter(self, scene, make_job, mailbox, worker_database, eventually):
        owner, technician, device = scene
        await ask(technician, make_job, device, 1)

        async def first():
            return len(await letters(mailbox, owner)) == 1

        await eventually(first)
        job = (await make_job(technician, [device])).json()
        assert (await technician.post(f"jobs/{job['id']}/cancel")).status_code == 200
        async with worker_database.unscoped() as connection:
            user = UUID((await technician.get("me")).json()["id"])
            await connection.execute(
                "UPDATE tasks_approval SET mailed_at = mailed_at - interval '11 minutes' WHERE requested_by = $1", user
            )
        await asyncio.sleep(2)
        assert await first()
