"""Dangerous acts are counted by who wants them and for how long, however they are split [R10]."""

import asyncio
from uuid import UUID

import pytest

from bosman_protocol.work import ACTION_CLASSES, TaskKind
from bosman_server.core.identity.permissions import Permission, Role
from bosman_server.core.specs.kind_spec import KindSpec, spec_of
from bosman_server.slices import KINDS
from testkit.rules import settable

SCRIPT = {"kind": "script.run", "params": {"shell": "sh", "source": "hostname"}}
INSTALL = {"kind": "updates.install", "params": {"select": "all"}}
RESTART = {"kind": "system.restart"}
UNINSTALL = {"kind": "updates.uninstall", "params": {"kb": "KB5068861"}}
UPGRADE = {"kind": "apps.upgrade", "params": {"select": "all"}}


@pytest.fixture
async def devices(acme, new_device):
    return [await new_device(acme) for _ in range(3)]


@pytest.fixture
async def strict(people, acme):
    """The tenant asks for a number from the third device on."""
    owner = await people.owner(acme)
    where = {"tenant_id": str(acme.id)}
    body = settable((await owner.get("safety/settings", params=where)).json()) | {"confirm_above": 2}
    assert (await owner.put("safety/settings", params=where, json=body)).status_code == 200
    return owner


@pytest.fixture
def new_key(people, acme):
    """A program with a key of an Owner."""

    async def make(*scopes, **changes):
        owner = await people.owner(acme)
        where = {"tenant_id": str(acme.id), "sites": "all", "devices": "all"}
        what = {"name": "script", "scopes": ["device:read", "task:create", "task:read", *scopes]}
        body = where | what | changes
        answer = await owner.post("api-keys", json=body)
        assert answer.status_code == 201, answer.text
        program = people.anonymous()
        program.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return program

    return make


async def ask(client, device, work, **changes):
    return await client.post(f"devices/{device.id}/tasks", json=work | changes)


def refused(answer):
    return answer.status_code, answer.json().get("code")


class TestTable:
    def test_every_guarded_kind_is_in_it_and_nothing_else(self):
        assert {spec.kind for spec in KINDS if spec.freshness({})} == {
            kind for kind, action_class in ACTION_CLASSES.items() if action_class
        }

    @pytest.mark.parametrize("kind", list(TaskKind))
    def test_restart_and_going_back_always_want_a_fresh_factor(self, kind):
        expected = None if ACTION_CLASSES[kind] is None else "always"
        spec = spec_of(kind)
        assert spec.freshness({"restart": "if_required"}) == expected
        downgrade = (Permission.AGENT_DOWNGRADE,) if kind is TaskKind.AGENT_UPDATE else ()
        assert spec.also_needs({"allow_older": True}) == downgrade

    def test_guarded_kind_that_says_nothing_of_it_wants_one(self):
        assert KindSpec(kind=TaskKind.APPS_UPGRADE, timeout_seconds=60).freshness({}) == "always"


class TestFreshFactor:
    @pytest.mark.parametrize("work", [SCRIPT, RESTART, UNINSTALL], ids=lambda work: work["kind"])
    async def test_from_one_device_on_by_every_door(self, people, acme, devices, work, worker_database):
        fresh, stale = await people.owner(acme), await people.client({acme.id: Role.OWNER}, stepped_up=False)
        expected = (403, "session.step_up_required")
        assert refused(await ask(stale, devices[0], work)) == expected
        job = work | {"target": {"device_ids": [str(devices[0].id)]}}
        assert refused(await stale.post("jobs", json=job)) == expected
        everything = {"target": {"filter": {"all": True}, "expected_count": len(devices)}}
        assert refused(await stale.post("jobs", json=work | everything)) == expected
        made = (await fresh.post("jobs", json=job)).json()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET state = 'failed' WHERE job_id = $1", UUID(made["id"]))
        assert refused(await stale.post(f"jobs/{made['id']}/retry", json={"expected_count": 1})) == expected

    @pytest.mark.parametrize("work", [INSTALL, UPGRADE], ids=lambda work: work["kind"])
    async def test_from_a_running_sum_on(self, people, acme, devices, strict, work):
        stale = await people.client({acme.id: Role.OWNER}, stepped_up=False)
        for device in devices[:2]:
            assert (await ask(stale, device, work)).status_code == 201
        third = await ask(stale, devices[2], work)
        assert refused(third) == (409, "job.confirm_required") and third.json()["params"] == {"count": 3}
        assert refused(await ask(stale, devices[2], work, confirmed_count=3)) == (403, "session.step_up_required")

    @pytest.mark.parametrize("act", ["revoke", "delete"])
    async def test_shutting_out_and_deleting_devices_wants_one_too(self, people, acme, devices, act):
        fresh, stale = await people.owner(acme), await people.client({acme.id: Role.OWNER}, stepped_up=False)
        path = f"devices/{devices[0].id}"
        if act == "delete":
            assert (await fresh.post(f"{path}/revoke")).status_code == 200
        answer = await (stale.post(f"{path}/revoke") if act == "revoke" else stale.delete(path))
        assert refused(answer) == (403, "session.step_up_required")


class TestRunningAccount:
    async def test_sixty_wishes_for_one_are_one_wish_for_sixty(self, people, acme, devices, strict):
        client = await people.owner(acme)
        answers = [await ask(client, devices[0], RESTART) for _ in range(60)]
        assert [answer.status_code for answer in answers] == [201, 201, *[409] * 58]

    async def test_wishes_at_the_same_time_cannot_split_it(self, people, acme, devices, strict):
        client = await people.owner(acme)
        answers = await asyncio.gather(*(ask(client, device, INSTALL) for device in devices * 4))
        assert sorted(answer.status_code for answer in answers) == [201, 201, *[409] * 10]

    async def test_number_is_that_of_all_together_and_then_it_goes_on(self, people, acme, devices, strict):
        client = await people.owner(acme)
        await ask(client, devices[0], RESTART)
        job = RESTART | {"target": {"device_ids": [str(device.id) for device in devices[:2]]}}
        answer = await client.post("jobs", json=job | {"confirmed_count": 2})
        assert refused(answer) == (409, "job.confirm_required") and answer.json()["params"] == {"count": 3}
        assert (await client.post("jobs", json=job | {"confirmed_count": 3})).status_code == 201

    async def test_other_doors_count_into_the_same_account(self, people, acme, devices, strict, worker_database):
        client = await people.owner(acme)
        await ask(client, devices[0], RESTART)
        made = (await ask(client, devices[1], RESTART)).json()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET state = 'failed' WHERE id = $1", UUID(made["id"]))
        assert refused(await client.post(f"jobs/{made['job_id']}/retry", json={"expected_count": 1})) == (
            409,
            "job.confirm_required",
        )

    async def test_each_person_and_each_class_has_an_account_of_its_own(self, people, acme, devices, strict):
        first, second = await people.owner(acme), await people.owner(acme)
        for client in (first, second):
            for device in devices[:2]:
                assert (await ask(client, device, RESTART)).status_code == 201
        assert (await ask(first, devices[2], SCRIPT)).status_code == 201

    async def test_one_person_has_one_over_all_their_tenants(self, people, acme, globex, devices, strict, new_device):
        both, elsewhere = await people.owner(acme, globex), await new_device(globex)
        for _ in range(2):
            assert (await ask(both, elsewhere, RESTART)).status_code == 201
        assert refused(await ask(both, devices[0], RESTART)) == (409, "job.confirm_required")

    async def test_what_was_refused_does_not_count_and_after_five_minutes_it_starts_anew(
        self, people, acme, devices, strict, worker_database
    ):
        client = await people.owner(acme)
        for _ in range(5):
            last = await ask(client, devices[0], RESTART)
        assert last.json()["params"] == {"count": 3}
        async with worker_database.unscoped() as connection:
            user = UUID((await client.get("me")).json()["id"])
            await connection.execute("UPDATE tasks_act SET at = at - interval '5 minutes' WHERE actor_id = $1", user)
        assert (await ask(client, devices[0], RESTART)).status_code == 201

    async def test_work_that_only_reads_is_not_counted(self, people, acme, devices, strict):
        client = await people.client({acme.id: Role.OWNER}, stepped_up=False)
        for _ in range(4):
            assert (await ask(client, devices[0], {"kind": "updates.scan"})).status_code == 201


class TestKeys:
    async def test_budget_is_by_the_hour_whatever_the_class_and_the_split(self, devices, new_key):
        program = await new_key("system:restart", "update:install", "script:run", per_hour=3)
        assert (await ask(program, devices[0], RESTART)).status_code == 201
        assert (await ask(program, devices[0], SCRIPT)).status_code == 201
        job = INSTALL | {"target": {"device_ids": [str(device.id) for device in devices[:2]]}}
        answer = await program.post("jobs", json=job)
        assert refused(answer) == (429, "api_key.budget_spent")
        assert answer.json()["params"] == {"per_hour": 3, "used": 2}
        assert (await ask(program, devices[0], INSTALL)).status_code == 201
        assert refused(await ask(program, devices[0], INSTALL)) == (429, "api_key.budget_spent")

    async def test_wishes_at_the_same_time_cannot_split_it(self, devices, new_key):
        program = await new_key("system:restart", per_hour=2)
        answers = await asyncio.gather(*(ask(program, device, RESTART) for device in devices * 3))
        assert sorted(answer.status_code for answer in answers) == [201, 201, *[429] * 7]

    async def test_default_is_far_below_a_fleet(self, devices, new_key):
        program = await new_key("system:restart")
        answers = [await ask(program, devices[0], RESTART) for _ in range(25)]
        assert [answer.status_code for answer in answers] == [*[201] * 20, *[429] * 5]

    async def test_key_for_certain_devices_makes_work_for_no_other(self, people, acme, devices, new_key):
        mine, other = devices[0], devices[1]
        program = await new_key("system:restart", "task:cancel", devices=[str(mine.id)])
        assert (await ask(program, mine, RESTART)).status_code == 201
        assert refused(await ask(program, other, RESTART)) == (403, "api_key.other_device")
        assert refused(await ask(program, other, {"kind": "updates.scan"})) == (403, "api_key.other_device")
        both = {"target": {"device_ids": [str(mine.id), str(other.id)]}}
        assert refused(await program.post("jobs", json=RESTART | both)) == (403, "api_key.other_device")
        all_of_them = {"target": {"filter": {"all": True}, "expected_count": len(devices)}}
        everything = (await program.post("jobs", json=RESTART | all_of_them)).json()
        assert everything["task_count"] == 1
        owner = await people.owner(acme)
        theirs = (await ask(owner, other, {"kind": "updates.scan"})).json()
        assert (await program.post(f"tasks/{theirs['id']}/cancel")).status_code == 409
        assert (await owner.get(f"tasks/{theirs['id']}")).json()["state"] == "queued"

    async def test_key_for_certain_sites_knows_no_other(self, people, acme, devices, new_key):
        owner = await people.owner(acme)
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        elsewhere = (await owner.post("sites", json=body)).json()["id"]
        program = await new_key("system:restart", sites=[elsewhere])
        assert (await program.get("devices")).json()["total"] == 0
        assert (await ask(program, devices[0], RESTART)).status_code == 404
        await owner.patch(f"devices/{devices[0].id}", json={"site_id": elsewhere})
        assert (await ask(program, devices[0], RESTART)).status_code == 201

    @pytest.mark.parametrize("changes", [{"sites": "sites"}, {"devices": "devices"}])
    async def test_limits_name_only_what_is_the_tenants_own(self, people, acme, globex, new_device, changes):
        stranger = await new_device(globex)
        owner = await people.owner(acme)
        ids = {"sites": [str(globex.site_id)], "devices": [str(stranger.id)]}
        body = {"tenant_id": str(acme.id), "name": "x", "scopes": ["device:read"], "sites": "all", "devices": "all"}
        body |= {name: ids[name] for name in changes}
        assert (await owner.post("api-keys", json=body)).status_code in {404, 409}

    @pytest.mark.parametrize(
        ("scope", "reach"),
        [("audit:read", "sites"), ("member:read", "sites"), ("token:create", "devices"), ("device:update", "devices")],
    )
    async def test_limited_key_holds_nothing_that_reaches_further(self, people, acme, devices, scope, reach):
        owner = await people.owner(acme)
        ids = {"sites": [str(acme.site_id)], "devices": [str(devices[0].id)]}
        body = {"tenant_id": str(acme.id), "name": "x", "scopes": [scope], "sites": "all", "devices": "all"}
        answer = await owner.post("api-keys", json=body | {reach: ids[reach]})
        assert refused(answer) == (403, "api_key.scope_too_wide")
