"""The dispatcher: answers agents that ask for work. The only code that holds the signing key [R9]."""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from uuid import UUID

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.lease import LeaseReply, LeaseRequest
from bosman_protocol.limits import MAX_MESSAGE_BYTES
from bosman_protocol.signing import SignedEnvelope, sign
from bosman_protocol.work import ACTION_CLASSES, TaskKind, parse_params
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.core.audit.service import SYSTEM, record
from bosman_server.core.identity import service as identity
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.fleet.devices.directory import DeviceDirectory, KnownDevice
from bosman_server.kit import live
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.trust import TrustBook
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Record, Transaction
from bosman_server.kit.metrics import LEASES, TASKS_SIGNED
from bosman_server.kit.quota import Quota
from bosman_server.work.safety.freeze_orders import FreezeOrderSigner
from bosman_server.work.tasks import sql
from bosman_server.work.tasks.waiting import admit

log = structlog.get_logger()
_decoder = msgspec.json.Decoder(LeaseRequest)
_encoder = msgspec.json.Encoder()
_MAX_ENVELOPES_BYTES = MAX_MESSAGE_BYTES * 3 // 4
"""Of a reply; the rest is room for what else it says."""
_LEASES_AT_ONCE = 2
"""Of one device: its last question, and the one before that it gave up waiting for."""
_KINDS = frozenset(TaskKind)
_HARMLESS = [kind.value for kind, action_class in ACTION_CLASSES.items() if action_class is None]
_MAX_PARAMS_BYTES = 640 * 1024
"""As base64 in an envelope they still fit into one message."""
_MAX_TIMEOUT_SECONDS = 7 * 24 * 3600


class Dispatcher:
    """Any number of workers run it; the bus gives each question to one of them."""

    def __init__(
        self,
        database: Database,
        bus: Client,
        directory: DeviceDirectory,
        key: Ed25519PrivateKey,
        trail: DeviceTrail,
        book: TrustBook,
    ) -> None:
        self._database = database
        self._trail = trail
        self._quota = Quota(300, 100)
        self._asking: Counter[UUID] = Counter()
        self._bus = bus
        self._directory = directory
        self._key = key
        self._book = book
        self._orders = FreezeOrderSigner(key)
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen for questions."""
        await self._bus.subscribe(subjects.LEASE_REQUESTS, queue="dispatcher", cb=self._on_message)

    async def _on_message(self, message: Msg) -> None:
        # Nothing is asked of the database, and no task made, for a device that asks without end.
        try:
            device_id = subjects.device_of(message.subject)
        except ValueError:
            return
        if self._asking[device_id] >= _LEASES_AT_ONCE or not self._quota.take(device_id):
            await self._refuse_flood(device_id)
            return
        self._asking[device_id] += 1
        self._spawn(self._answer(device_id, message))

    def _spawn(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _refuse_flood(self, device_id: UUID) -> None:
        device = self._directory.cached(device_id)
        if device is None or self._trail.admits(device, "device.lease", refused=Code.DEVICE_QUOTA.value):
            self._spawn(self._refuse_request(device_id, Code.DEVICE_QUOTA, admitted=device is not None))
        # The next question of a flood is here already: without this nobody else would have a turn before its end.
        await asyncio.sleep(0)

    async def _answer(self, device_id: UUID, message: Msg) -> None:
        # No answer is safe: the agent asks again, and work that was leased but not received is sent again.
        try:
            async with asyncio.timeout(20):
                await self._lease(device_id, message)
        except msgspec.MsgspecError:
            await self._refuse_request(device_id, Code.UPLINK_INVALID)
        except Exception:
            log.exception("lease_failed", subject=message.subject)
        finally:
            self._asking[device_id] -= 1
            if self._asking[device_id] <= 0:
                del self._asking[device_id]

    async def _refuse_request(self, device_id: UUID, code: Code, *, admitted: bool = False) -> None:
        try:
            device = await self._directory.find(device_id)
            if device is None:
                return
            if admitted:
                await self._trail.write(device, "device.lease", refused=code.value)
            else:
                await self._trail.record(device, "device.lease", refused=code.value)
        except Exception:
            log.exception("lease_refusal_not_recorded", device_id=str(device_id))

    async def _lease(self, device_id: UUID, message: Msg) -> None:
        request = _decoder.decode(message.data)
        device = await self._directory.find(device_id)
        if device is None or not device.active:
            return
        if not subjects.is_own_inbox(device_id, message.reply):
            # An answer would be said with our rights, to whomever the device chose.
            await self._refuse_request(device_id, Code.UPLINK_INVALID)
            return
        # A lease that a crash forgets is given again; the agent's journal knows the task already.
        async with self._database.writing(TenantScope.of([device.tenant_id]), durable=False) as tx:
            orders, frozen = await self._orders.in_force(tx.connection, device.tenant_id)
            rows = await tx.connection.fetch(
                sql.LEASE, device.id, device.tenant_id, list(request.holding), request.capacity, frozen, _HARMLESS
            )
            held = await tx.connection.fetch(sql.HELD_BY_DEVICE, device.id, device.tenant_id)
            sound = [row for row in rows if await self._is_sound(tx, device, row)]
            permitted = [row for row in sound if await self._still_allowed(tx, device, row)]
            passed = await admit(tx.connection, device.tenant_id, device.id, permitted)
        envelopes = self._sign_what_fits(device, passed)
        sent = {row["id"] for row in rows}
        holding = set(request.holding)
        statements, introduction = self._book.lacking(device.id, request.trust_version)
        reply = LeaseReply(
            server_time=utc_now(),
            envelopes=envelopes,
            cancel=tuple(row["id"] for row in held if row["cancel_requested_at"] is not None),
            report=tuple(
                row["id"]
                for row in held
                if row["state"] == "running" and row["id"] not in holding and row["id"] not in sent
            ),
            more=len(rows) >= request.capacity > 0 or len(envelopes) < len(passed),
            freeze=orders,
            trust=statements,
            trust_introduction=introduction,
        )
        await message.respond(_encoder.encode(reply))
        LEASES.inc()
        await self._announce(device, passed, "leased")
        if len(passed) < len(permitted):
            handed = {row["id"] for row in passed}
            await self._announce(device, [row for row in permitted if row["id"] not in handed], "waiting")
            if reply.more and not passed:
                # What was held back took all the places of this answer: there may be other work behind it.
                await self._bus.publish(subjects.nudge(device.id))

    async def _is_sound(self, tx: Transaction, device: KnownDevice, row: Record) -> bool:
        """Whether a task is what its job says, and something that an agent can be sent; else it ends here.

        Rows come from the api: one that cannot be sent must not hold up the others.
        """
        if not row["is_as_wished"]:
            return await self._refuse(tx, device, row, Code.PERMISSION_DENIED)
        try:
            if row["kind"] in _KINDS:
                parse_params(TaskKind(row["kind"]), msgspec.json.decode(row["params"]))
        except (msgspec.MsgspecError, RecursionError):
            return await self._refuse(tx, device, row, Code.JOB_BAD_PARAMS)
        is_small = len(row["params"]) <= _MAX_PARAMS_BYTES
        if not is_small or not 0 < row["timeout_seconds"] <= _MAX_TIMEOUT_SECONDS:
            return await self._refuse(tx, device, row, Code.JOB_BAD_PARAMS)
        return True

    async def _still_allowed(self, tx: Transaction, device: KnownDevice, row: Record) -> bool:
        if row["kind"] not in _KINDS:
            return await self._refuse(tx, device, row)
        kind = TaskKind(row["kind"])
        creator: UUID | None = row["created_by"]
        if creator is None:
            wanted_by = spec_of(kind).wanted_by_system
            params = msgspec.json.decode(row["params"])
            allowed = wanted_by is not None and await wanted_by(tx.connection, device.tenant_id, params)
            return allowed or await self._refuse(tx, device, row)
        site_id: UUID = row["site_id"]
        wanted = (Permission.TASK_CREATE, *spec_of(kind).needed(msgspec.json.decode(row["params"])))
        if row["outside_windows"]:
            wanted = (*wanted, Permission.WINDOW_OVERRIDE)
        allowed = await identity.still_may(tx.connection, creator, device.tenant_id, site_id, *wanted)
        key_id: UUID | None = row["created_by_key"]
        if allowed and key_id is not None:
            place = (device.id, site_id)
            allowed = await identity.key_still_may(tx.connection, key_id, device.tenant_id, place, *wanted)
        return allowed or await self._refuse(tx, device, row)

    @staticmethod
    async def _refuse(tx: Transaction, device: KnownDevice, row: Record, code: Code = Code.PERMISSION_DENIED) -> bool:
        await tx.connection.execute(sql.REFUSE, device.tenant_id, row["id"], code.value, row["fresh"])
        record(
            tx, device.tenant_id, SYSTEM, "task.sign",
            target=("task", row["id"]), after={"kind": row["kind"]}, refused=code.value, device_id=device.id,
        )  # fmt: skip
        return False

    def _sign_what_fits(self, device: KnownDevice, rows: list[Record]) -> tuple[SignedEnvelope, ...]:
        """As many as one message of the bus carries; the others stay leased and are asked for again."""
        envelopes: list[SignedEnvelope] = []
        size = 0
        for row in rows:
            envelope = self._sign(device, row)
            size += len(_encoder.encode(envelope))
            if envelopes and size > _MAX_ENVELOPES_BYTES:
                break
            envelopes.append(envelope)
        return tuple(envelopes)

    def _sign(self, device: KnownDevice, row: Record) -> SignedEnvelope:
        envelope = TaskEnvelope(
            task_id=row["id"],
            job_id=row["job_id"],
            tenant_id=device.tenant_id,
            device_id=device.id,
            kind=row["kind"],
            params=row["params"],
            issued_at=utc_now(),
            expires_at=row["expires_at"],
            timeout_seconds=row["timeout_seconds"],
            nonce=os.urandom(16),
        )
        TASKS_SIGNED.labels(row["kind"]).inc()
        return sign(_encoder.encode(envelope), self._key)

    async def _announce(self, device: KnownDevice, rows: list[Record], state: str) -> None:
        for row in rows:
            change = live.Change("task", device.tenant_id, row["id"], device.id, state=state)
            await live.announce(self._bus, change)
            await self._bus.publish(live.output(device.tenant_id, row["id"]), b'{"event":"state"}')
