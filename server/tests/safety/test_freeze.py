"""The freeze: said once, signed, heard by every device it concerns, and nothing guarded is handed out meanwhile."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError
from bosman_protocol.uplink import FreezeAcknowledged
from bosman_server.core.audit.service import SYSTEM
from bosman_server.core.identity.permissions import Role
from bosman_server.work.safety import service
from bosman_server.work.safety.rules import FLEET
from testkit.device import connect
from testkit.editing import edit
from testkit.patience import patient


@pytest.fixture
async def scene(people, acme, new_device):
    return await people.owner(acme), await new_device(acme)


@pytest.fixture
async def operator(people, acme):
    """Looks after the installation; whatever is frozen for all goes on again afterwards."""
    client = await people.client({acme.id: Role.OWNER}, operator=True)
    yield client
    assert (await client.post("safety/fleet-freeze", json={"frozen": False})).status_code == 200


async def freeze(client, customer, *, frozen=True, reason="an incident"):
    body = {"tenant_id": str(customer.id), "frozen": frozen, "reason": reason}
    return await client.post("safety/freeze", json=body)


async def state(client, customer):
    answer = await client.get("safety/freeze", params={"tenant_id": str(customer.id)})
    (row,) = answer.json()["tenants"]
    return row


async def next_order(device):
    return device.order(await asyncio.wait_for(device.pushed.get(), patient()))


def orders_of(device, reply, customer):
    """What an answer says of a tenant; the fleet's own order may stand beside it."""
    orders = [device.order(signed) for signed in reply.freeze]
    return [order.frozen for order in orders if order.scope == customer.id]


async def restart(client, device):
    answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "system.restart"})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


class TestPush:
    async def test_devices_of_the_tenant_hear_a_signed_order(self, scene, acme):
        client, device = scene
        answer = await freeze(client, acme)
        assert answer.status_code == 200 and answer.json()["frozen"]
        order = await next_order(device)

        assert (order.scope, order.frozen, order.reason) == (acme.id, True, "an incident")

    async def test_orders_have_growing_versions_above_any_clock_of_the_past(self, scene, acme):
        client, device = scene
        before = datetime.now(UTC).timestamp() * 1000
        await freeze(client, acme)
        first = await next_order(device)
        await freeze(client, acme, frozen=False)
        second = await next_order(device)

        assert before - 1000 < first.version < second.version and not second.frozen

    async def test_order_that_no_message_told_of_is_pushed_all_the_same(self, scene, acme, worker_database):
        _, device = scene
        await service.freeze_now(worker_database, acme.id, frozen=True, reason="from the console", actor=SYSTEM)

        assert (await next_order(device)).reason == "from the console"

    async def test_devices_of_another_tenant_hear_nothing(self, scene, acme, globex, new_device):
        client, device = scene
        other = await new_device(globex)
        await freeze(client, acme)
        await next_order(device)
        assert other.pushed.empty()
        assert orders_of(other, await other.lease(), acme) == []

    async def test_everybody_hears_of_the_fleet(self, operator, scene, globex, new_device):
        _, device = scene
        other = await new_device(globex)
        await operator.post("safety/fleet-freeze", json={"frozen": True, "reason": "everything"})

        assert [(await next_order(one)).scope for one in (device, other)] == [None, None]

    async def test_order_of_another_tenant_would_be_refused_by_a_device(self, scene, acme, globex, new_device):
        client, device = scene
        other = await new_device(globex)
        await freeze(client, acme)
        signed = await asyncio.wait_for(device.pushed.get(), patient())
        with pytest.raises(EnvelopeRefusedError) as caught:
            other.order(signed)
        assert caught.value.code == Code.FREEZE_OTHER_TENANT


class TestLease:
    async def test_whoever_was_away_is_told_in_the_answer_that_would_bring_work(
        self, people, acme, enroll_device, eventually
    ):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        await freeze(client, acme)
        await restart(client, identity)
        device = await connect(identity)
        reply = await device.lease()

        assert reply.envelopes == () and orders_of(device, reply, acme) == [True]
        await device.close()

    async def test_guarded_work_stays_queued_and_says_why(self, scene, acme):
        client, device = scene
        await freeze(client, acme)
        task_id = await restart(client, device)
        assert (await device.lease()).envelopes == ()
        task = (await client.get(f"tasks/{task_id}")).json()

        assert (task["state"], task["waiting_for"]) == ("queued", "freeze")
        assert task["wait_reason"]["kind"] == "freeze" and task["wait_reason"]["reason"] == "an incident"
        assert task["wait_reason"]["by_name"] == "Test Person" and task["wait_reason"]["since"]

    async def test_work_that_only_reads_goes_on(self, scene, acme):
        client, device = scene
        await freeze(client, acme)
        await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        assert len((await device.lease()).envelopes) == 1

    async def test_guarded_work_whose_answer_was_lost_is_not_sent_again_while_frozen(self, scene, acme):
        client, device = scene
        await restart(client, device)
        assert len((await device.lease()).envelopes) == 1
        await freeze(client, acme)
        assert (await device.lease()).envelopes == ()
        await freeze(client, acme, frozen=False)
        assert len((await device.lease()).envelopes) == 1

    async def test_fleet_holds_up_a_tenant_that_is_free(self, operator, scene):
        client, device = scene
        await operator.post("safety/fleet-freeze", json={"frozen": True, "reason": "all"})
        task_id = await restart(client, device)
        assert (await device.lease()).envelopes == ()
        assert (await client.get(f"tasks/{task_id}")).json()["waiting_for"] == "freeze"

    async def test_answer_after_the_freeze_carries_the_order_that_ended_it(self, scene, acme):
        client, device = scene
        await freeze(client, acme)
        await freeze(client, acme, frozen=False)
        assert orders_of(device, await device.lease(), acme) == [False]


class TestChange:
    async def test_freezing_is_quick_and_going_on_wants_a_fresh_factor(self, people, acme):
        stale = await people.client({acme.id: Role.TECHNICIAN}, stepped_up=False)
        assert (await freeze(stale, acme)).status_code == 200
        refused = await freeze(stale, acme, frozen=False)
        assert (refused.status_code, refused.json()["code"]) == (403, Code.SESSION_STEP_UP_REQUIRED)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.SCRIPT_RESTRICTED, Role.CLIENT_VIEW])
    async def test_roles_without_the_permission_may_not(self, people, acme, role):
        answer = await freeze(await people.client({acme.id: role}), acme)
        assert (answer.status_code, answer.json()["code"]) == (403, Code.PERMISSION_DENIED)

    async def test_strangers_find_nothing(self, people, acme, globex):
        assert (await freeze(await people.owner(globex), acme)).status_code == 404

    async def test_the_fleet_is_for_operators(self, scene):
        client, _ = scene
        answer = await client.post("safety/fleet-freeze", json={"frozen": True, "reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, Code.PERMISSION_DENIED)

    async def test_a_freeze_says_why(self, scene, acme):
        client, _ = scene
        assert (await freeze(client, acme, reason=" ")).status_code == 422

    async def test_it_is_audited_in_the_tenant_and_for_the_fleet(self, operator, scene, acme, worker_database):
        client, _ = scene
        await freeze(client, acme)
        await freeze(client, acme, frozen=False)
        await operator.post("safety/fleet-freeze", json={"frozen": True, "reason": "all"})
        async with worker_database.unscoped() as connection:
            mine = await connection.fetch(
                "SELECT action FROM audit_entry WHERE tenant_id = $1 AND action LIKE 'safety.%' ORDER BY at", acme.id
            )
            fleet = await connection.fetchval(
                "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action = 'safety.freeze'", FLEET
            )
        assert [row["action"] for row in mine] == ["safety.freeze", "safety.unfreeze"] and fleet

    async def test_many_who_freeze_at_once_make_one_state(self, people, acme):
        clients = [await people.owner(acme) for _ in range(5)]
        answers = await asyncio.gather(*(freeze(client, acme, reason=f"r{n}") for n, client in enumerate(clients)))
        assert {answer.status_code for answer in answers} == {200}


class TestObey:
    async def test_devices_that_obey_are_counted(self, scene, acme, enroll_device, eventually):
        client, device = scene
        await enroll_device(acme)  # never connected: it cannot have heard
        await freeze(client, acme)
        order = await next_order(device)
        assert (await state(client, acme))["acknowledged_count"] == 0
        await device.report(FreezeAcknowledged(acme.id, order.version, datetime.now(UTC)))

        async def counted():
            row = await state(client, acme)
            return (row["device_count"], row["acknowledged_count"], row["offline_count"]) == (2, 1, 1)

        await eventually(counted)

    async def test_obedience_to_an_older_order_counts_no_more(self, scene, acme, eventually):
        client, device = scene
        await freeze(client, acme)
        first = await next_order(device)
        await device.report(FreezeAcknowledged(acme.id, first.version, datetime.now(UTC)))

        async def obeyed():
            return (await state(client, acme))["acknowledged_count"]

        await eventually(obeyed)
        await freeze(client, acme, frozen=False)
        assert await obeyed() == 0

    @pytest.mark.parametrize("case", ["other tenant", "a version never given", "the nil tenant"])
    async def test_lies_count_nothing(self, scene, acme, globex, case, eventually, worker_database):
        client, device = scene
        await freeze(client, acme)
        order = await next_order(device)
        message = {
            "other tenant": FreezeAcknowledged(globex.id, order.version, datetime.now(UTC)),
            "a version never given": FreezeAcknowledged(acme.id, order.version + 10**6, datetime.now(UTC)),
            "the nil tenant": FreezeAcknowledged(UUID(int=0), order.version, datetime.now(UTC)),
        }[case]
        await device.report(message)
        # Read in their order: once this one is refused, the one before it is done with.
        await device.report(FreezeAcknowledged(uuid4(), 1, datetime.now(UTC)))

        async def refused():
            async with worker_database.unscoped() as connection:
                count = await connection.fetchval(
                    "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND code = 'freeze.other_tenant'", acme.id
                )
            return count == (1 if case == "a version never given" else 2)

        await eventually(refused)
        assert (await state(client, acme))["acknowledged_count"] == 0

    async def test_only_operators_learn_how_big_the_fleet_is(self, operator, scene, eventually):
        client, _ = scene
        await operator.post("safety/fleet-freeze", json={"frozen": True, "reason": "all"})

        async def counted():
            return (await operator.get("safety/freeze")).json()["fleet"]["device_count"]

        assert await eventually(counted) > 0
        fleet = (await client.get("safety/freeze")).json()["fleet"]
        assert fleet["frozen"] and fleet["reason"] == "all" and fleet["device_count"] is None


class TestStates:
    async def test_frozen_tenants_are_listed_without_being_asked_for(self, scene, acme):
        client, _ = scene
        assert (await client.get("safety/freeze")).json()["tenants"] == []
        await freeze(client, acme)
        (row,) = (await client.get("safety/freeze")).json()["tenants"]
        assert (row["tenant_id"], row["tenant_name"]) == (str(acme.id), acme.name)

    async def test_strangers_do_not_see_it(self, scene, acme, people, globex):
        client, _ = scene
        await freeze(client, acme)
        stranger = await people.owner(globex)
        answer = await stranger.get("safety/freeze", params={"tenant_id": str(acme.id)})
        assert answer.json()["tenants"] == []

    async def test_somebody_limited_to_a_site_sees_it_and_counts_only_their_devices(
        self, scene, acme, people, new_device
    ):
        client, device = scene
        body = {"tenant_id": str(acme.id), "name": "Gdynia", "time_zone": "Europe/Warsaw"}
        site = (await client.post("sites", json=body)).json()["id"]
        other = await new_device(acme)
        await edit(client, f"devices/{other.id}", {"site_id": site})
        await freeze(client, acme)
        limited = await people.client({acme.id: Role.TECHNICIAN}, site_ids=[UUID(site)])
        row = await state(limited, acme)

        assert row["frozen"] and row["device_count"] == 1
        assert device.id != other.id
