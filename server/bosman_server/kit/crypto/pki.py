"""Bosman's certificate authority: servers, services and devices (ECDSA P-256 throughout)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEVICE_VALID_SECONDS: Final = 90 * 86_400
SERVER_VALID_SECONDS: Final = 397 * 86_400  # the longest that browsers and Apple's stack accept
SERVICE_VALID_SECONDS: Final = 397 * 86_400
AUTHORITY_VALID_SECONDS: Final = 20 * 365 * 86_400
MAX_REQUEST_BYTES: Final = 16 * 1024

_CLOCK_SKEW: Final = timedelta(hours=1)  # a device's clock may be behind ours
_MAX_COMMON_NAME: Final = 64  # RFC 5280, ub-common-name


class CertificateRequestRefusedError(Exception):
    """The certificate request of a device cannot be granted."""


class RequestTooLargeError(CertificateRequestRefusedError):
    """The request is longer than MAX_REQUEST_BYTES."""


class UnreadableRequestError(CertificateRequestRefusedError):
    """The request is no PEM PKCS#10, or holds what the library refuses to read."""


class RequestSignatureInvalidError(CertificateRequestRefusedError):
    """The request was not signed by the key that it asks for."""


class UnsupportedRequestKeyError(CertificateRequestRefusedError):
    """The key is not an ECDSA key on P-256."""


class RequestForAnotherDevice(CertificateRequestRefusedError):  # noqa: N818  the name other slices were promised
    """The request names a subject that is not the device it would be signed for."""


class InvalidAuthorityError(ValueError):
    """The stored key and certificate are not those of one certificate authority."""


class NotADeviceCertificateError(ValueError):
    """The certificate does not name a device and its tenant in the form that this CA writes."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The CA's private key with its self-signed certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        """What clients pin and verify against."""
        return certificate_to_pem(self.certificate)

    @property
    def key_pem(self) -> bytes:
        """The secret, as unencrypted PKCS#8: encrypt it before it is stored."""
        return _key_pem(self.key)


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate with the key that was made for it."""

    key_pem: bytes
    certificate_pem: bytes


def create_authority(common_name: str) -> Authority:
    """Make a new CA that signs end entities only (path length 0)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _builder(key.public_key(), name, name, AUTHORITY_VALID_SECONDS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return Authority(key, builder.sign(key, hashes.SHA256()))


def load_authority(key_pem: bytes, certificate_pem: bytes) -> Authority:
    """Read a CA from the two PEM texts; raise InvalidAuthorityError unless they belong together."""
    try:
        key = load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound) as error:
        msg = "unreadable certificate authority"
        raise InvalidAuthorityError(msg) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not constraints.ca:
        msg = "not a certificate authority on an elliptic curve"
        raise InvalidAuthorityError(msg)
    if key.public_key() != certificate.public_key():
        msg = "the key is not that of the certificate"
        raise InvalidAuthorityError(msg)
    return Authority(key, certificate)


def issue_server_certificate(ca: Authority, names: list[str]) -> IssuedCertificate:
    """Issue a TLS server certificate for DNS names and IP addresses.

    Raises ValueError if there is no name, or one that is no host name.
    """
    if not names:
        msg = "a server certificate needs a name"
        raise ValueError(msg)
    alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
    subject = _common_name(names[0]) if len(names[0]) <= _MAX_COMMON_NAME else x509.Name([])
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _leaf(ca, key.public_key(), subject, ExtendedKeyUsageOID.SERVER_AUTH, SERVER_VALID_SECONDS).add_extension(
        alternatives, critical=not len(subject)
    )
    return _issued(ca, key, builder)


def issue_service_certificate(ca: Authority, service_name: str) -> IssuedCertificate:
    """Issue a client certificate for one of Bosman's own services; its name never reads as a device."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _common_name(f"svc-{service_name}")
    builder = _leaf(ca, key.public_key(), subject, ExtendedKeyUsageOID.CLIENT_AUTH, SERVICE_VALID_SECONDS)
    return _issued(ca, key, builder)


def sign_device_request(
    ca: Authority,
    csr_pem: bytes | str,
    *,
    device_id: UUID,
    tenant_id: UUID,
    valid_seconds: int = DEVICE_VALID_SECONDS,
) -> x509.Certificate:
    """Issue a device's client certificate for the key in its request.

    Only the key is taken from the request: subject, extensions and validity are ours. A request may
    leave its subject's common name out, but may not name another device. Raises a
    CertificateRequestRefusedError.
    """
    request = _checked_request(csr_pem)
    asked = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if any(attribute.value != str(device_id) for attribute in asked):
        raise RequestForAnotherDevice
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnsupportedRequestKeyError
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, str(tenant_id)),
            x509.NameAttribute(NameOID.COMMON_NAME, str(device_id)),
        ]
    )
    return _leaf(ca, key, subject, ExtendedKeyUsageOID.CLIENT_AUTH, valid_seconds).sign(ca.key, hashes.SHA256())


def device_identity(certificate: x509.Certificate) -> tuple[UUID, UUID]:
    """Return (device id, tenant id) of a device certificate.

    The caller has verified the chain; this reads the name. Raises NotADeviceCertificateError for a
    service's certificate and for every other form of name.
    """
    subject = certificate.subject
    names = [attribute.oid for attribute in subject]
    if sorted(names, key=str) != sorted((NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME), key=str):
        raise NotADeviceCertificateError
    device = subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    tenant = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    return _canonical_uuid(device), _canonical_uuid(tenant)


def fingerprint_sha256(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the DER form, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def expires_soon(certificate: x509.Certificate, within_seconds: float) -> bool:
    """Whether the certificate's validity ends within that many seconds, or has ended."""
    return certificate.not_valid_after_utc - datetime.now(UTC) <= timedelta(seconds=within_seconds)


def certificate_to_pem(certificate: x509.Certificate) -> bytes:
    """Return the PEM form."""
    return certificate.public_bytes(Encoding.PEM)


def _checked_request(csr_pem: bytes | str) -> x509.CertificateSigningRequest:
    data = csr_pem.encode(errors="replace") if isinstance(csr_pem, str) else csr_pem
    if len(data) > MAX_REQUEST_BYTES:
        raise RequestTooLargeError
    try:
        request = x509.load_pem_x509_csr(data)
        # Both are parsed lazily and raise on hostile contents.
        _ = request.subject, request.public_key()
    except UnsupportedAlgorithm as error:
        raise UnsupportedRequestKeyError from error
    except ValueError as error:
        raise UnreadableRequestError from error
    try:
        valid = request.is_signature_valid
    except (UnsupportedAlgorithm, InvalidSignature, ValueError, TypeError) as error:
        raise RequestSignatureInvalidError from error
    if not valid:
        raise RequestSignatureInvalidError
    return request


def _common_name(value: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, value)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name if name.isascii() else name.encode("idna").decode())


def _builder(
    key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name, valid_seconds: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(seconds=valid_seconds))
    )


def _leaf(
    ca: Authority,
    key: ec.EllipticCurvePublicKey,
    subject: x509.Name,
    purpose: x509.ObjectIdentifier,
    valid_seconds: int,
) -> x509.CertificateBuilder:
    """Build an end entity with everything that strict verifiers (Python 3.13) ask for."""
    issuer_identifier = ca.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(key, subject, ca.certificate.subject, valid_seconds)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_identifier), critical=False
        )
    )


def _issued(ca: Authority, key: ec.EllipticCurvePrivateKey, builder: x509.CertificateBuilder) -> IssuedCertificate:
    certificate = builder.sign(ca.key, hashes.SHA256())
    return IssuedCertificate(_key_pem(key), certificate_to_pem(certificate))


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _canonical_uuid(value: str | bytes) -> UUID:
    try:
        parsed = UUID(str(value))
    except ValueError as error:
        raise NotADeviceCertificateError from error
    if str(parsed) != value:
        raise NotADeviceCertificateError
    return parsed
