"""One identity, one device: revocation cuts all of it, renewal ends the older half, a copy is found out."""

import asyncio
import ssl
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import nats.errors
import pytest
from nats.aio.msg import Msg

from bosman_protocol import subjects
from bosman_protocol.lease import RenewReply, RenewRequest
from bosman_protocol.reports import DeviceFacts, FactsReport
from bosman_protocol.uplink import encoder
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.api import REVOKED_SUBJECT
from bosman_server.fleet.devices.directory import DeviceDirectory
from bosman_server.fleet.enrollment.admissions import instance_of
from bosman_server.fleet.ingest.stream_consumer import StreamConsumer
from testkit.device import connect, new_request
from testkit.patience import patient
from testkit.worker_bus import connect_worker

REFUSED = (nats.errors.Error, ssl.SSLError, OSError, TimeoutError)
PATIENCE = 60


@pytest.fixture
def refusals(worker_database):
    async def read(device_id):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT code FROM audit_entry WHERE device_id = $1 AND action = 'device.connect'"
                " AND result = 'refused'",
                device_id,
            )
        return {row["code"] for row in rows}

    return read


async def renewed(device):
    key_pem, csr = new_request()
    answer = await device.bus.request(
        subjects.renew_request(device.id), msgspec.json.encode(RenewRequest(csr)), timeout=patient()
    )
    reply = msgspec.json.decode(answer.data, type=RenewReply)
    assert reply.certificate_pem, reply.error_code
    changed = msgspec.structs.replace(device.identity.reply, certificate_pem=reply.certificate_pem)
    return type(device.identity)(changed, key_pem)


def named(device_id):
    return f"bosman-agent {device_id} {uuid4().hex}"


class TestRevoke:
    async def test_every_connection_of_the_device_is_cut(self, people, acme, enroll_device, eventually):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        devices = [await connect(identity) for _ in range(4)]
        assert (await client.post(f"devices/{identity.id}/revoke")).status_code == 200

        async def all_cut():
            return all(device.bus.is_closed for device in devices)

        await eventually(all_cut, PATIENCE)
        with pytest.raises(REFUSED):
            await connect(identity)

    async def test_removed_device_does_not_come_in(self, people, acme, enroll_device):
        client = await people.owner(acme)
        identity = await enroll_device(acme)
        await client.post(f"devices/{identity.id}/revoke")
        assert (await client.delete(f"devices/{identity.id}")).status_code == 204
        with pytest.raises(REFUSED):
            await connect(identity)

    async def test_live_connection_of_a_device_that_is_gone_is_cut(
        self, stack, acme, new_device, worker_database, eventually
    ):
        """Nothing is left in the tables that could name the connection: the bus is asked."""
        device = await new_device(acme)
        async with worker_database.unscoped() as connection:
            await connection.execute("DELETE FROM tenancy_device WHERE id = $1", device.id)
        bus = await connect_worker(stack)
        await bus.publish(REVOKED_SUBJECT, str(device.id).encode())
        await bus.flush()

        async def cut():
            return device.bus.is_closed

        await eventually(cut, PATIENCE)
        await bus.close()

    async def test_report_of_a_revoked_device_is_dropped_and_told(
        self, stack, people, acme, enroll_device, worker_database
    ):
        """Also what it said just before its connections were cut."""
        client, identity = await people.owner(acme), await enroll_device(acme)
        await client.post(f"devices/{identity.id}/revoke")
        bus = await connect_worker(stack)
        consumer = StreamConsumer(
            worker_database, bus, DeviceDirectory(worker_database), {}, DeviceTrail(worker_database)
        )
        report = encoder.encode(FactsReport(datetime.now(UTC), DeviceFacts("I-AM-REVOKED", "linux", "x", "1")))
        reply = "$JS.ACK.NONE.ingest.1.1.1.1.0"
        message = Msg(bus, subject=subjects.uplink(identity.id, "facts"), reply=reply, data=report)
        assert await consumer._read(message) is None
        async with worker_database.unscoped() as connection:
            codes = await connection.fetch(
                "SELECT code FROM audit_entry WHERE device_id = $1 AND action = 'device.report'", identity.id
            )
        assert [row["code"] for row in codes] == ["device.revoked"]
        await bus.close()


class TestPresence:
    async def test_device_is_online_while_any_connection_lives(self, people, acme, new_device, eventually):
        client = await people.owner(acme)
        first = await new_device(acme)
        second = await connect(first.identity)

        async def online():
            return (await client.get(f"devices/{first.id}")).json()["online"]

        await eventually(online, PATIENCE)
        await second.close()
        await asyncio.sleep(1.5)
        assert await online()


class TestGenerations:
    async def test_older_certificate_is_refused_once_the_newer_was_used(self, acme, new_device, refusals, eventually):
        device = await new_device(acme)
        newer = await renewed(device)
        again = await connect(device.identity)
        await again.close()
        fresh = await connect(newer)
        with pytest.raises(REFUSED):
            await connect(device.identity)

        async def told():
            return "certificate.superseded" in await refusals(device.id)

        await eventually(told, PATIENCE)

        async def older_is_cut():
            return device.bus.is_closed

        await eventually(older_is_cut, PATIENCE)
        assert fresh.bus.is_connected
        await fresh.close()

    async def test_certificate_that_was_issued_and_lost_locks_nobody_out(self, acme, new_device):
        device = await new_device(acme)
        await renewed(device)
        newest = await renewed(device)
        for identity in (device.identity, newest):
            connected = await connect(identity)
            await connected.close()

    async def test_certificate_of_our_own_that_nobody_recorded_is_refused(self, acme, new_device, worker_database):
        device = await new_device(acme)
        async with worker_database.unscoped() as connection:
            await connection.execute("DELETE FROM enrollment_certificate WHERE device_id = $1", device.id)
        with pytest.raises(REFUSED):
            await connect(device.identity)


class TestClones:
    async def test_of_two_live_connections_the_older_is_cut_and_it_is_told(
        self, acme, new_device, refusals, eventually
    ):
        first = await new_device(acme)
        second = await connect(first.identity)

        async def cut():
            return first.bus.is_closed

        await eventually(cut, PATIENCE)
        assert second.bus.is_connected

        async def told():
            return "device.cloned" in await refusals(first.id)

        await eventually(told, PATIENCE)
        await second.close()

    async def test_same_process_over_another_network_is_no_clone(self, acme, enroll_device, refusals, eventually):
        identity = await enroll_device(acme)
        name = named(identity.id)
        first = await connect(identity, name=name)
        second = await connect(identity, name=name)

        async def cut():
            return first.bus.is_closed

        await eventually(cut, PATIENCE)
        assert second.bus.is_connected and await refusals(identity.id) == set()
        await second.close()

    async def test_process_that_comes_back_after_another_locks_the_identity(
        self, people, acme, enroll_device, refusals, eventually
    ):
        identity = await enroll_device(acme)
        mine, theirs = named(identity.id), named(identity.id)
        for name in (mine, theirs):
            device = await connect(identity, name=name)
            await device.close()
        for name in (mine, theirs, named(identity.id)):
            with pytest.raises(REFUSED):
                await connect(identity, name=name)

        async def told():
            return await refusals(identity.id) == {"device.cloned"}

        await eventually(told, PATIENCE)
        client = await people.owner(acme)
        assert (await client.get(f"devices/{identity.id}")).json()["clone_seen_at"]

    async def test_nameless_use_while_the_owner_is_away_is_found_out(self, acme, enroll_device, refusals, eventually):
        identity = await enroll_device(acme)
        mine = named(identity.id)
        for options in ({"name": mine}, {}):
            device = await connect(identity, **options)
            await device.close()
        with pytest.raises(REFUSED):
            await connect(identity, name=mine)

        async def told():
            return await refusals(identity.id) == {"device.cloned"}

        await eventually(told, PATIENCE)

    async def test_restarted_agent_is_no_clone(self, acme, enroll_device, refusals):
        identity = await enroll_device(acme)
        for name in (named(identity.id), named(identity.id), named(identity.id)):
            device = await connect(identity, name=name)
            await device.close()
        assert await refusals(identity.id) == set()

    @pytest.mark.parametrize("name", ["", "bosman-agent", "bosman-agent x y", "bosman-agent 1 " + "a" * 33, "x" * 900])
    def test_names_of_other_clients_are_no_process(self, name):
        assert instance_of(name) == ""
