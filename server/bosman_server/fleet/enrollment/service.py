"""A token and a CSR become a device; a certificate becomes a new one; a device is shut out."""

from datetime import datetime
from uuid import UUID

from cryptography import x509
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_protocol.enrollment import EnrollRequest
from bosman_protocol.text import clean_text
from bosman_server.core.audit.service import Actor, record
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.devices.models import Device, Presence
from bosman_server.fleet.enrollment import tokens
from bosman_server.fleet.enrollment.models import DeviceCertificate, EnrollmentToken
from bosman_server.kit.crypto.pki import (
    Authority,
    CertificateRequestRefusedError,
    RequestForAnotherDevice,
    fingerprint_sha256,
    sign_device_request,
)
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem

CERTIFICATE_SECONDS = 90 * 24 * 3600


def sign_request(authority: Authority, csr_pem: str, device_id: UUID, tenant_id: UUID) -> x509.Certificate:
    """A certificate for 90 days. Raises Problem 422 `csr.invalid`, 403 `csr.other_device`."""
    try:
        return sign_device_request(
            authority, csr_pem, device_id=device_id, tenant_id=tenant_id, valid_seconds=CERTIFICATE_SECONDS
        )
    except RequestForAnotherDevice:
        raise Problem(403, Code.CSR_OTHER_DEVICE) from None
    except CertificateRequestRefusedError as error:
        raise Problem(422, Code.CSR_INVALID, {"reason": type(error).__name__}) from None


async def add_certificate(
    session: AsyncSession, tenant_id: UUID, device_id: UUID, certificate: x509.Certificate
) -> None:
    """Remember what was issued, as the device's next generation."""
    # Two renewals at once must not share a number: one of them would supersede nothing.
    key = f"certificate:{device_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 7))))
    newest = await session.scalar(
        select(func.max(DeviceCertificate.generation)).where(
            DeviceCertificate.tenant_id == tenant_id, DeviceCertificate.device_id == device_id
        )
    )
    session.add(
        DeviceCertificate(
            tenant_id=tenant_id,
            id=uuid7(),
            device_id=device_id,
            fingerprint=fingerprint_sha256(certificate),
            generation=(newest or 0) + 1,
            not_after=certificate.not_valid_after_utc,
        )
    )


async def enroll(
    tx: Transaction, tenant_id: TenantId, authority: Authority, request: EnrollRequest, source_ip: str | None
) -> tuple[Device, x509.Certificate, EnrollmentToken]:
    """Spend the token, make the device, sign its CSR: all or nothing, in one transaction.

    Raises Problem 403 (`token.*`, `csr.other_device`) or 422 (`csr.invalid`).
    """
    token = await tokens.spend(tx.session, tenant_id, request.token)
    device_id = uuid7()
    certificate = sign_request(authority, request.csr_pem, device_id, tenant_id)
    hostname = clean_text(request.hostname, 255) or "unnamed"
    version = clean_text(request.agent_version, 64)
    device = device_service.add_device(
        tx.session, tenant_id, device_id, token.site_id, hostname, request.os_family, version
    )
    await tx.session.flush()
    await add_certificate(tx.session, tenant_id, device_id, certificate)
    actor = Actor("device", device_id, hostname, source_ip)
    after = {"hostname": hostname, "site_id": token.site_id, "token_id": token.id}
    record(tx, tenant_id, actor, "device.enroll", target=("device", device_id), after=after)
    return device, certificate, token


async def revoke_device(tx: Transaction, device: Device, actor: Actor) -> None:
    """Shut a device out. The caller kicks its connection once this has committed."""
    if device.status == "revoked":
        raise Problem(409, Code.DEVICE_REVOKED)
    device.status = "revoked"
    record(tx, device.tenant_id, actor, "device.revoke", target=("device", device.id))


async def remove_device(tx: Transaction, device: Device, actor: Actor) -> None:
    """Delete a revoked device with everything known about it. Raises Problem 409 `device.not_revoked`."""
    if device.status != "revoked":
        raise Problem(409, Code.DEVICE_NOT_REVOKED)
    before = {"hostname": device.hostname, "site_id": device.site_id}
    await tx.session.delete(device)
    record(tx, device.tenant_id, actor, "device.delete", target=("device", device.id), before=before)


async def identity_state(session: AsyncSession, device: Device) -> dict[str, object]:
    """When the newest certificate of a device ends, and whether its identity is used twice."""
    query = select(DeviceCertificate.not_after).where(
        DeviceCertificate.tenant_id == device.tenant_id, DeviceCertificate.device_id == device.id
    )
    expiry: datetime | None = await session.scalar(query.order_by(DeviceCertificate.not_after.desc()).limit(1))
    presence = await session.get(Presence, (device.tenant_id, device.id))
    return {
        "certificate_expires_at": expiry,
        "clone_seen_at": presence.clone_seen_at if presence else None,
        "locked_until": presence.locked_until if presence else None,
    }
