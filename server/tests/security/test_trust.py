"""Whoever holds an identity of ours on the bus, and answers agents in the worker's place, becomes nobody they obey."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.enrollment import trust_recovery
from bosman_agent.identity.config import load_config, save_config
from bosman_agent.identity.keys import read_validity
from bosman_protocol import subjects
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.lease import LeaseRequest
from bosman_protocol.signing import public_part, sign
from bosman_protocol.trust import (
    TRUST_PATH,
    TrustIntroduction,
    TrustStatement,
    first_statement,
    introduced_statement,
    next_statement,
    raw_keys,
    sign_introduction,
    sign_statement,
)
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.ids import uuid7
from testkit.agent_harness import agent_in_this_process
from testkit.command_line import run_bosman
from testkit.device import new_request
from testkit.enrolled_agent import enrolled_agent
from testkit.patience import patient
from testkit.stack import free_port
from testkit.worker_bus import connect_worker

LISTENERS = 40
"""Of a queue group, so that the bus hardly ever asks the real worker."""
EVIL_URL = "tls://evil.example:4222"


@pytest.fixture
async def stolen_bus(stack):
    """The strongest identity that the bus knows: what holds against it holds against the api's."""
    client = await connect_worker(stack)
    yield client
    await client.close()


@pytest.fixture
async def real_agent(stack, acme, new_token, tmp_path):
    """The agent itself, enrolled as every device is, with a certificate that is due for renewal; not yet started."""
    async with enrolled_agent(stack, await new_token(acme), tmp_path / "agent") as agent:
        age_identity(agent.data, days=61)
        yield agent


def age_identity(data, *, days):
    """As if it had been issued long ago: the agent reads the life of its certificate from the file's first lines."""
    validity = read_validity(data.identity)
    lines = data.identity.read_bytes().split(b"\n", 2)
    ends = (validity.not_before - timedelta(days=days), validity.not_after - timedelta(days=days))
    names = (b"Not-Before: ", b"Not-After: ")
    head = [name + moment.isoformat().encode() for name, moment in zip(names, ends, strict=True)]
    data.identity.write_bytes(b"\n".join([*head, lines[2]]))


class Usurper:
    """Sits in the worker's queue groups for one device, with keys of its own."""

    def __init__(self, bus, config):
        self.bus = bus
        self.config = config
        self.signing_key, self.root_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self.renewed = self.leased = 0
        self.certificate = None

    async def start(self):
        for _ in range(LISTENERS):
            await self.bus.subscribe(subjects.renew_request(self.config.device_id), queue="renewals", cb=self._on_renew)
            await self.bus.subscribe(
                subjects.lease_request(self.config.device_id), queue="dispatcher", cb=self._on_lease
            )
        await self.bus.flush()

    async def _on_renew(self, message):
        # A genuine certificate cannot be had: the real worker answers to the device's own inbox alone.
        self.renewed += 1
        forged = {"signing_keys": [public_part(self.signing_key)], "bus_urls": [EVIL_URL], "trust": [self.statement()]}
        await message.respond(msgspec.json.encode({"certificate_pem": self.certificate} | forged))

    def statement(self, *, root=None, **changes):
        anchor = self.config.trust
        fields = {
            "installation_id": anchor.installation_id,
            "version": anchor.version + 10,
            "issued_at": datetime.now(UTC),
            "signing_keys": (public_part(self.signing_key),),
            "root_keys": (public_part(self.root_key),),
            "bus_urls": (EVIL_URL,),
        }
        return sign_statement(TrustStatement(**(fields | changes)), root or self.root_key)

    async def _on_lease(self, message):
        now = datetime.now(UTC)
        envelope = TaskEnvelope(
            uuid7(), uuid7(), self.config.tenant_id, self.config.device_id, "diagnostics.echo",
            msgspec.Raw(b'{"text":"mine"}'), now, now + timedelta(hours=1), 60, os.urandom(16),
        )  # fmt: skip
        introduction = TrustIntroduction(
            self.config.device_id, self.config.trust.installation_id, (public_part(self.root_key),), 1,
            now + timedelta(hours=1),
        )  # fmt: skip
        forged = {
            "server_time": now,
            "envelopes": [sign(msgspec.json.encode(envelope), self.signing_key)],
            "signing_keys": [public_part(self.signing_key)],
            "bus_urls": [EVIL_URL],
            "trust": [self.statement()],
            "trust_introduction": sign_introduction(introduction, self.signing_key),
        }
        self.leased += 1
        await message.respond(msgspec.json.encode(forged))


class TestStolenBusIdentity:
    async def test_agent_takes_no_key_no_address_and_no_work_and_tells_of_it(
        self, real_agent, stolen_bus, acme, worker_database, eventually
    ):
        data = real_agent.data
        before = load_config(data)
        usurper = Usurper(stolen_bus, before)
        # The best that it can have: a certificate that is genuine, if not the one that was asked for.
        usurper.certificate = data.authority.read_text()
        await usurper.start()
        await asyncio.to_thread(real_agent.start)

        async def attacked():
            return usurper.renewed and usurper.leased

        await eventually(attacked)

        async def told():
            async with worker_database.unscoped() as connection:
                rows = await connection.fetch(
                    "SELECT DISTINCT code FROM audit_entry WHERE tenant_id = $1 AND action = 'task.envelope'", acme.id
                )
            return {"envelope.unknown_key", "trust.root_known"} <= {row["code"] for row in rows}

        await eventually(told)
        assert load_config(data) == before
        async with worker_database.unscoped() as connection:
            ran = await connection.fetchval("SELECT count(*) FROM tasks_task WHERE tenant_id = $1", acme.id)
        assert ran == 0 and "mine" not in real_agent.log()


class TestUpgrade:
    async def test_agent_from_before_there_were_statements_learns_of_the_root_by_itself(
        self, stack, acme, new_token, eventually, tmp_path
    ):
        async with enrolled_agent(stack, await new_token(acme), tmp_path / "agent") as agent:
            enrolled = load_config(agent.data)
            save_config(agent.data, msgspec.structs.replace(enrolled, trust=None))
            await asyncio.to_thread(agent.start)

            async def told():
                return load_config(agent.data).trust is not None

            await eventually(told)
            after = load_config(agent.data)
            assert after.trust is not None
            assert enrolled.trust is not None
            assert after.trust.root_keys == enrolled.trust.root_keys
            assert after.trust.installation_id == enrolled.trust.installation_id


class TestMovedBus:
    async def test_agent_that_finds_no_address_hears_of_the_new_one_from_the_gateway(
        self, stack, acme, new_token, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(trust_recovery, "LOOK_SECONDS", 0.3)
        async with enrolled_agent(stack, await new_token(acme), tmp_path / "agent") as agent:
            enrolled = load_config(agent.data)
            assert enrolled.trust is not None
            settings = msgspec.structs.replace(enrolled.settings, reconnect_cap_seconds=0.3, automatic_reports=False)
            anchor = msgspec.structs.replace(enrolled.trust, version=1)
            dead = (f"tls://localhost:{free_port()}",)
            before = msgspec.structs.replace(enrolled, trust=anchor, bus_urls=dead, settings=settings)
            save_config(agent.data, before)
            async with agent_in_this_process(agent.data, before):
                assert load_config(agent.data).bus_urls == enrolled.bus_urls

    @pytest.mark.parametrize("after", ["-1", "x", "9" * 17, "\u0661", "", "1e3"])
    async def test_question_after_no_version_is_refused(self, stack, after):
        async with httpx.AsyncClient(verify=False, timeout=patient()) as client:
            answer = await client.get(stack.about()["gateway_url"] + TRUST_PATH, params={"after": after})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")

    async def test_newest_version_is_answered_with_nothing(self, stack, acme, enroll_device):
        version = (await enroll_device(acme)).statement.version
        async with httpx.AsyncClient(verify=False, timeout=patient()) as client:
            answer = await client.get(stack.about()["gateway_url"] + TRUST_PATH, params={"after": version})
        assert (answer.status_code, answer.json()) == (200, [])


class TestServe:
    async def test_enrolment_brings_the_statement_with_the_workers_key(self, acme, enroll_device, stack):
        identity = await enroll_device(acme)
        dispatcher = Keyring(stack.state_dir / "keys").dispatcher()
        assert public_part(dispatcher) in identity.statement.signing_keys
        assert "signing_keys" not in msgspec.json.decode(msgspec.json.encode(identity.reply))

    async def test_answer_to_a_renewal_has_a_certificate_and_nothing_else(self, acme, new_device):
        device = await new_device(acme)
        _, csr = new_request()
        answer = await device.bus.request(
            subjects.renew_request(device.id), msgspec.json.encode({"csr_pem": csr}), timeout=patient()
        )
        assert set(msgspec.json.decode(answer.data)) == {"certificate_pem", "error_code"}

    async def test_device_with_the_statement_in_force_is_told_nothing(self, acme, new_device):
        device = await new_device(acme)
        for version in (device.identity.statement.version, None):
            reply = await device.lease(trust_version=version)
            assert (reply.trust, reply.trust_introduction) == ((), None)

    async def test_device_from_before_is_introduced_to_the_root(self, acme, new_device):
        device = await new_device(acme)
        statement = device.identity.statement
        reply = await device.lease(trust_version=0)
        (signed,) = reply.trust
        taken = introduced_statement(
            reply.trust_introduction,
            signed,
            keys=raw_keys(statement.signing_keys),
            device_id=device.id,
            now=datetime.now(UTC),
        )
        assert taken == first_statement(signed)

    async def test_new_statement_reaches_connected_devices_without_a_restart(self, acme, new_device, stack, eventually):
        device = await new_device(acme)
        known = device.identity.statement
        ran = await run_bosman("keys", "trust", "issue", "--state-dir", str(stack.state_dir))
        assert ran.code == 0, ran.err

        async def told():
            return (await device.lease(trust_version=known.version)).trust

        (signed,) = await eventually(told)
        following = next_statement(
            signed, roots=raw_keys(known.root_keys), installation_id=known.installation_id, version=known.version
        )
        assert following is not None
        assert following.version > known.version
        assert following.bus_urls == known.bus_urls

    @pytest.mark.parametrize("version", [-1, 2**60, "1"])
    async def test_version_that_is_none_is_refused_as_a_malformed_question(self, acme, new_device, version):
        device = await new_device(acme)
        question = {"agent_version": "0.0.1", "trust_version": version}
        with pytest.raises(TimeoutError):
            await device.bus.request(subjects.lease_request(device.id), msgspec.json.encode(question), timeout=1)
        assert msgspec.json.decode(msgspec.json.encode(LeaseRequest("0.0.1")), type=LeaseRequest).trust_version is None


class TestRootOffline:
    async def test_api_and_worker_start_without_the_root_key(self, stack, acme, enroll_device, eventually):
        root = stack.state_dir / "keys" / "root.key"
        kept = root.rename(stack.state_dir / "root.elsewhere")
        before = {name: stack.pid(name) for name in ("api", "worker")}
        try:
            for pid in before.values():
                os.kill(pid, signal.SIGKILL)

            async def again():
                return all(stack.pid(name) != pid for name, pid in before.items())

            async def ready():
                async with httpx.AsyncClient(verify=False, timeout=patient()) as client:
                    urls = (f"{stack.url}/readyz", f"{stack.about()['gateway_url']}/readyz")
                    try:
                        return all([(await client.get(url)).status_code == 200 for url in urls])
                    except httpx.HTTPError:
                        return False

            await eventually(again)
            await eventually(ready)
            assert (await enroll_device(acme)).statement.version >= 1
        finally:
            kept.rename(root)
