"""The door of the bus: who may connect, what a device may say, and how it is shut out."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import nats.errors
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from bosman_protocol import subjects
from bosman_protocol.lease import RenewReply, RenewRequest
from bosman_server.kit.crypto.pki import load_authority, sign_device_request
from testkit.device import connect, new_request
from testkit.patience import patient

REFUSED = (nats.errors.Error, ssl.SSLError, OSError, TimeoutError)


@pytest.fixture
def authority(stack):
    keys = stack.state_dir / "keys"
    return load_authority((keys / "ca.key").read_bytes(), (keys / "ca.pem").read_bytes())


@pytest.fixture
def codes(worker_database):
    async def read(tenant_id, action):
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch(
                "SELECT code FROM audit_entry WHERE tenant_id = $1 AND action = $2 AND result = 'refused'",
                tenant_id,
                action,
            )
        return [row["code"] for row in rows]

    return read


def with_certificate(identity, authority, **changes):
    """The identity with a certificate that the CA signed on other terms."""
    key_pem, csr = new_request()
    values = {"device_id": identity.id, "tenant_id": identity.reply.tenant_id, "valid_seconds": 3600} | changes
    certificate = sign_device_request(authority, csr, **values)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    return type(identity)(msgspec.structs.replace(identity.reply, certificate_pem=pem), key_pem)


class TestConnect:
    async def test_enrolled_device_is_online_and_offline_again(self, people, acme, new_device, eventually):
        client = await people.owner(acme)
        device = await new_device(acme)

        async def online():
            row = (await client.get(f"devices/{device.id}")).json()
            return row["online"] and row["ip_address"] == "127.0.0.1"

        async def offline():
            return not (await client.get(f"devices/{device.id}")).json()["online"]

        await eventually(online)
        await device.close()
        await eventually(offline)

    async def test_expired_certificate_is_refused_and_audited(
        self, acme, enroll_device, authority, worker_database, codes, eventually
    ):
        expired = with_certificate(await enroll_device(acme), authority, valid_seconds=1)
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE enrollment_certificate SET not_after = now() WHERE device_id = $1", expired.id
            )
        await asyncio.sleep(2)
        with pytest.raises(REFUSED):
            await connect(expired)

        async def audited():
            return await codes(acme.id, "device.connect") == ["certificate.expired"]

        await eventually(audited)

    async def test_certificate_with_another_tenant_is_refused(self, acme, globex, enroll_device, authority):
        forged = with_certificate(await enroll_device(acme), authority, tenant_id=globex.id)
        with pytest.raises(REFUSED):
            await connect(forged)

    async def test_certificate_of_an_unknown_device_is_refused(self, acme, enroll_device, authority):
        unknown = with_certificate(await enroll_device(acme), authority, device_id=UUID(int=7))
        with pytest.raises(REFUSED):
            await connect(unknown)


class TestSubjects:
    @pytest.mark.parametrize(
        "subject",
        [
            "up.{other}.task",
            "rq.{other}.lease",
            "dn.{me}.nudge",
            "dn.{other}.nudge",
            "live.x",
            "svc.device.revoked",
            "$JS.API.INFO",
            "_INBOX.{other}.x",
        ],
    )
    async def test_publishing_outside_ones_own_subjects_is_refused(self, acme, new_device, enroll_device, subject):
        device, other = await new_device(acme), await enroll_device(acme)
        await device.bus.publish(subject.format(me=device.id, other=other.id), b"{}")
        await device.bus.flush()
        await asyncio.sleep(0.1)
        assert any("permissions violation" in error for error in device.errors)

    @pytest.mark.parametrize(
        "subject", [">", "dn.>", "dn.{other}.>", "_INBOX.>", "_INBOX.{other}.>", "up.>", "live.>", "$SYS.>"]
    )
    async def test_listening_outside_ones_own_subjects_is_refused(self, acme, new_device, enroll_device, subject):
        device, other = await new_device(acme), await enroll_device(acme)
        await device.bus.subscribe(subject.format(me=device.id, other=other.id))
        await device.bus.flush()
        await asyncio.sleep(0.1)
        assert any("permissions violation" in error for error in device.errors)

    async def test_ten_mebibytes_in_one_message_never_leave(self, acme, new_device):
        device = await new_device(acme)
        with pytest.raises(nats.errors.MaxPayloadError):
            await device.bus.publish(subjects.uplink(device.id, "task"), b"x" * (10 * 1024 * 1024))


class TestRevoke:
    async def test_live_connection_is_cut_and_does_not_come_back(self, people, acme, new_device, codes, eventually):
        client = await people.owner(acme)
        device = await new_device(acme)

        async def online():
            return (await client.get(f"devices/{device.id}")).json()["online"]

        async def cut():
            return device.bus.is_closed

        await eventually(online)
        assert (await client.post(f"devices/{device.id}/revoke")).status_code == 200
        await eventually(cut)
        with pytest.raises(REFUSED):
            await connect(device.identity)

        async def audited():
            return "device.revoked" in await codes(acme.id, "device.connect")

        await eventually(audited)

    async def test_revoked_device_gets_no_work(self, people, acme, enroll_device):
        client = await people.owner(acme)
        device = await enroll_device(acme)
        await client.post(f"devices/{device.id}/revoke")
        answer = await client.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        assert (answer.status_code, answer.json()["code"]) == (409, "device.revoked")

    async def test_only_a_revoked_device_can_be_removed(self, people, acme, enroll_device):
        client = await people.owner(acme)
        device = await enroll_device(acme)
        assert (await client.delete(f"devices/{device.id}")).json()["code"] == "device.not_revoked"
        await client.post(f"devices/{device.id}/revoke")
        assert (await client.delete(f"devices/{device.id}")).status_code == 204
        assert (await client.get(f"devices/{device.id}")).status_code == 404


class TestRenew:
    async def renew(self, device, csr):
        answer = await device.bus.request(
            subjects.renew_request(device.id), msgspec.json.encode(RenewRequest(csr)), timeout=patient()
        )
        return msgspec.json.decode(answer.data, type=RenewReply)

    async def test_new_certificate_connects(self, acme, new_device):
        device = await new_device(acme)
        key_pem, csr = new_request()
        reply = await self.renew(device, csr)
        assert reply.error_code is None and reply.certificate_pem
        renewed = type(device.identity)(
            msgspec.structs.replace(device.identity.reply, certificate_pem=reply.certificate_pem), key_pem
        )
        fresh = await connect(renewed)
        assert fresh.bus.is_connected
        await fresh.close()

    async def test_csr_for_another_device_is_refused_and_audited(self, acme, new_device, enroll_device, codes):
        device, victim = await new_device(acme), await enroll_device(acme)
        _, csr = new_request(str(victim.id))
        assert (await self.renew(device, csr)).error_code == "csr.other_device"
        assert await codes(acme.id, "certificate.renew") == ["csr.other_device"]

    async def test_certificate_that_ran_out_while_connected_is_cut(
        self, people, acme, new_device, worker_database, eventually
    ):
        device = await new_device(acme)
        client = await people.owner(acme)

        async def online():
            return (await client.get(f"devices/{device.id}")).json()["online"]

        await eventually(online)
        async with worker_database.unscoped() as connection:
            past = datetime.now(UTC) - timedelta(seconds=1)
            await connection.execute(
                "UPDATE enrollment_certificate SET not_after = $2 WHERE device_id = $1", device.id, past
            )

        async def cut():
            return device.bus.is_closed

        await eventually(cut)
