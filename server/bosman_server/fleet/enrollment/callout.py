"""The door of the bus: NATS asks here whether a client certificate may connect, and with which permissions [R8]."""

import asyncio
import random
from collections.abc import Coroutine
from uuid import UUID

import structlog
from cryptography import x509
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_protocol.text import clean_text
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import DeviceDirectory, KnownDevice
from bosman_server.fleet.enrollment.admissions import AdmissionRefusedError, Admissions
from bosman_server.fleet.enrollment.shutout import Shutout
from bosman_server.kit.bus.rights import DEVICES_ACCOUNT, device_rights
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.natsjwt import (
    AuthorizationRequest,
    InvalidNatsJwtError,
    UserPermissions,
    authorization_response,
    decode_authorization_request,
    user_jwt,
)
from bosman_server.kit.crypto.nkeys import Nkey
from bosman_server.kit.crypto.pki import NotADeviceCertificateError, device_identity, fingerprint_sha256
from bosman_server.kit.metrics import BUS_LOGINS
from bosman_server.kit.quota import Quota

log = structlog.get_logger()
SUBJECT = "$SYS.REQ.USER.AUTH"
VALID_SECONDS = 8 * 3600
"""How long a connection lives before it has to come in anew; spread, so that a fleet does not do it at once."""
_SPREAD = 0.25
_TURNED_AWAY = 180.0
"""Connections that a device is taken to have made: at one in five seconds it waits a quarter of an hour."""


class _RefusedError(Exception):
    def __init__(self, code: Code, device: KnownDevice | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.device = device


class Callout:
    """Answers the bus. Any number of workers may run it; the bus asks one of them."""

    def __init__(
        self,
        issuer: Nkey,
        directory: DeviceDirectory,
        admissions: Admissions,
        shutout: Shutout,
        trail: DeviceTrail,
        *,
        quota: Quota | None = None,
    ) -> None:
        self._issuer = issuer
        self._directory = directory
        self._admissions = admissions
        self._shutout = shutout
        self._trail = trail
        self._quota = quota or Quota(12, 1 / 5)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, bus: Client) -> None:
        """Listen on a connection of the account AUTH."""
        await bus.subscribe(SUBJECT, queue="callout", cb=self._on_message)

    def turn_away(self, device_id: UUID) -> None:
        """Let a device wait before it comes in again."""
        self._quota.reserve(device_id, _TURNED_AWAY)

    async def _on_message(self, message: Msg) -> None:
        # A task each: one slow database answer must not queue everybody behind it.
        self._background(self._answer(message))

    def _background(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg) -> None:
        try:
            request = decode_authorization_request(message.data)
        except InvalidNatsJwtError:
            log.warning("callout_request_unreadable")
            return
        try:
            device = await self._admit(request)
        except _RefusedError as refusal:
            BUS_LOGINS.labels(refusal.code.value).inc()
            await message.respond(authorization_response(self._issuer, request, error=refusal.code.value))
            await self._audit(refusal, request)
        except Exception:
            # The client sees a refusal and comes back with jitter; the log says what broke.
            log.exception("callout_failed")
            await message.respond(authorization_response(self._issuer, request, error=Code.SERVER_UNAVAILABLE.value))
        else:
            BUS_LOGINS.labels("ok").inc()
            await message.respond(authorization_response(self._issuer, request, user_jwt=self._token(request, device)))

    def _token(self, request: AuthorizationRequest, device: KnownDevice) -> str:
        rights = device_rights(device.id)
        spread = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311  no secret
        return user_jwt(
            self._issuer,
            request.user_nkey,
            str(device.id),
            UserPermissions(rights.publish, rights.subscribe),
            DEVICES_ACCOUNT,
            valid_seconds=int(VALID_SECONDS * spread),
        )

    async def _admit(self, request: AuthorizationRequest) -> KnownDevice:
        pem = request.leaf_pem
        if pem is None:
            raise _RefusedError(Code.CERTIFICATE_REFUSED)
        certificate = x509.load_pem_x509_certificate(pem.encode())
        try:
            device_id, tenant_id = device_identity(certificate)
        except NotADeviceCertificateError:
            raise _RefusedError(Code.CERTIFICATE_REFUSED) from None
        device = await self._known(device_id, tenant_id)
        if certificate.not_valid_after_utc <= utc_now():
            raise _RefusedError(Code.CERTIFICATE_EXPIRED, device)
        try:
            may_overlap = await self._admissions.check(device, fingerprint_sha256(certificate), request.client_name)
        except AdmissionRefusedError as refusal:
            if refusal.code is Code.DEVICE_CLONED:
                self._background(self._shutout.cut(device.id))
            raise _RefusedError(refusal.code, device) from None
        if may_overlap:
            self._shutout.watch(device.id)
        return device

    async def _known(self, device_id: UUID, tenant_id: UUID) -> KnownDevice:
        if not self._quota.take(device_id):
            # What is known of it will do: somebody who knocks without end costs no query.
            raise _RefusedError(Code.DEVICE_QUOTA, await self._directory.find(device_id))
        device = await self._directory.find(device_id, fresh=True)
        if device is None or device.tenant_id != tenant_id:
            raise _RefusedError(Code.DEVICE_UNKNOWN)
        if not device.active:
            raise _RefusedError(Code.DEVICE_REVOKED, device)
        return device

    async def _audit(self, refusal: _RefusedError, request: AuthorizationRequest) -> None:
        device = refusal.device
        log.warning("bus_login_refused", code=refusal.code.value, source_ip=request.client_host)
        if device is not None:
            after = {"client_name": clean_text(request.client_name, 120)}
            await self._trail.record(
                device, "device.connect", after=after, refused=refusal.code.value, source_ip=request.client_host
            )
