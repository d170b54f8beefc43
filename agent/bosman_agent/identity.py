"""The device's key pair and certificate: born here, kept in one private file, swapped in one step."""

import os
import secrets
import ssl
import tempfile
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bosman_agent.folder import write_private
from bosman_agent.providers import system

CERTIFICATE_BEGIN = b"-----BEGIN CERTIFICATE-----"


class IdentityBrokenError(Exception):
    """A certificate that does not belong to the key, or a file that holds no certificate."""


class NewKey(msgspec.Struct, frozen=True):
    """A private key that exists in memory only, with the request for its certificate."""

    key_pem: bytes
    csr_pem: str
    public_der: bytes


def create_key() -> NewKey:
    """A fresh EC P-256 key and a CSR with an empty subject: the authority decides the name."""
    key = ec.generate_private_key(ec.SECP256R1())
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return NewKey(
        key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        csr_pem=csr.public_bytes(Encoding.PEM).decode("ascii"),
        public_der=key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def store_identity(path: Path, key: NewKey, certificate_pem: str) -> None:
    """Write key and certificate as one file, so that a crash never leaves half a pair.

    Raises IdentityBrokenError when the certificate is for another key, OSError.
    """
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode("ascii"))
    except ValueError as error:
        raise IdentityBrokenError("no certificate") from error
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public != key.public_der:
        raise IdentityBrokenError("certificate for another key")
    write_private(path, system.protect_key(key.key_pem) + certificate_pem.encode("ascii"))


class Validity(msgspec.Struct, frozen=True):
    """When a certificate begins and ends."""

    not_before: datetime
    not_after: datetime

    def due_for_renewal(self, now: datetime) -> bool:
        """Whether less than a third of its life is left."""
        return self.not_after - now < (self.not_after - self.not_before) / 3


def read_validity(path: Path) -> Validity:
    """The life of the certificate in an identity file. Raises IdentityBrokenError, OSError."""
    text = path.read_bytes()
    start = text.find(CERTIFICATE_BEGIN)
    try:
        certificate = x509.load_pem_x509_certificate(text[start:] if start >= 0 else b"")
    except ValueError as error:
        raise IdentityBrokenError(str(path)) from error
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def client_context(authority: Path, identity: Path) -> ssl.SSLContext:
    """TLS that trusts exactly Bosman's authority and shows this device's certificate.

    Raises OSError (ssl.SSLError among them) when a file is missing or broken.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=str(authority))
    stored = identity.read_bytes()
    key_pem = system.unprotect_key(stored)
    if key_pem is stored:
        context.load_cert_chain(certfile=str(identity))
    else:
        _load_sealed(context, identity, key_pem, stored)
    return context


def _load_sealed(context: ssl.SSLContext, identity: Path, key_pem: bytes, stored: bytes) -> None:
    """Hand the key to TLS, which takes files only: encrypted under a password that never leaves memory."""
    password = secrets.token_bytes(32).hex().encode()
    try:
        key = load_pem_private_key(key_pem, None)
    except ValueError as error:
        raise OSError(f"{identity}: no private key") from error
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    handle, name = tempfile.mkstemp(dir=identity.parent, prefix=".tls.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealed + stored[stored.find(CERTIFICATE_BEGIN) :])
        context.load_cert_chain(certfile=name, password=password)
    finally:
        Path(name).unlink(missing_ok=True)
