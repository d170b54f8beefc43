"""What a role may not read it does not hear either, and cancels only what is its own (L3, L4)."""

import asyncio
import json
from typing import get_args
from uuid import UUID

import pytest

from bosman_server.core.identity.permissions import ROLE_PERMISSIONS, Role
from bosman_server.core.live.stream import TOPIC_NEEDS
from bosman_server.kit import live
from testkit.patience import patient
from testkit.scene import make_scene

TOPICS = get_args(live.Topic)


class TestTopics:
    def test_every_topic_has_a_row(self):
        assert set(TOPICS) == set(TOPIC_NEEDS)

    async def test_client_sees_devices_sites_and_tenants_only(self):
        heard = {topic for topic in TOPICS if TOPIC_NEEDS[topic] in ROLE_PERMISSIONS[Role.CLIENT_VIEW]}
        assert heard == {"device", "site", "tenant", "updates"}


async def ready(lines):
    async for line in lines:
        if line == "event: ready":
            return


async def changes(lines, until):
    """Changes that are heard, up to and with the first of a topic."""
    found = []
    async for line in lines:
        if line.startswith('data: {"topic"'):
            found.append(json.loads(line[6:]))
            if found[-1]["topic"] == until:
                return found
    return found


class TestEvents:
    async def test_client_hears_nothing_of_work_people_and_keys(self, people, acme, new_device):
        owner, device = await people.owner(acme), await new_device(acme)
        client = await people.client({acme.id: Role.CLIENT_VIEW})
        async with client.stream("GET", "events") as answer, asyncio.timeout(patient()):
            lines = answer.aiter_lines()
            await ready(lines)
            await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
            where = {"tenant_id": str(acme.id), "sites": "all"}
            await owner.post("invitations", json=where | {"email": "x@example.com", "role": "viewer"})
            await owner.post("api-keys", json=where | {"name": "k", "scopes": ["device:read"], "devices": "all"})
            await owner.post("sites", json={"tenant_id": str(acme.id), "name": "Nowa"})
            heard = await changes(lines, "site")
        assert {change["topic"] for change in heard} <= {"device", "updates", "site"}

    async def test_owner_hears_all_of_it(self, people, acme, new_device):
        owner, device = await people.owner(acme), await new_device(acme)
        async with owner.stream("GET", "events") as answer, asyncio.timeout(patient()):
            lines = answer.aiter_lines()
            await ready(lines)
            await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
            where = {"tenant_id": str(acme.id), "sites": "all"}
            await owner.post("invitations", json=where | {"email": "x@example.com", "role": "viewer"})
            await owner.post("sites", json={"tenant_id": str(acme.id), "name": "Nowa"})
            heard = await changes(lines, "site")
        assert {"task", "job", "invitation", "site"} <= {change["topic"] for change in heard}

    async def test_what_one_tenant_allows_is_not_heard_of_another(self, people, acme, globex, new_device):
        owner = await people.owner(acme, globex)
        there, here = await new_device(acme), await new_device(globex)
        both = await people.client({acme.id: Role.CLIENT_VIEW, globex.id: Role.TECHNICIAN})
        async with both.stream("GET", "events") as answer, asyncio.timeout(patient()):
            lines = answer.aiter_lines()
            await ready(lines)
            for device in (there, here):
                await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
            heard = await changes(lines, "job")
        assert {change["tenant_id"] for change in heard if change["topic"] in {"task", "job"}} == {str(globex.id)}


class TestActiveTask:
    async def test_work_on_a_device_is_shown_to_whoever_may_read_tasks(self, people, worker_database):
        scene = await make_scene(worker_database)
        for role, shown in ((Role.CLIENT_VIEW, False), (Role.VIEWER, True)):
            client = await people.client({scene.tenant_id: role})
            (row,) = (await client.get("updates/devices")).json()["items"]
            assert (row["active_task"] is not None) is shown


class TestCancel:
    @pytest.fixture
    async def two_parts(self, people, acme, new_device):
        owner = await people.owner(acme)
        site = (await owner.post("sites", json={"tenant_id": str(acme.id), "name": "Gdynia"})).json()["id"]
        mine, other = await new_device(acme), await new_device(acme)
        await owner.patch(f"devices/{mine.id}", json={"site_id": site})
        target = {"device_ids": [str(mine.id), str(other.id)]}
        job = (await owner.post("jobs", json={"kind": "diagnostics.echo", "target": target})).json()
        return owner, await people.client({acme.id: Role.TECHNICIAN}, site_ids=[UUID(site)]), mine, job

    async def test_part_of_a_job_is_not_the_job(self, two_parts):
        owner, limited, _, job = two_parts
        answer = await limited.post(f"jobs/{job['id']}/cancel")
        assert (answer.status_code, answer.json()["counts"]["cancelled"]) == (200, 1)
        seen = (await owner.get(f"jobs/{job['id']}")).json()
        assert seen["cancelled_at"] is None
        assert (seen["counts"]["cancelled"], seen["counts"]["queued"]) == (1, 1)
        whole = (await owner.post(f"jobs/{job['id']}/cancel")).json()
        assert whole["cancelled_at"] is not None and whole["counts"]["cancelled"] == 2

    async def test_key_for_certain_devices_does_not_cancel_it_either(self, two_parts, people, acme):
        owner, _, mine, job = two_parts
        body = {
            "tenant_id": str(acme.id), "name": "k", "scopes": ["device:read", "task:read", "task:cancel"],
            "sites": "all", "devices": [str(mine.id)],
        }  # fmt: skip
        made = await owner.post("api-keys", json=body)
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {made.json()['token']}"
        await program.post(f"jobs/{job['id']}/cancel")
        seen = (await owner.get(f"jobs/{job['id']}")).json()
        assert seen["cancelled_at"] is None and seen["counts"]["queued"] == 1
