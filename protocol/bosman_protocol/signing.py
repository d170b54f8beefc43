"""Ed25519 signatures: the dispatcher signs, every agent verifies before it runs or obeys anything.

Verifying is libsodium's (PyNaCl): an agent does nothing else with cryptography while it idles, and OpenSSL a second
time, as `cryptography` brings it, would be a fifth of its memory.
"""

import hashlib
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from bosman_protocol.codes import Code

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Purpose(Enum):
    """What a signature is for: one that was made for one purpose is never valid for another."""

    TASK = b"bosman.task.v1\x00"
    FREEZE = b"bosman.freeze.v1\x00"
    RELEASE = b"bosman.release.v1\x00"
    TRUST = b"bosman.trust.v1\x00"
    TRUST_INTRODUCTION = b"bosman.trust-introduction.v1\x00"


class SignedEnvelope(msgspec.Struct, frozen=True):
    """The exact bytes that were signed, with the signature and the name of the key."""

    payload: bytes
    key_id: str
    signature: bytes


class SigningKey(msgspec.Struct, frozen=True):
    """A public key (32 raw bytes) with its name."""

    key_id: str
    public_key: bytes


class EnvelopeRefusedError(Exception):
    """An envelope that must not run; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


def key_id_of(public_key: "Ed25519PublicKey") -> str:
    """Sixteen hex digits that name a key."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def public_part(key: "Ed25519PrivateKey") -> SigningKey:
    """What agents are given at enrolment."""
    public = key.public_key()
    return SigningKey(key_id_of(public), public.public_bytes_raw())


def sign(payload: bytes, key: "Ed25519PrivateKey", purpose: Purpose = Purpose.TASK) -> SignedEnvelope:
    """Sign the bytes as they will travel."""
    return SignedEnvelope(payload, key_id_of(key.public_key()), key.sign(purpose.value + payload))


def verify(envelope: SignedEnvelope, keys: Mapping[str, bytes], purpose: Purpose = Purpose.TASK) -> bytes:
    """The payload, once its signature stands.

    `keys` maps key ids to raw public keys. Raises EnvelopeRefusedError
    (`envelope.unknown_key`, `envelope.bad_signature`).
    """
    raw = keys.get(envelope.key_id)
    if raw is None:
        raise EnvelopeRefusedError(Code.ENVELOPE_UNKNOWN_KEY)
    try:
        VerifyKey(raw).verify(purpose.value + envelope.payload, envelope.signature)
    except (CryptoError, ValueError):
        raise EnvelopeRefusedError(Code.ENVELOPE_BAD_SIGNATURE) from None
    return envelope.payload
