"""Certificates renew themselves: a connected device asks with a CSR for a key that was just born on it [R7]."""

import asyncio

import msgspec
import structlog
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.lease import RenewReply, RenewRequest
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.core.audit.service import Actor, record
from bosman_server.fleet.devices.directory import DeviceDirectory, KnownDevice
from bosman_server.fleet.enrollment import service
from bosman_server.fleet.enrollment.gateway import Trust
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import Quota

log = structlog.get_logger()


class Renewals:
    """Answers `rq.<device>.renew`; any number of workers."""

    def __init__(
        self, database: Database, bus: Client, directory: DeviceDirectory, trust: Trust, trail: DeviceTrail
    ) -> None:
        self._database = database
        self._trail = trail
        self._bus = bus
        self._directory = directory
        self._trust = trust
        self._quota = Quota(5, 1 / 600)

    async def start(self) -> None:
        """Listen for questions."""
        await self._bus.subscribe(subjects.RENEW_REQUESTS, queue="renewals", cb=self._on_message)

    async def _on_message(self, message: Msg) -> None:
        try:
            async with asyncio.timeout(20):
                device_id = subjects.device_of(message.subject)
                device = await self._directory.find(device_id)
                if device is None:
                    return
                if not subjects.is_own_inbox(device_id, message.reply):
                    await self._refuse(device, Code.UPLINK_INVALID)
                    return
                await message.respond(msgspec.json.encode(await self._renew(device, message.data)))
        except Exception:
            log.exception("renewal_failed", subject=message.subject)

    async def _renew(self, device: KnownDevice, data: bytes) -> RenewReply:
        try:
            certificate = await self._sign(device, data)
        except Problem as problem:
            await self._refuse(device, problem.code)
            return RenewReply(error_code=problem.code.value)
        actor = Actor("device", device.id, device.hostname)
        target = ("device", device.id)
        async with self._database.writing(TenantScope.of([device.tenant_id])) as tx:
            await service.add_certificate(tx.session, device.tenant_id, device.id, certificate)
            after = {"not_after": certificate.not_valid_after_utc}
            record(tx, device.tenant_id, actor, "certificate.renew", target=target, after=after)
        return RenewReply(certificate_pem=certificate.public_bytes(Encoding.PEM).decode())

    async def _refuse(self, device: KnownDevice, code: Code) -> None:
        await self._trail.record(device, "certificate.renew", refused=code.value)

    async def _sign(self, device: KnownDevice, data: bytes) -> Certificate:
        if not self._quota.take(device.id):
            raise Problem(429, Code.DEVICE_QUOTA)
        fresh = await self._directory.find(device.id, fresh=True)
        if fresh is None or not fresh.active:
            raise Problem(403, Code.DEVICE_REVOKED)
        try:
            request = msgspec.json.decode(data, type=RenewRequest)
        except msgspec.MsgspecError:
            raise Problem(422, Code.CSR_INVALID) from None
        return service.sign_request(self._trust.authority, request.csr_pem, device.id, device.tenant_id)
