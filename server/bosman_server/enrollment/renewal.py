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
from bosman_protocol.exchange import RenewReply, RenewRequest
from bosman_server.audit.service import Actor, record
from bosman_server.enrollment import service
from bosman_server.enrollment.gateway import Trust
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.limiter import RateLimiter
from bosman_server.kit.problems import Problem
from bosman_server.tenancy.directory import DeviceDirectory, KnownDevice

log = structlog.get_logger()
_by_device = RateLimiter(5, 600.0)


class Renewals:
    """Answers `rq.<device>.renew`; any number of workers."""

    def __init__(self, database: Database, bus: Client, directory: DeviceDirectory, trust: Trust) -> None:
        self._database = database
        self._bus = bus
        self._directory = directory
        self._trust = trust

    async def start(self) -> None:
        """Listen for questions."""
        await self._bus.subscribe(subjects.RENEW_REQUESTS, queue="renewals", cb=self._on_message)

    async def _on_message(self, message: Msg) -> None:
        try:
            async with asyncio.timeout(20):
                device = await self._directory.find(subjects.device_of(message.subject), fresh=True)
                if device is not None:
                    await message.respond(msgspec.json.encode(await self._renew(device, message.data)))
        except Exception:
            log.exception("renewal_failed", subject=message.subject)

    async def _renew(self, device: KnownDevice, data: bytes) -> RenewReply:
        actor = Actor("device", device.id, device.hostname)
        target = ("device", device.id)
        async with self._database.unit(TenantScope.of([device.tenant_id])) as unit:
            try:
                certificate = self._sign(device, data)
            except Problem as problem:
                record(unit.session, device.tenant_id, actor, "certificate.renew", target=target, refused=problem.code)
                return RenewReply(error_code=problem.code.value)
            service.add_certificate(unit.session, device.tenant_id, device.id, certificate)
            after = {"not_after": certificate.not_valid_after_utc}
            record(unit.session, device.tenant_id, actor, "certificate.renew", target=target, after=after)
        return RenewReply(certificate_pem=certificate.public_bytes(Encoding.PEM).decode())

    def _sign(self, device: KnownDevice, data: bytes) -> Certificate:
        _by_device.hit(str(device.id))
        if not device.active:
            raise Problem(403, Code.DEVICE_REVOKED)
        try:
            request = msgspec.json.decode(data, type=RenewRequest)
        except msgspec.MsgspecError:
            raise Problem(422, Code.CSR_INVALID) from None
        return service.sign_request(self._trust.authority, request.csr_pem, device.id, device.tenant_id)
