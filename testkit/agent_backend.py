"""The server side of one agent under test: dispatches, answers, and reads what the stream keeps."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import nats
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.js.api import RePublish, StreamConfig

from bosman_protocol import subjects
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.freeze import FreezeOrder, sign_order
from bosman_protocol.lease import LeaseReply, LeaseRequest
from bosman_protocol.signing import SignedEnvelope, public_part, sign
from bosman_protocol.trust import TrustStatement, sign_statement
from bosman_protocol.uplink import TaskFinished, UplinkMessage, decode_uplink
from bosman_protocol.work import TaskKind
from testkit.authority import Authority
from testkit.patience import eventually, patient

WAIT_SECONDS = 60.0
UPLINK = StreamConfig(
    name=subjects.UPLINK_STREAM,
    subjects=[subjects.UPLINK_ALL],
    no_ack=True,
    republish=RePublish(src=subjects.STORED_FROM, dest=subjects.STORED_TO, headers_only=True),
)
"""One stream for all that agents say, with receipts as the server's streams give them."""


class Backend:
    """The server side for one device: signs envelopes, answers its questions, reads what the stream keeps."""

    def __init__(self, client: Any, device_id: UUID, authority: Authority) -> None:
        self.client = client
        self.device_id = device_id
        self.authority = authority
        self.signing_key = Ed25519PrivateKey.generate()
        self.root_key = Ed25519PrivateKey.generate()
        self.installation_id = uuid4()
        self.tenant_id = uuid4()
        self.queue: list[SignedEnvelope] = []
        self.cancel: list[UUID] = []
        self.report: list[UUID] = []
        self.freeze: list[SignedEnvelope] = []
        self.trust: list[SignedEnvelope] = []
        self.trust_introduction: SignedEnvelope | None = None
        self.requests: list[LeaseRequest] = []
        self.raw_answer: bytes | None = None
        self.messages: list[UplinkMessage] = []
        self._next_seq = 1
        self._known: set[str] = set()

    async def start(self) -> None:
        """Make the stream if it is not there, and answer requests for work from now on."""
        stream = self.client.jetstream(timeout=0.5)
        with contextlib.suppress(nats.js.errors.BadRequestError):
            await stream.add_stream(UPLINK)
        self._next_seq = (await stream.stream_info(subjects.UPLINK_STREAM)).state.last_seq + 1
        await self.client.subscribe(subjects.lease_request(self.device_id), cb=self._on_lease)
        await self.client.flush()

    async def _on_lease(self, message: Any) -> None:
        request = msgspec.json.decode(message.data, type=LeaseRequest)
        self.requests.append(request)
        if self.raw_answer is not None:
            await message.respond(self.raw_answer)
            return
        batch, self.queue = self.queue[: request.capacity], self.queue[request.capacity :]
        reply = LeaseReply(
            datetime.now(UTC),
            tuple(batch),
            tuple(self.cancel),
            tuple(self.report),
            bool(self.queue),
            tuple(self.freeze),
            tuple(self.trust),
            self.trust_introduction,
        )
        self.cancel, self.report = [], []
        await message.respond(msgspec.json.encode(reply))

    def envelope(self, kind: str = TaskKind.DIAGNOSTICS_ECHO, params: object = None, **changes: Any) -> TaskEnvelope:
        """An envelope for the device, good unless `changes` make it bad."""
        now = datetime.now(UTC)
        fields: dict[str, Any] = {
            "task_id": uuid4(),
            "job_id": uuid4(),
            "tenant_id": self.tenant_id,
            "device_id": self.device_id,
            "kind": kind,
            "params": msgspec.Raw(msgspec.json.encode(params or {})),
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
            "timeout_seconds": 60,
            "nonce": os.urandom(16),
        }
        return TaskEnvelope(**(fields | changes))

    def sign(self, envelope: TaskEnvelope) -> SignedEnvelope:
        """The envelope as the dispatcher sends it."""
        return sign(msgspec.json.encode(envelope), self.signing_key)

    def order(self, *, frozen: bool, version: int, **changes: Any) -> SignedEnvelope:
        """A signed freeze order for the device's tenant, or for what `changes` say."""
        fields: dict[str, Any] = {"scope": self.tenant_id, "issued_at": datetime.now(UTC), "reason": "test"}
        return sign_order(FreezeOrder(frozen=frozen, version=version, **(fields | changes)), self.signing_key)

    def statement(self, version: int, *, root: Ed25519PrivateKey | None = None, **changes: Any) -> SignedEnvelope:
        """A trust statement of the device's installation, good unless `changes` make it bad."""
        fields: dict[str, Any] = {
            "installation_id": self.installation_id,
            "issued_at": datetime.now(UTC),
            "signing_keys": (public_part(self.signing_key),),
            "root_keys": (public_part(self.root_key),),
            "bus_urls": (self.bus_url,),
        }
        return sign_statement(TrustStatement(version=version, **(fields | changes)), root or self.root_key)

    @property
    def bus_url(self) -> str:
        """Where this server's bus is."""
        return f"tls://127.0.0.1:{self.client.connected_url.port}"

    async def push(self, order: SignedEnvelope) -> None:
        """Send a freeze order as the server does, without being asked; an agent that has asked for work listens."""
        await eventually(lambda: self.requests)
        await self.client.publish(subjects.freeze(self.device_id), msgspec.json.encode(order))
        await self.client.flush()

    async def nudge(self) -> None:
        """Tell the agent that work is there."""
        await self.client.publish(subjects.nudge(self.device_id))
        await self.client.flush()

    async def send(self, kind: str = TaskKind.DIAGNOSTICS_ECHO, params: object = None, **changes: Any) -> UUID:
        """Dispatch a task; its id."""
        envelope = self.envelope(kind, params, **changes)
        self.queue.append(self.sign(envelope))
        await self.nudge()
        return envelope.task_id

    async def read(self) -> list[UplinkMessage]:
        """Everything that the stream keeps from this device, in its order."""
        stream = self.client.jetstream(timeout=0.5)
        last = (await stream.stream_info(subjects.UPLINK_STREAM)).state.last_seq
        while self._next_seq <= last:
            stored = await stream.get_msg(subjects.UPLINK_STREAM, self._next_seq)
            self._next_seq += 1
            if subjects.device_of(stored.subject) == self.device_id:
                # What was sent again because its receipt was lost counts once, as it does for the server.
                message_id = (stored.headers or {}).get(subjects.MESSAGE_HEADER, "")
                if message_id not in self._known:
                    self._known.add(message_id)
                    self.messages.append(decode_uplink(stored.data))
        return self.messages

    async def wait_for(self, check: Callable[[UplinkMessage], bool], seconds: float = WAIT_SECONDS) -> Any:
        """The first message that `check` likes. Raises AssertionError when none came in time."""
        deadline = time.monotonic() + patient(seconds)
        while time.monotonic() < deadline:
            with contextlib.suppress(nats.errors.Error, nats.js.errors.Error):
                found = next((message for message in await self.read() if check(message)), None)
                if found is not None:
                    return found
            await asyncio.sleep(0.02)
        kinds = [type(message).__name__ for message in self.messages[-50:]]
        raise AssertionError(f"not reported within {patient(seconds):g} s; the last were {kinds}")

    async def finished(self, task_id: UUID, seconds: float = WAIT_SECONDS) -> TaskFinished:
        """The end of a task. Raises AssertionError when it did not come in time."""
        found = await self.wait_for(lambda m: isinstance(m, TaskFinished) and m.task_id == task_id, seconds)
        assert isinstance(found, TaskFinished)
        return found

    def of(self, kind: type, task_id: UUID | None = None) -> list[Any]:
        """The messages of a kind that have been read, in the stream's order."""
        return [m for m in self.messages if isinstance(m, kind) and task_id in {None, getattr(m, "task_id", None)}]
