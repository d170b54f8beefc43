"""The bus with its borders: what a stolen identity of a service may do, and whom a device can make speak."""

import asyncio
import contextlib
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import nats.errors
import pytest
from nats.js.errors import APIError, NotFoundError

from bosman_protocol import subjects
from bosman_protocol.lease import LeaseRequest, RenewRequest
from bosman_protocol.uplink import AgentStarted, OutputChunk, TaskFinished, TaskStarted, encoder
from bosman_server.kit.bus import rights
from bosman_server.kit.bus.connection import connect_as
from bosman_server.kit.crypto.keyring import Keyring
from testkit.device import new_request
from testkit.patience import patient

LEASE = msgspec.json.encode(LeaseRequest("0.0.1"))


@pytest.fixture
def connect_role(stack):
    """Connect with the certificate and the key of a service, as somebody who took it over."""

    async def connect(role):
        client = await connect_as(role, Keyring(stack.state_dir / "keys"), stack.about()["bus_url"])
        errors = []

        async def failed(error):
            errors.append(str(error).lower())

        client._error_cb = failed
        return client, errors

    return connect


async def violations(client, errors):
    await client.flush()
    await asyncio.sleep(0.1)
    return [error for error in errors if "permissions violation" in error]


class TestStolenIdentityOfTheApi:
    @pytest.mark.parametrize(
        "subject",
        [
            ">",
            "rq.>",
            "rq.*.lease",
            "rq.*.renew",
            "up.>",
            "dn.>",
            "_INBOX.>",
            "_SVC.worker.>",
            "svc.freeze.changed",
            "svc.device.revoked",
            "$JS.>",
            "$SYS.>",
        ],
    )
    async def test_it_does_not_hear_devices_or_the_worker(self, connect_role, subject):
        client, errors = await connect_role("api")
        await client.subscribe(subject, queue="renewals")
        assert await violations(client, errors)
        await client.close()

    @pytest.mark.parametrize(
        "subject",
        [
            "dn.{device}.freeze",
            "dn.{device}.stored",
            "dn.{device}.trust",
            "_INBOX.{device}.x",
            "up.{device}.task",
            "rq.{device}.lease",
            "_SVC.worker.x",
            "$JS.API.STREAM.PURGE.UPLINK",
            "$JS.API.STREAM.INFO.UPLINK",
            "$JS.API.CONSUMER.MSG.NEXT.UPLINK.ingest",
            "$SYS.REQ.SERVER.PING.CONNZ",
        ],
    )
    async def test_it_says_nothing_in_the_name_of_worker_or_devices(self, connect_role, subject):
        client, errors = await connect_role("api")
        await client.publish(subject.format(device=uuid4()), b"x")
        assert await violations(client, errors)
        await client.close()

    async def test_answers_to_a_devices_questions_are_the_workers_alone(self, connect_role, acme, new_device):
        client, _ = await connect_role("api")
        heard = []

        async def on_renew(message):
            heard.append(message)

        for _ in range(40):
            await client.subscribe("rq.*.renew", queue="renewals", cb=on_renew)
        await client.flush()
        device = await new_device(acme)
        _, csr = new_request()
        answer = await device.bus.request(
            subjects.renew_request(device.id), msgspec.json.encode(RenewRequest(csr)), timeout=patient()
        )
        assert answer.data and not heard
        await client.close()


class TestRights:
    @pytest.mark.parametrize("role", [rights.API, rights.WORKER, rights.CALLOUT, rights.SYSTEM])
    def test_who_may_answer_cannot_ask_itself(self, role):
        """The server takes the reply subject of whatever it delivers for a question: an echo would allow everything."""
        assert not role.answers or not role.publish

    async def test_echo_of_ones_own_opens_no_subject(self, connect_role, acme, new_device):
        client, errors = await connect_role("api")
        device = await new_device(acme)
        heard = await client.subscribe("live.trick")
        for target in ("$JS.API.STREAM.PURGE.UPLINK", f"up.{device.id}.task", f"dn.{device.id}.freeze"):
            await client.publish("live.trick", b"", reply=target)
            await heard.next_msg(5)
            await client.publish(target, b"{}")
        assert len(await violations(client, errors)) == 3
        await client.close()


class TestWorker:
    async def test_it_can_neither_purge_nor_delete_the_streams(self, connect_role):
        client, errors = await connect_role("worker")
        stream = client.jetstream(timeout=0.5)
        for act in (stream.purge_stream, stream.delete_stream):
            for name in (subjects.UPLINK_STREAM, subjects.REPORTS_STREAM):
                with pytest.raises((nats.errors.Error, APIError, NotFoundError, TimeoutError)):
                    await act(name)
        assert len(await violations(client, errors)) == 4
        await client.close()


TARGETS = [
    "dn.{victim}.nudge",
    "dn.{victim}.freeze",
    "_INBOX.{victim}.x",
    "_INBOX.{me}",
    "_INBOX.{me}.",
    "_INBOX.{me}.x.>",
    "up.{victim}.task",
    "rq.{victim}.lease",
    "live.{tenant}.change",
    "svc.device.revoked",
    "$JS.API.STREAM.PURGE.UPLINK",
    "$JS.API.STREAM.DELETE.UPLINK",
]


class TestReplySubjects:
    """A device chooses reply subjects freely; nobody speaks there for it."""

    @pytest.fixture
    async def pair(self, acme, globex, new_device):
        """A device that attacks, one of another tenant, and all that the latter hears."""
        evil, victim = await new_device(acme), await new_device(globex)
        heard = []

        async def on_message(message):
            heard.append(message.subject)

        await victim.bus.subscribe(f"dn.{victim.id}.>", cb=on_message)
        await victim.bus.subscribe(f"_INBOX.{victim.id}.>", cb=on_message)
        await victim.bus.flush()
        return evil, victim, heard

    async def entries(self, worker_database, device):
        async with worker_database.unscoped() as connection:
            return await connection.fetch(
                "SELECT action, code FROM audit_entry WHERE device_id = $1 AND result = 'refused'", device.id
            )

    async def test_no_answer_leaves_for_anybody_else(self, pair, globex, worker_database, stack, eventually):
        evil, victim, heard = pair
        for target in TARGETS:
            reply = target.format(victim=victim.id, me=evil.id, tenant=globex.id)
            with contextlib.suppress(nats.errors.Error):
                await evil.bus.publish(subjects.lease_request(evil.id), LEASE, reply=reply)
                await evil.bus.publish(subjects.renew_request(evil.id), b"{}", reply=reply)
                await evil.bus.publish(subjects.uplink(evil.id, "task"), b"{}", reply=reply)
                await evil.bus.publish(subjects.uplink(evil.id, "facts"), b"{}", reply=reply)

        async def told():
            return {row["action"] for row in await self.entries(worker_database, evil)} >= {"device.lease"}

        await eventually(told)
        await asyncio.sleep(1)
        assert heard == []
        assert await self.entries(worker_database, victim) == []

    async def test_reports_of_others_stay_in_the_stream(self, pair, worker_database, people, acme, eventually):
        evil, _, _ = pair
        await evil.bus.publish(subjects.lease_request(evil.id), b"", reply="$JS.API.STREAM.PURGE.UPLINK")
        client = await people.owner(acme)
        task = (await client.post(f"devices/{evil.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await evil.lease()
        await evil.run(task["id"], "line\n")

        async def finished():
            return (await client.get(f"tasks/{task['id']}")).json()["state"] == "succeeded"

        await eventually(finished)


class TestMessageIds:
    async def test_ids_of_one_device_block_nothing_of_another(
        self, people, acme, globex, new_device, worker_database, eventually
    ):
        """Whoever knows the ids that another device will use cannot use them up."""
        evil, victim = await new_device(acme), await new_device(globex)
        client = await people.owner(globex)
        task = (await client.post(f"devices/{victim.id}/tasks", json={"kind": "diagnostics.echo"})).json()
        await victim.lease()
        now = datetime.now(UTC)
        messages = [
            TaskStarted(task["id"], now),
            OutputChunk(task["id"], 0, "stdout", now, "mine\n"),
            TaskFinished(task["id"], "succeeded", now, chunk_count=1),
        ]
        for number, message in enumerate(messages):
            await evil.store("task", encoder.encode(message), message_id=f"{task['id']}:{number}")
        await evil.store("event", encoder.encode(AgentStarted(now, "6.6.6")), message_id="start")
        for number, message in enumerate(messages):
            await victim.store("task", encoder.encode(message), message_id=f"{task['id']}:{number}")
        await victim.store("event", encoder.encode(AgentStarted(now, "1.2.3")), message_id="start")

        async def finished():
            found = (await client.get(f"tasks/{task['id']}")).json()
            return (
                found["state"] == "succeeded"
                and (await client.get(f"devices/{victim.id}")).json()["agent_version"] == "1.2.3"
            )

        await eventually(finished)
        assert (await client.get(f"tasks/{task['id']}/output.txt")).text == "mine\n"

    async def test_event_that_is_sent_again_is_one_entry(self, acme, new_device, worker_database, eventually):
        device = await new_device(acme)
        message = encoder.encode(AgentStarted(datetime.now(UTC), "1.0.0"))
        for _ in range(3):
            await device.store("event", message, message_id="same")
        await device.store("event", encoder.encode(AgentStarted(datetime.now(UTC), "2.0.0")), message_id="next")

        async def starts():
            async with worker_database.unscoped() as connection:
                rows = await connection.fetch(
                    "SELECT after->>'agent_version' AS v FROM audit_entry"
                    " WHERE device_id = $1 AND action = 'agent.start' ORDER BY at, id",
                    device.id,
                )
            return [row["v"] for row in rows] if len(rows) > 1 else None

        assert await eventually(starts) == ["1.0.0", "2.0.0"]
