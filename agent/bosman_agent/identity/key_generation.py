"""Making keys and reading certificates: the only part of the agent that needs the whole of `cryptography`."""

import secrets
from datetime import datetime

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

CERTIFICATE_BEGIN = b"-----BEGIN CERTIFICATE-----"


def generate_key() -> tuple[bytes, str, bytes]:
    """A fresh EC P-256 key: PEM, a CSR with an empty subject (PEM), the public key (DER)."""
    key = ec.generate_private_key(ec.SECP256R1())
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        csr.public_bytes(Encoding.PEM).decode("ascii"),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def read_certificate(content: bytes) -> tuple[bytes, datetime, datetime]:
    """Public key (DER) and life of the first certificate in a text. Raises ValueError."""
    start = content.find(CERTIFICATE_BEGIN)
    certificate = x509.load_pem_x509_certificate(content[start:] if start >= 0 else b"")
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public, certificate.not_valid_before_utc, certificate.not_valid_after_utc


def new_password() -> bytes:
    """256 random bits, in hex."""
    return secrets.token_hex(32).encode()


def encrypt(key_pem: bytes, password: bytes) -> bytes:
    """The key (PEM) under a password."""
    key = load_pem_private_key(key_pem, None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
