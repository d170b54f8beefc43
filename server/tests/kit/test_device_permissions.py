"""What a device may do on a real bus, with a small callout that admits every device that is not revoked."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import nats.errors
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol import subjects
from bosman_server.embedded.nats import EmbeddedNats, NatsEndpoint
from bosman_server.fleet.ingest.streams import ensure_streams
from bosman_server.kit.bus.connection import BusUnavailableError, connect_service
from bosman_server.kit.bus.rights import DEVICES_ACCOUNT as ACCOUNT
from bosman_server.kit.bus.rights import device_rights, inbox_prefix
from bosman_server.kit.crypto import natsjwt, pki
from bosman_server.kit.crypto.nkeys import Nkey, NkeyKind
from testkit.bus import begin_websocket
from testkit.patience import eventually, patient

WAIT = patient()


@dataclass
class Bus:
    kit: Any
    endpoint: NatsEndpoint
    service: Client
    system: Client
    revoked: set[UUID] = field(default_factory=set)
    requests: list[natsjwt.AuthorizationRequest] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def refuse(self, request: natsjwt.AuthorizationRequest, reason: str) -> bytes:
        self.refusals.append(reason)
        return natsjwt.authorization_response(self.kit.issuer, request, error=reason)


@dataclass
class Device:
    id: UUID
    client: Client
    fingerprint: str
    errors: "asyncio.Queue[Exception]"

    async def refusal(self) -> str:
        return str(await asyncio.wait_for(self.errors.get(), WAIT))


def _verdict(bus: Bus, request: natsjwt.AuthorizationRequest) -> bytes:
    issuer = bus.kit.issuer
    try:
        assert request.leaf_pem is not None
        device, _ = pki.device_identity(x509.load_pem_x509_certificate(request.leaf_pem.encode()))
    except pki.NotADeviceCertificateError:
        return bus.refuse(request, "not a device")
    if device in bus.revoked:
        return bus.refuse(request, "revoked")
    rights = device_rights(device)
    permissions = natsjwt.UserPermissions(rights.publish, rights.subscribe)
    jwt = natsjwt.user_jwt(issuer, request.user_nkey, str(device), permissions, ACCOUNT, valid_seconds=600)
    return natsjwt.authorization_response(issuer, request, user_jwt=jwt)


@pytest.fixture(scope="module")
async def bus(make_nats_kit: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bus]:
    kit = make_nats_kit(tmp_path_factory.mktemp("bus"))
    server = EmbeddedNats(kit.root, kit.config)
    endpoint = await server.start()
    keys = {"callout": kit.callout, "service": kit.service, "sys": kit.system}
    clients = {
        name: await connect_service(
            endpoint.url, **kit.service_files, nkey_seed=key.seed, name=name, inbox_prefix=inbox_prefix(name)
        )
        for name, key in keys.items()
    }
    made = Bus(kit, endpoint, clients["service"], clients["sys"])

    async def callout(message: Msg) -> None:
        request = natsjwt.decode_authorization_request(message.data)
        made.requests.append(request)
        await message.respond(_verdict(made, request))

    await clients["callout"].subscribe("$SYS.REQ.USER.AUTH", queue="callout", cb=callout)
    await clients["callout"].flush()
    await ensure_streams(made.service)
    yield made
    for client in clients.values():
        await client.close()
    await server.stop()


def _device_files(bus: Bus, device: UUID, authority: pki.Authority | None = None) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    certificate = pki.sign_device_request(
        authority or bus.kit.authority, request.public_bytes(Encoding.PEM), device_id=device, tenant_id=uuid4()
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files = bus.kit.write(str(uuid4()), pki.IssuedCertificate(key_pem, pki.certificate_to_pem(certificate)))
    return files["cert_file"], files["key_file"]


async def _connect(bus: Bus, files: tuple[Path, Path] | None, **options: Any) -> Client:
    context = ssl.create_default_context(cafile=str(bus.kit.directory / "ca.crt"))
    if files:
        context.load_cert_chain(*files)
    client = Client()
    try:
        await asyncio.wait_for(
            client.connect(
                bus.endpoint.url,
                tls=context,
                tls_handshake_first=True,
                allow_reconnect=False,
                connect_timeout=5,
                **options,
            ),
            WAIT,
        )
    except BaseException:
        with suppress(OSError, nats.errors.Error):
            await client.close()
        raise
    return client


@asynccontextmanager
async def _device(bus: Bus, device: UUID | None = None, **options: Any) -> AsyncIterator[Device]:
    device = device or uuid4()
    errors: asyncio.Queue[Exception] = asyncio.Queue()

    async def failed(error: Exception) -> None:
        errors.put_nowait(error)

    files = _device_files(bus, device)
    client = await _connect(bus, files, error_cb=failed, inbox_prefix=f"_INBOX.{device}", **options)
    try:
        certificate = x509.load_pem_x509_certificate(files[0].read_bytes())
        yield Device(device, client, pki.fingerprint_sha256(certificate), errors)
    finally:
        with suppress(nats.errors.Error, OSError):
            await client.close()


async def _connections(bus: Bus) -> dict[str, Any]:
    query = json.dumps({"auth": True, "acc": ACCOUNT}).encode()
    answer: dict[str, Any] = json.loads(
        (await bus.system.request("$SYS.REQ.SERVER.PING.CONNZ", query, timeout=WAIT)).data
    )
    return answer


async def _event(events: "asyncio.Queue[Msg]", device: UUID) -> dict[str, Any]:
    while True:
        event: dict[str, Any] = json.loads((await asyncio.wait_for(events.get(), WAIT)).data)
        if event["client"]["user"] == str(device):
            return event


class TestOwnSubjects:
    async def test_device_is_heard_and_hears_on_its_own(self, bus: Bus) -> None:
        async with _device(bus) as device:
            heard = await bus.service.subscribe(f"up.{device.id}.>")
            mine = await device.client.subscribe(f"dn.{device.id}.nudge")
            await asyncio.gather(bus.service.flush(), device.client.flush())
            await device.client.publish(f"up.{device.id}.facts", b"up")
            assert (await heard.next_msg(WAIT)).data == b"up"
            await bus.service.publish(f"dn.{device.id}.nudge", b"down")
            assert (await mine.next_msg(WAIT)).data == b"down"
            await heard.unsubscribe()
            assert device.errors.empty()

    async def test_device_asks_a_service_and_is_answered(self, bus: Bus) -> None:
        async with _device(bus) as device:

            async def answer(message: Msg) -> None:
                await message.respond(b"work")

            served = await bus.service.subscribe("rq.*.lease", cb=answer)
            await bus.service.flush()

            async def asked() -> bytes | None:
                # That somebody listens in the other account is known here a moment later.
                with contextlib.suppress(nats.errors.NoRespondersError):
                    return bytes((await device.client.request(f"rq.{device.id}.lease", b"", timeout=WAIT)).data)
                return None

            assert await eventually(asked) == b"work"
            await served.unsubscribe()

    async def test_device_answers_nobody(self, bus: Bus) -> None:
        async with _device(bus) as device:
            asked = await device.client.subscribe(f"dn.{device.id}.ask")
            inbox = bus.service.new_inbox()
            replies = await bus.service.subscribe(inbox)
            await asyncio.gather(bus.service.flush(), device.client.flush())
            await bus.service.publish(f"dn.{device.id}.ask", b"", reply=inbox)
            await (await asked.next_msg(WAIT)).respond(b"x")
            await device.client.flush()
            assert "permissions violation for publish" in (await device.refusal()).lower()
            assert replies.pending_msgs == 0
            await replies.unsubscribe()

    @pytest.mark.parametrize(
        "subject",
        ["dn.{other}.>", "dn.*.nudge", ">", "_INBOX.>", "_INBOX.{other}.>", "up.{own}.>", "rq.>", "$SYS.>", "$JS.>"],
    )
    async def test_device_may_not_listen_elsewhere(self, bus: Bus, subject: str) -> None:
        async with _device(bus) as device:
            await device.client.subscribe(subject.format(other=uuid4(), own=device.id))
            await device.client.flush()
            assert "permissions violation for subscription" in (await device.refusal()).lower()

    @pytest.mark.parametrize(
        "subject",
        [
            "up.{other}.facts",
            "rq.{other}.lease",
            "dn.{own}.nudge",
            "dn.{other}.nudge",
            "_INBOX.{other}.x",
            "$JS.API.INFO",
            "$JS.API.STREAM.DELETE.UPLINK",
            "$SYS.REQ.SERVER.PING",
            "$SYS.REQ.USER.AUTH",
        ],
    )
    async def test_device_may_not_publish_elsewhere(self, bus: Bus, subject: str) -> None:
        async with _device(bus) as device:
            target = subject.format(other=uuid4(), own=device.id)
            heard = await bus.service.subscribe(target) if not target.startswith("$") else None
            await bus.service.flush()
            await device.client.publish(target, b"x")
            await device.client.flush()
            assert "permissions violation for publish" in (await device.refusal()).lower()
            if heard is not None:
                await bus.service.flush()
                assert heard.pending_msgs == 0
                await heard.unsubscribe()

    async def test_stored_message_is_told_by_its_headers_to_its_device_alone(self, bus: Bus) -> None:
        async with _device(bus) as device, _device(bus) as other:
            receipts = await device.client.subscribe(subjects.stored(device.id))
            overheard = await other.client.subscribe(f"dn.{other.id}.>")
            await asyncio.gather(device.client.flush(), other.client.flush())
            headers = {subjects.RECEIPT_HEADER: "r1"}
            reply = f"dn.{other.id}.nudge"
            await device.client.publish(f"up.{device.id}.task", b"result", reply=reply, headers=headers)
            receipt = await receipts.next_msg(WAIT)
            assert receipt.headers is not None and receipt.headers[subjects.RECEIPT_HEADER] == "r1"
            assert receipt.data == b"" and overheard.pending_msgs == 0
            with pytest.raises((nats.errors.TimeoutError, nats.errors.Error)):
                await device.client.jetstream(timeout=1).stream_info("UPLINK")
            assert "$js.api" in await device.refusal()


class TestAdmission:
    async def test_name_that_a_client_gives_itself_counts_for_nothing(self, bus: Bus) -> None:
        async with _device(bus, name="svc-api") as device:
            assert bus.requests[-1].client_name == "svc-api" and bus.requests[-1].client_host == "127.0.0.1"
            await device.client.subscribe(f"dn.{device.id}.>")
            await device.client.flush()
            assert device.errors.empty()

    async def test_foreign_authority_is_refused_before_the_callout(self, bus: Bus) -> None:
        files = _device_files(bus, uuid4(), pki.create_authority("Bosman test CA"))
        asked = len(bus.requests)
        with pytest.raises((nats.errors.Error, OSError, TimeoutError)):
            await _connect(bus, files)
        assert len(bus.requests) == asked

    async def test_no_certificate_is_refused_before_the_callout(self, bus: Bus) -> None:
        asked = len(bus.requests)
        with pytest.raises((nats.errors.Error, OSError, TimeoutError)):
            await _connect(bus, None)
        assert len(bus.requests) == asked

    # The server drops a refused client at once, so that the reason does not always reach it.
    async def test_service_certificate_without_nkey_is_refused(self, bus: Bus) -> None:
        files = bus.kit.service_files["cert_file"], bus.kit.service_files["key_file"]
        bus.refusals.clear()
        with pytest.raises((nats.errors.Error, OSError)):
            await _connect(bus, files)
        assert bus.refusals == ["not a device"]

    async def test_service_certificate_with_an_unknown_nkey_is_refused(self, bus: Bus, short_connect: None) -> None:
        bus.refusals.clear()
        seed = Nkey.generate(NkeyKind.USER).seed
        with pytest.raises(BusUnavailableError):
            await connect_service(bus.endpoint.url, **bus.kit.service_files, nkey_seed=seed, name="stranger")
        assert set(bus.refusals) == {"not a device"}

    async def test_server_certificate_does_not_serve_as_a_clients(self, bus: Bus) -> None:
        with pytest.raises((nats.errors.Error, OSError, TimeoutError)):
            await _connect(bus, (bus.kit.directory / "server.crt", bus.kit.directory / "server.key"))

    async def test_device_with_an_unknown_nkey_or_password_is_only_itself(self, bus: Bus) -> None:
        choices: list[dict[str, Any]] = [
            {"nkeys_seed_str": Nkey.generate(NkeyKind.USER).seed},
            {"user": "SYS", "password": "x"},
        ]
        for options in choices:
            async with _device(bus, **options) as device:
                await device.client.subscribe("$SYS.>")
                await device.client.flush()
                assert "$sys.>" in await device.refusal()
                answer = await _connections(bus)
                users = [c["authorized_user"] for c in answer["data"]["connections"]]
                assert str(device.id) in users

    async def test_websocket_listener_wants_a_certificate_of_ours_too(self, bus: Bus) -> None:
        ours, foreign = _device_files(bus, uuid4()), _device_files(bus, uuid4(), pki.create_authority("x"))
        assert await _upgrade(bus, ours) == b"HTTP/1.1 101 Switching Protocols\r\n"
        for files in (foreign, None):
            with pytest.raises((OSError, EOFError)):
                await _upgrade(bus, files)

    async def test_revoked_device_is_refused(self, bus: Bus) -> None:
        device = uuid4()
        bus.revoked.add(device)
        bus.refusals.clear()
        with pytest.raises((nats.errors.Error, OSError)):
            await _connect(bus, _device_files(bus, device))
        assert bus.refusals == ["revoked"]


class TestPresence:
    """The field paths that presence relies on."""

    async def test_connect_and_kick_are_told_with_device_client_and_server(self, bus: Bus) -> None:
        events: asyncio.Queue[Msg] = asyncio.Queue()
        subscriptions = [
            await bus.system.subscribe(f"$SYS.ACCOUNT.{ACCOUNT}.{what}", cb=events.put)
            for what in ("CONNECT", "DISCONNECT")
        ]
        await bus.system.flush()
        async with _device(bus, name="bosman-agent x") as device:
            connected = await _event(events, device.id)
            assert connected["type"] == "io.nats.server.advisory.v1.client_connect"
            assert connected["client"]["acc"] == ACCOUNT and connected["client"]["host"] == "127.0.0.1"
            answer = await _connections(bus)
            [connection] = [c for c in answer["data"]["connections"] if c["authorized_user"] == str(device.id)]
            assert connection["cid"] == connected["client"]["id"] == device.client.client_id
            assert connection["tls_peer_certs"][0]["cert_sha256"] == device.fingerprint
            assert connection["name"] == "bosman-agent x"
            assert connection["account"] == ACCOUNT and connection["ip"] == "127.0.0.1"
            assert answer["data"]["server_id"] == answer["server"]["id"] == connected["server"]["id"]

            kick = f"$SYS.REQ.SERVER.{connected['server']['id']}.KICK"
            await bus.system.request(kick, json.dumps({"cid": connection["cid"]}).encode(), timeout=WAIT)
            gone = await _event(events, device.id)
            assert gone["type"] == "io.nats.server.advisory.v1.client_disconnect"
            assert gone["reason"] == "Kicked" and gone["client"]["id"] == connection["cid"]
            assert gone["server"]["id"] == connected["server"]["id"]
            await asyncio.wait_for(_until_closed(device.client), WAIT)
        users = [c["authorized_user"] for c in (await _connections(bus))["data"]["connections"]]
        assert str(device.id) not in users
        for subscription in subscriptions:
            await subscription.unsubscribe()

    async def test_kick_of_an_unknown_client_changes_nothing(self, bus: Bus) -> None:
        async with _device(bus) as device:
            server = (await _connections(bus))["server"]["id"]
            answer = await bus.system.request(f"$SYS.REQ.SERVER.{server}.KICK", b'{"cid":999999}', timeout=WAIT)
            assert json.loads(answer.data)["error"]["description"]
            await device.client.flush()
            assert device.client.is_connected


async def _upgrade(bus: Bus, files: tuple[Path, Path] | None) -> bytes:
    assert bus.endpoint.websocket_url is not None
    context = ssl.create_default_context(cafile=str(bus.kit.directory / "ca.crt"))
    if files:
        context.load_cert_chain(*files)
    return await begin_websocket(bus.endpoint.websocket_url, context, WAIT)


async def _until_closed(client: Client) -> None:
    while client.is_connected:  # noqa: ASYNC110  nats-py has no event for it
        await asyncio.sleep(0.02)
