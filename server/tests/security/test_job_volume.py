"""What one person or key can have sent: every device gets the parameters, thousands of devices are one click."""

import os
from uuid import uuid4

import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.fleet.devices.models import Device
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem
from bosman_server.work.tasks.confirmation import check_volume

DEVICES = 1000


@pytest.fixture
async def fleet(acme, worker_database):
    """Ids of many devices, none of which is there."""
    ids = [uuid7() for _ in range(DEVICES)]
    common = {"tenant_id": acme.id, "site_id": acme.site_id, "os_family": "linux", "agent_version": "1"}
    async with worker_database.writing(TenantScope.of([acme.id])) as tx:
        tx.session.add_all(Device(id=one, hostname=f"pc-{one.hex[-6:]}", status="active", **common) for one in ids)
    return [str(one) for one in ids]


def wish(kind, params, device_ids, **changes):
    return {"kind": kind, "params": params, "target": {"device_ids": device_ids}, **changes}


async def test_large_parameters_for_many_devices_are_refused(people, acme, fleet, worker_database):
    client = await people.client({acme.id: Role.TECHNICIAN})
    choices = [{"name": os.urandom(100).hex(), "version": "1"} for _ in range(2000)]
    params = {"select": "chosen", "updates": choices}
    answer = await client.post("jobs", json=wish("updates.install", params, fleet, confirmed_count=DEVICES))
    assert answer.status_code == 422
    assert answer.json()["code"] == "job.too_large"
    assert 0 < answer.json()["params"]["max"] < DEVICES
    async with worker_database.unscoped() as connection:
        assert await connection.fetchval("SELECT count(*) FROM tasks_task WHERE tenant_id = $1", acme.id) == 0


async def test_what_is_asked_about_before_it_is_made_is_paid_for_once(people, acme, fleet):
    client = await people.owner(acme)
    script = wish("script.run", {"shell": "sh", "source": "#" * 120_000}, fleet)
    for _ in range(2):
        question = await client.post("jobs", json=script)
        assert (question.status_code, question.json()["code"]) == (409, "job.confirm_required")
    answer = await client.post("jobs", json=script | {"confirmed_count": DEVICES})
    assert answer.status_code == 201, answer.text


def test_work_without_end_has_to_wait():
    person, somebody_else = uuid4(), uuid4()
    params = {"text": "x" * 4000}
    for _ in range(3):  # what an ordinary fleet is told at once
        check_volume(person, params, 20_000)
    with pytest.raises(Problem) as refusal:
        check_volume(person, params, 20_000)
    assert (refusal.value.status, refusal.value.code) == (429, "session.rate_limited")
    check_volume(somebody_else, params, 20_000)
