"""The door of the bus: NATS asks here whether a client certificate may connect, and with which permissions [R8]."""

import asyncio
from collections.abc import Mapping

import structlog
from cryptography import x509
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.audit.service import Actor, record_raw
from bosman_server.kit.bus.server_config import ACCOUNT
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
from bosman_server.kit.crypto.pki import NotADeviceCertificateError, device_identity
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.metrics import BUS_LOGINS
from bosman_server.tenancy.directory import DeviceDirectory, KnownDevice

log = structlog.get_logger()
SUBJECT = "$SYS.REQ.USER.AUTH"


class _RefusedError(Exception):
    def __init__(self, code: Code, device: KnownDevice | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.device = device


def permissions_of(device: KnownDevice) -> UserPermissions:
    """A device's own subjects and its own inbox, nothing else."""
    return UserPermissions(
        publish=(f"up.{device.id}.>", f"rq.{device.id}.>"),
        subscribe=(f"dn.{device.id}.>", f"_INBOX.{device.id}.>"),
        responses_max=1000,
        responses_ttl_seconds=3600,
    )


class Callout:
    """Answers the bus. Any number of workers may run it; the bus asks one of them."""

    def __init__(self, issuer: Nkey, directory: DeviceDirectory, database: Database) -> None:
        self._issuer = issuer
        self._directory = directory
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, bus: Client) -> None:
        """Listen on a connection of the account AUTH."""
        await bus.subscribe(SUBJECT, queue="callout", cb=self._on_message)

    async def _on_message(self, message: Msg) -> None:
        # A task each: one slow database answer must not queue everybody behind it.
        task = asyncio.create_task(self._answer(message))
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
            token = user_jwt(self._issuer, request.user_nkey, str(device.id), permissions_of(device), ACCOUNT)
            await message.respond(authorization_response(self._issuer, request, user_jwt=token))

    async def _admit(self, request: AuthorizationRequest) -> KnownDevice:
        pem = request.leaf_pem
        if pem is None:
            raise _RefusedError(Code.CERTIFICATE_REFUSED)
        certificate = x509.load_pem_x509_certificate(pem.encode())
        try:
            device_id, tenant_id = device_identity(certificate)
        except NotADeviceCertificateError:
            raise _RefusedError(Code.CERTIFICATE_REFUSED) from None
        device = await self._directory.find(device_id, fresh=True)
        if device is None or device.tenant_id != tenant_id:
            raise _RefusedError(Code.DEVICE_UNKNOWN)
        if not device.active:
            raise _RefusedError(Code.DEVICE_REVOKED, device)
        if certificate.not_valid_after_utc <= utc_now():
            raise _RefusedError(Code.CERTIFICATE_EXPIRED, device)
        return device

    async def _audit(self, refusal: _RefusedError, request: AuthorizationRequest) -> None:
        device = refusal.device
        log.warning("bus_login_refused", code=refusal.code.value, source_ip=request.client_host)
        if device is None:
            return
        actor = Actor("device", device.id, device.hostname, request.client_host)
        target: Mapping[str, str] = {"client_name": request.client_name[:120]}
        async with self._database.writing(TenantScope.of([device.tenant_id])) as connection:
            await record_raw(
                connection, device.tenant_id, actor, "device.connect",
                target=("device", device.id), after=target, refused=refusal.code.value,
            )  # fmt: skip
