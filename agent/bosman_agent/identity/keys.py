"""The device's key pair and certificate: born here, kept in one private file, swapped in one step.

The file is made of: two lines with the certificate's life (so that nobody needs an ASN.1 parser to know it), the key,
the certificate, and on Windows the key's password, sealed to the machine. Cryptography proper is only loaded where keys
are made.
"""

import ssl
from datetime import datetime
from pathlib import Path

import msgspec

from bosman_agent.identity.data_dir import write_private
from bosman_agent.platform import system

NOT_BEFORE = "Not-Before: "
NOT_AFTER = "Not-After: "
SEALED_BEGIN = b"-----BEGIN BOSMAN SEALED PASSWORD-----\n"
SEALED_END = b"-----END BOSMAN SEALED PASSWORD-----\n"
MAX_HEADER_BYTES = 200


class IdentityBrokenError(Exception):
    """A certificate that does not belong to the key, or a file that holds no certificate."""


class NewKey(msgspec.Struct, frozen=True):
    """A private key that exists in memory only, with the request for its certificate."""

    key_pem: bytes
    csr_pem: str
    public_der: bytes


def create_key() -> NewKey:
    """A fresh EC P-256 key and a CSR with an empty subject: the authority decides the name."""
    from bosman_agent.identity.key_generation import generate_key  # noqa: PLC0415 - heavy, and needed a few times a year

    return NewKey(*generate_key())


def store_identity(path: Path, key: NewKey, certificate_pem: str) -> None:
    """Write key and certificate as one file, so that a crash never leaves half a pair.

    Raises IdentityBrokenError when the certificate is for another key, OSError.
    """
    from bosman_agent.identity import key_generation  # noqa: PLC0415 - heavy, and needed a few times a year

    try:
        public_der, not_before, not_after = key_generation.read_certificate(certificate_pem.encode("ascii"))
    except ValueError as error:
        raise IdentityBrokenError("no certificate") from error
    if public_der != key.public_der:
        raise IdentityBrokenError("certificate for another key")
    life = f"{NOT_BEFORE}{not_before.isoformat()}\n{NOT_AFTER}{not_after.isoformat()}\n"
    key_pem, sealed = key.key_pem, b""
    if system.SEALS_KEYS:
        password = key_generation.new_password()
        key_pem = key_generation.encrypt(key.key_pem, password)
        sealed = SEALED_BEGIN + system.seal(password) + SEALED_END
    write_private(path, life.encode() + key_pem + certificate_pem.encode("ascii") + sealed)


class Validity(msgspec.Struct, frozen=True):
    """When a certificate begins and ends."""

    not_before: datetime
    not_after: datetime

    def due_for_renewal(self, now: datetime) -> bool:
        """Whether less than a third of its life is left."""
        return self.not_after - now < (self.not_after - self.not_before) / 3


def read_validity(path: Path) -> Validity:
    """The life of the certificate in an identity file. Raises IdentityBrokenError, OSError."""
    content = path.read_bytes()
    lines = content[:MAX_HEADER_BYTES].decode("ascii", "replace").splitlines()
    if len(lines) > 1 and lines[0].startswith(NOT_BEFORE) and lines[1].startswith(NOT_AFTER):
        try:
            return Validity(
                datetime.fromisoformat(lines[0][len(NOT_BEFORE) :]), datetime.fromisoformat(lines[1][len(NOT_AFTER) :])
            )
        except ValueError as error:
            raise IdentityBrokenError(str(path)) from error
    from bosman_agent.identity.key_generation import read_certificate  # noqa: PLC0415 - heavy; a file that another version wrote

    try:
        _, not_before, not_after = read_certificate(content)
    except ValueError as error:
        raise IdentityBrokenError(str(path)) from error
    return Validity(not_before, not_after)


def client_context(authority: Path, identity: Path) -> ssl.SSLContext:
    """TLS that trusts exactly Bosman's authority and shows this device's certificate.

    Raises OSError (ssl.SSLError among them) when a file is missing or broken, or sealed on another machine.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=str(authority))
    stored = identity.read_bytes()
    start = stored.find(SEALED_BEGIN)
    password = system.unseal(stored[start + len(SEALED_BEGIN) : stored.find(SEALED_END, start)]) if start >= 0 else None
    # A password that is never asked for: a key that is not encrypted has none.
    context.load_cert_chain(certfile=str(identity), password=password or b"")
    return context
