"""A device for tests: enrols through the real gateway, speaks the real protocol, does exactly what it is told."""

import asyncio
import contextlib
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from nats.aio.client import Client
from nats.errors import Error as NatsError

from bosman_protocol import subjects
from bosman_protocol.enrollment import AUTHORITY_PATH, ENROLL_PATH, EnrollReply
from bosman_protocol.envelope import TaskEnvelope, read_envelope
from bosman_protocol.freeze import FreezeOrder, read_order
from bosman_protocol.lease import LeaseReply, LeaseRequest
from bosman_protocol.signing import Purpose, SignedEnvelope, verify
from bosman_protocol.trust import TrustStatement, first_statement, raw_keys
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskStarted, UplinkMessage, encoder, family_of
from testkit.patience import patient


def new_request(common_name: str | None = None) -> tuple[bytes, str]:
    """A fresh key (PEM) and a CSR for it (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key_pem, request.public_bytes(Encoding.PEM).decode()


def enrollment_body(token: str, csr_pem: str, **changes: Any) -> dict[str, Any]:
    """A well-formed request to enrol, with changes."""
    return {
        "token": token,
        "csr_pem": csr_pem,
        "hostname": "TEST-PC-01",
        "os_family": "windows",
        "agent_version": "0.0.1",
        **changes,
    }


async def post_enrollment(gateway_url: str, body: Any) -> httpx.Response:
    """Ask the gateway; its own CA is fetched first, as an agent does (which then compares the pin)."""
    async with httpx.AsyncClient(verify=False, timeout=patient()) as client:
        authority = (await client.get(gateway_url + AUTHORITY_PATH)).text
    context = ssl.create_default_context(cadata=authority)
    async with httpx.AsyncClient(verify=context, timeout=patient()) as client:
        if isinstance(body, bytes):
            return await client.post(gateway_url + ENROLL_PATH, content=body)
        return await client.post(gateway_url + ENROLL_PATH, json=body)


@dataclass
class Identity:
    """What a device holds after enrolment."""

    reply: EnrollReply
    key_pem: bytes

    @property
    def id(self) -> UUID:
        """The device id."""
        return self.reply.device_id

    @property
    def statement(self) -> TrustStatement:
        """Whom the device was told to trust."""
        return first_statement(self.reply.trust)

    def context(self) -> ssl.SSLContext:
        """TLS as the device: its own certificate, Bosman's CA."""
        context = ssl.create_default_context(cadata=self.reply.authority_pem)
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = Path(folder, "crt"), Path(folder, "key")
            certificate.write_text(self.reply.certificate_pem)
            key.write_bytes(self.key_pem)
            context.load_cert_chain(certificate, key)
        return context


async def enroll(gateway_url: str, token: str, **changes: Any) -> Identity:
    """Enrol a new device with a token."""
    key_pem, csr_pem = new_request()
    answer = await post_enrollment(gateway_url, enrollment_body(token, csr_pem, **changes))
    answer.raise_for_status()
    return Identity(msgspec.json.decode(answer.content, type=EnrollReply), key_pem)


@dataclass
class TestDevice:
    """A connected device under the test's control."""

    __test__ = False
    identity: Identity
    bus: Client
    errors: list[str] = field(default_factory=list)
    nudges: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    pushed: asyncio.Queue[SignedEnvelope] = field(default_factory=asyncio.Queue)
    """Freeze orders as they came."""
    receipts: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The device id."""
        return self.identity.id

    async def lease(self, *holding: UUID, capacity: int = 10, trust_version: int | None = None) -> LeaseReply:
        """Ask for work."""
        request = LeaseRequest("0.0.1", holding, capacity, trust_version)
        answer = await self.bus.request(
            subjects.lease_request(self.id), msgspec.json.encode(request), timeout=patient()
        )
        return msgspec.json.decode(answer.data, type=LeaseReply)

    def open(self, reply: LeaseReply) -> list[TaskEnvelope]:
        """The envelopes of a reply, verified as an agent verifies them."""
        keys = raw_keys(self.identity.statement.signing_keys)
        return [read_envelope(verify(item, keys), device_id=self.id, now=datetime.now(UTC)) for item in reply.envelopes]

    def order(self, signed: SignedEnvelope) -> FreezeOrder:
        """A freeze order, verified as an agent verifies it."""
        keys = raw_keys(self.identity.statement.signing_keys)
        return read_order(verify(signed, keys, Purpose.FREEZE), tenant_id=self.identity.reply.tenant_id)

    async def report(self, message: UplinkMessage) -> None:
        """Publish durably, as an agent does, and wait until a stream has it."""
        await self.store(family_of(message), encoder.encode(message))

    async def store(self, family: str, payload: bytes, *, message_id: str = "") -> None:
        """Publish these bytes and wait until a stream has stored them. Raises TimeoutError."""
        receipt = uuid4().hex
        headers = {subjects.RECEIPT_HEADER: receipt, subjects.MESSAGE_HEADER: message_id or uuid4().hex}
        stored = self.receipts[receipt] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patient()):
                # A stream that holds much of this device already takes nothing: agents send it again, too.
                while not stored.done():
                    await self.bus.publish(subjects.uplink(self.id, family), payload, headers=headers)
                    await asyncio.wait({stored}, timeout=3)
        finally:
            del self.receipts[receipt]

    async def run(self, task_id: UUID, *lines: str, state: str = "succeeded", **changes: Any) -> None:
        """Start a task, write lines, finish it."""
        now = datetime.now(UTC)
        await self.report(TaskStarted(task_id, now))
        for number, line in enumerate(lines):
            await self.report(OutputChunk(task_id, number, "stdout", now, line))
        values: dict[str, Any] = {"started_at": now, "chunk_count": len(lines), **changes}
        await self.report(TaskFinished(task_id, state, datetime.now(UTC), **values))  # type: ignore[arg-type]

    async def close(self) -> None:
        """Disconnect."""
        await self.bus.close()


async def connect(identity: Identity, *, allow_reconnect: bool = False, **options: Any) -> TestDevice:
    """Connect a device to the bus."""
    device = TestDevice(identity, Client())

    async def on_error(error: Exception) -> None:
        device.errors.append(str(error))

    try:
        await asyncio.wait_for(
            device.bus.connect(
                list(identity.statement.bus_urls),
                tls=identity.context(),
                tls_handshake_first=True,
                inbox_prefix=subjects.inbox_prefix(identity.id).encode(),
                allow_reconnect=allow_reconnect,
                connect_timeout=5,
                error_cb=on_error,
                **options,
            ),
            patient(),
        )
    except BaseException:
        # Who was turned away leaves sockets behind, which a later test would be blamed for.
        with contextlib.suppress(NatsError, OSError, TimeoutError):
            await asyncio.wait_for(device.bus.close(), 5)
        if (transport := device.bus._transport) is not None:  # noqa: SLF001 - nats-py closes none that was refused
            transport.close()  # type: ignore[no-untyped-call]  # nats-py leaves it untyped
        raise

    async def on_nudge(_: Any) -> None:
        device.nudges.put_nowait(None)

    async def on_freeze(message: Any) -> None:
        device.pushed.put_nowait(msgspec.json.decode(message.data, type=SignedEnvelope))

    async def on_stored(message: Any) -> None:
        stored = device.receipts.get(message.headers[subjects.RECEIPT_HEADER])
        if stored is not None and not stored.done():
            stored.set_result(None)

    await device.bus.subscribe(subjects.stored(identity.id), cb=on_stored)
    await device.bus.subscribe(subjects.nudge(identity.id), cb=on_nudge)
    await device.bus.subscribe(subjects.freeze(identity.id), cb=on_freeze)
    await device.bus.flush()
    return device
