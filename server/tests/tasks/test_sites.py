"""Whoever is limited to some sites: lists, objects and streams show nothing of the others."""

import json
from uuid import UUID

import pytest

from bosman_protocol.uplink import OutputChunk, TaskStarted
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.paging import PageRequest
from bosman_server.work.tasks.queries import JOBS, TASKS, job_values, read_jobs, read_task


@pytest.fixture
async def scene(people, acme, new_device):
    """An Owner, a technician of one site, a device there and one elsewhere, each with a task of one job."""
    owner = await people.owner(acme)
    body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
    site = UUID((await owner.post("sites", json=body)).json()["id"])
    mine, other = await new_device(acme, hostname="MINE"), await new_device(acme, hostname="OTHER")
    await owner.patch(f"devices/{mine.id}", json={"site_id": str(site)})
    target = {"device_ids": [str(mine.id), str(other.id)]}
    job = (await owner.post("jobs", json={"kind": "diagnostics.echo", "target": target})).json()
    tasks = {
        task["hostname"]: task for task in (await owner.get("tasks", params={"job_id": job["id"]})).json()["items"]
    }
    limited = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[site])
    return owner, limited, site, mine, other, job, tasks


class TestObjects:
    async def test_lists_show_what_lies_within(self, scene):
        _, limited, *_, job, _ = scene
        assert [task["hostname"] for task in (await limited.get("tasks")).json()["items"]] == ["MINE"]
        (seen,) = (await limited.get("jobs")).json()["items"]
        assert (seen["id"], seen["task_count"]) == (job["id"], 1)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "tasks/{id}"),
            ("POST", "tasks/{id}/cancel"),
            ("GET", "tasks/{id}/output"),
            ("GET", "tasks/{id}/output.txt"),
            ("GET", "tasks/{id}/output/stream"),
        ],
    )
    async def test_task_of_another_site_is_not_found(self, scene, method, path):
        _, limited, *_, tasks = scene
        answer = await limited.request(method, path.format(id=tasks["OTHER"]["id"]))
        assert answer.status_code == 404

    async def test_work_for_a_device_of_another_site_cannot_be_made(self, scene):
        _, limited, _, mine, other, *_ = scene
        body = {"kind": "diagnostics.echo"}
        assert (await limited.post(f"devices/{other.id}/tasks", json=body)).status_code == 404
        both = {"device_ids": [str(mine.id), str(other.id)]}
        assert (await limited.post("jobs", json=body | {"target": both})).status_code == 404

    async def test_cancelling_a_job_cancels_ones_own_part(self, scene):
        owner, limited, *_, job, tasks = scene
        await limited.post(f"jobs/{job['id']}/cancel")
        states = [(await owner.get(f"tasks/{tasks[name]['id']}")).json()["state"] for name in ("MINE", "OTHER")]
        assert states == ["cancelled", "queued"]


class TestApplicationAlone:
    """The same without row-level security: the worker's role sees everything, the queries must not show it."""

    async def test_lists_and_objects_hold(self, scene, acme, globex, people, new_device, worker_database):
        _, _, site, _, _, job, tasks = scene
        stranger, foreign = await people.owner(globex), await new_device(globex)
        await stranger.post(f"devices/{foreign.id}/tasks", json={"kind": "diagnostics.echo"})
        scope = TenantScope.of([acme.id], {acme.id: frozenset([site])})
        async with worker_database.unscoped() as connection:
            rows = await TASKS.fetch(
                connection, PageRequest(), {"tenant_id": list(scope), "visible_to": scope.visible_to}
            )
            assert [row["hostname"] for row in rows.items] == ["MINE"] and rows.total == 1
            assert await read_task(connection, scope, UUID(tasks["OTHER"]["id"])) is None
            jobs = await JOBS.fetch(connection, PageRequest(), job_values(scope))
            assert [str(row["id"]) for row in jobs.items] == [job["id"]]
            (seen,) = await read_jobs(connection, scope, [UUID(job["id"])])
            assert seen["task_count"] == 1

    async def test_job_over_several_tenants_is_listed_once_to_whoever_sees_a_part(
        self, acme, globex, people, new_device, worker_database
    ):
        both = await people.owner(acme, globex)
        devices = [await new_device(acme), await new_device(globex)]
        body = {"kind": "diagnostics.echo", "target": {"device_ids": [str(device.id) for device in devices]}}
        job = (await both.post("jobs", json=body)).json()
        async with worker_database.unscoped() as connection:
            for tenants in ([acme.id], [globex.id], [acme.id, globex.id]):
                scope = TenantScope.of(tenants)
                rows = await JOBS.fetch(connection, PageRequest(), job_values(scope))
                assert [str(row["id"]) for row in rows.items] == [job["id"]]
            # Of the lower tenant nothing is seen, so the other row has to stand for the job.
            lower, upper = sorted([acme.id, globex.id])
            scope = TenantScope.of([lower, upper], {lower: frozenset([lower])})
            nowhere = TenantScope(scope.tenant_ids, frozenset([upper]))
            rows = await JOBS.fetch(connection, PageRequest(), job_values(nowhere))
            assert [str(row["id"]) for row in rows.items] == [job["id"]]


async def ready(lines):
    async for line in lines:
        if line == "event: ready":
            return


async def next_change(lines):
    async for line in lines:
        if line.startswith('data: {"topic"'):
            return json.loads(line[6:])
    return None


class TestChanges:
    async def test_changes_of_devices_elsewhere_are_not_heard(self, scene):
        owner, limited, _, mine, other, *_ = scene
        async with limited.stream("GET", "events") as answer:
            lines = answer.aiter_lines()
            await ready(lines)
            for device in (other, mine):
                await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
            heard: list[dict[str, str]] = []
            while not heard or heard[-1].get("device_id") != str(mine.id):
                heard.append(await next_change(lines))

        assert str(other.id) not in json.dumps(heard)

    async def test_changes_without_a_device_lose_their_ids(self, scene):
        owner, limited, *_, job, _ = scene
        async with limited.stream("GET", "events") as answer:
            lines = answer.aiter_lines()
            await ready(lines)
            await owner.post(f"jobs/{job['id']}/retry")
            await owner.post("sites", json={"tenant_id": job["tenant_ids"][0], "name": "Nowa"})
            change = await next_change(lines)

        assert change == {"topic": "site", "tenant_id": job["tenant_ids"][0]}


class TestVisit:
    async def test_stream_of_changes_ends_with_the_session(self, people, acme, worker_database):
        client = await people.owner(acme)
        me = UUID((await client.get("me")).json()["id"])
        async with client.stream("GET", "events") as answer:
            lines = answer.aiter_lines()
            await ready(lines)
            async with worker_database.unscoped() as connection:
                await connection.execute("DELETE FROM identity_session WHERE user_id = $1", me)
            rest = [line async for line in lines]
        assert not [line for line in rest if line.startswith("event: change")]

    async def test_stream_of_output_ends_when_the_membership_changes(self, scene, worker_database):
        _, limited, _, mine, _, _, tasks = scene
        task_id = UUID(tasks["MINE"]["id"])
        at = tasks["MINE"]["created_at"]
        await mine.lease()
        await mine.report(TaskStarted(task_id, at))
        me = UUID((await limited.get("me")).json()["id"])
        async with limited.stream("GET", f"tasks/{task_id}/output/stream") as answer:
            lines = answer.aiter_lines()
            async for line in lines:
                if line == "event: state":
                    break
            async with worker_database.unscoped() as connection:
                await connection.execute("UPDATE identity_membership SET role = 'viewer' WHERE user_id = $1", me)
            rest = [line async for line in lines]
        assert "event: end" not in rest
        await mine.report(OutputChunk(task_id, 0, "stdout", at, "after\n"))
