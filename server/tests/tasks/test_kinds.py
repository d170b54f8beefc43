"""Kinds of work: who may order them, how long they may take, what of them is kept, what nobody may ask for."""

import hashlib

import msgspec
import pytest

from bosman_protocol.release import AgentUpdateParams
from bosman_protocol.signing import SignedEnvelope
from bosman_protocol.work import TaskKind, class_of
from bosman_server import slices
from bosman_server.core.audit.service import SYSTEM
from bosman_server.core.identity.permissions import Role
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.work.tasks import sql
from testkit.editing import edit

SCRIPT = {"kind": "script.run", "params": {"shell": "powershell", "source": "Get-Service"}}
GENERIC = {
    "updates.history": {},
    "updates.uninstall": {"kb": "KB5068861"},
    "script.run": {"shell": "bash", "source": "id"},
    "apps.scan": {},
    "apps.upgrade": {"select": "all"},
    "health.collect": {},
}


@pytest.fixture
async def scene(people, acme, new_device):
    """A tenant's owner and one connected device."""
    return await people.owner(acme), await new_device(acme)


async def by_nobody(worker_database, device, kind, params):
    """A task without a creator, put straight into the table."""
    tenant_id, job_id, task_id = device.identity.reply.tenant_id, uuid7(), uuid7()
    async with worker_database.writing(TenantScope.of([tenant_id])) as tx:
        later = await tx.connection.fetchval("SELECT now() + interval '1 hour'")
        await tx.connection.execute(
            sql.INSERT_JOB,
            tenant_id,
            job_id,
            kind,
            params,
            None,
            SYSTEM.name,
            None,
            later,
            None,
            None,
            None,
        )
        await tx.connection.execute(
            sql.INSERT_TASKS, tenant_id, job_id, [task_id], [device.id], kind, None, SYSTEM.name, None, later,
             60, class_of(kind), None, None, None,
        )  # fmt: skip
    return task_id


class TestTable:
    def test_every_kind_has_a_permission_and_a_time_limit(self):
        slices.check()
        assert len(slices.KINDS) == len(TaskKind) and all(spec.timeout_seconds > 0 for spec in slices.KINDS)


class TestOrder:
    @pytest.mark.parametrize("kind", GENERIC)
    async def test_kind_reaches_the_device_as_it_was_ordered(self, scene, kind):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": kind, "params": GENERIC[kind]})
        assert answer.status_code == 201, answer.text
        (envelope,) = device.open(await device.lease())
        assert envelope.kind == kind
        assert GENERIC[kind].items() <= msgspec.json.decode(envelope.params).items()
        assert envelope.timeout_seconds == spec_of(TaskKind(kind)).timeout_seconds

    @pytest.mark.parametrize("role", [Role.SCRIPT_RESTRICTED, Role.VIEWER, Role.CLIENT_VIEW])
    async def test_script_of_ones_own_is_refused_to_roles_that_write_none(self, scene, role, people, acme):
        client = await people.client({acme.id: role})
        answer = await client.post(f"devices/{scene[1].id}/tasks", json=SCRIPT)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission.denied")

    async def test_choice_of_no_application_is_refused(self, scene):
        client, device = scene
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "apps.upgrade"})
        assert (answer.status_code, answer.json()["code"]) == (422, "updates.none_selected")

    async def test_script_that_no_message_could_carry_is_refused(self, scene):
        client, device = scene
        # Each of these characters takes six bytes in JSON: within the limit of characters, beyond that of bytes.
        params = {"shell": "bash", "source": "\x01" * 100_000}
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "script.run", "params": params})
        assert (answer.status_code, answer.json()["code"]) == (422, "job.bad_params")

    @pytest.mark.parametrize("path", ["jobs", "devices/{id}/tasks"])
    async def test_agent_of_ones_own_choice_is_refused(self, scene, path):
        client, device = scene
        params = msgspec.to_builtins(AgentUpdateParams(SignedEnvelope(b"{}", "evil", b"x" * 64)))
        body = {"kind": "agent.update", "params": params}
        body |= {"target": {"device_ids": [str(device.id)]}} if path == "jobs" else {}
        answer = await client.post(path.format(id=device.id), json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "job.unknown_kind")


class TestLargeWork:
    async def test_what_no_single_message_carries_comes_in_several(self, scene):
        client, device = scene
        ids = set()
        for number in range(8):
            params = {"shell": "bash", "source": f"# {number}\n" + "x" * 120_000}
            answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "script.run", "params": params})
            ids.add(answer.json()["id"])
        first = await device.lease()
        held = [envelope.task_id for envelope in device.open(first)]
        assert first.more and 0 < len(held) < 8
        while len(held) < 8:
            more = [envelope.task_id for envelope in device.open(await device.lease(*held))]
            assert more
            held += more
        assert {str(task_id) for task_id in held} == ids


class TestAudit:
    async def test_short_script_stands_in_the_trail(self, scene, acme, worker_database):
        client, device = scene
        await client.post(f"devices/{device.id}/tasks", json=SCRIPT)
        params = await ordered(worker_database, acme.id)
        assert params["source"] == "Get-Service" and params["shell"] == "powershell"
        assert params["source_sha256"] == hashlib.sha256(b"Get-Service").hexdigest()

    async def test_long_script_is_named_by_its_hash(self, scene, acme, worker_database):
        client, device = scene
        source = "x" * 100_000
        params = {"shell": "bash", "source": source}
        await client.post(f"devices/{device.id}/tasks", json={"kind": "script.run", "params": params})
        kept = await ordered(worker_database, acme.id)
        assert "source" not in kept and kept["source_sha256"] == hashlib.sha256(source.encode()).hexdigest()


async def ordered(worker_database, tenant_id):
    async with worker_database.unscoped() as connection:
        after = await connection.fetchval(
            "SELECT after FROM audit_entry WHERE tenant_id = $1 AND action = 'job.create'", tenant_id
        )
    return msgspec.json.decode(after)["params"]


class TestOwnWork:
    @pytest.mark.parametrize("kind", ["script.run", "system.restart", "updates.install"])
    async def test_work_that_nobody_ordered_is_not_signed(self, scene, kind, worker_database):
        client, device = scene
        params = {"shell": "bash", "source": "id"} if kind == "script.run" else {}
        task_id = await by_nobody(worker_database, device, kind, params)
        assert (await device.lease()).envelopes == ()
        task = (await client.get(f"tasks/{task_id}")).json()
        assert (task["state"], task["error_code"]) == ("failed", "permission.denied")

    async def test_agent_is_not_taken_back_to_an_older_version_by_nobody(self, scene, worker_database):
        client, device = scene
        params = {"manifest": {"payload": "e30=", "key_id": "x", "signature": "eA=="}, "allow_older": True}
        task_id = await by_nobody(worker_database, device, "agent.update", params)
        assert (await device.lease()).envelopes == ()
        assert (await client.get(f"tasks/{task_id}")).json()["error_code"] == "permission.denied"

    async def test_agent_update_is_signed_only_while_the_tenant_wants_it(self, scene, acme, worker_database):
        client, device = scene
        params = {"manifest": {"payload": "e30=", "key_id": "x", "signature": "eA=="}}
        await by_nobody(worker_database, device, "agent.update", params)
        assert [item.kind for item in device.open(await device.lease())] == ["agent.update"]
        answer = await edit(client, f"tenants/{acme.id}", {"agent_updates": False})
        assert answer.json()["agent_updates"] is False
        task_id = await by_nobody(worker_database, device, "agent.update", params)
        assert task_id not in {item.task_id for item in device.open(await device.lease())}
        assert (await client.get(f"tasks/{task_id}")).json()["error_code"] == "permission.denied"
