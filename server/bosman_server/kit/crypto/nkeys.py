"""NATS nkeys: Ed25519 keys in the base32 text form that NATS configuration and JWTs use."""

import base64
import binascii
import os
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SEED_PREFIX = 18 << 3  # "S" in base32
_KEY_BYTES = 32
_PUBLIC_BYTES = 1 + _KEY_BYTES + 2  # prefix, key, checksum
_SEED_BYTES = 2 + _KEY_BYTES + 2


class NkeyKind(IntEnum):
    """The role of a key; the value is the prefix byte, which shows as the first letter."""

    ACCOUNT = 0 << 3
    SERVER = 13 << 3
    USER = 20 << 3


class InvalidNkeyError(ValueError):
    """The text is no nkey of a kind that Bosman uses, or its checksum is wrong."""


@dataclass(frozen=True, slots=True)
class PublicNkey:
    """The public half of an nkey."""

    kind: NkeyKind
    raw: bytes

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the text form, such as `UC…`; raise InvalidNkeyError for anything else."""
        data = _checked(text, _PUBLIC_BYTES)
        return cls(_kind(data[0]), data[1:])

    def encode(self) -> str:
        """Return the text form, 56 characters that begin with the letter of the kind."""
        return _encoded(bytes([self.kind]) + self.raw)

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made the signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Nkey:
    """A key pair; its seed is the secret."""

    __slots__ = ("_private", "_raw", "public")

    def __init__(self, kind: NkeyKind, raw_seed: bytes) -> None:
        if len(raw_seed) != _KEY_BYTES:
            msg = "an nkey seed has 32 bytes"
            raise InvalidNkeyError(msg)
        self._raw = raw_seed
        self._private = Ed25519PrivateKey.from_private_bytes(raw_seed)
        self.public = PublicNkey(kind, self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, kind: NkeyKind) -> Self:
        """Make a new key pair from the system's randomness."""
        return cls(kind, os.urandom(_KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: str) -> Self:
        """Read the text form of a seed, such as `SU…`; raise InvalidNkeyError for anything else."""
        data = _checked(seed, _SEED_BYTES)
        if data[0] & 0b1111_1000 != _SEED_PREFIX:
            msg = "not an nkey seed"
            raise InvalidNkeyError(msg)
        kind = (data[0] & 0b111) << 5 | (data[1] & 0b1111_1000) >> 3
        return cls(_kind(kind), data[2:])

    @property
    def seed(self) -> str:
        """The secret text form, 58 characters that begin with `S` and the letter of the kind."""
        kind = self.public.kind
        prefix = bytes([_SEED_PREFIX | kind >> 5, (kind & 0b1_1111) << 3])
        return _encoded(prefix + self._raw)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over the message."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"Nkey({self.public.encode()})"


def _kind(prefix: int) -> NkeyKind:
    try:
        return NkeyKind(prefix)
    except ValueError as error:
        msg = "unsupported kind of nkey"
        raise InvalidNkeyError(msg) from error


def _encoded(data: bytes) -> str:
    checksum = binascii.crc_hqx(data, 0).to_bytes(2, "little")
    return base64.b32encode(data + checksum).rstrip(b"=").decode()


def _checked(text: str, expected_bytes: int) -> bytes:
    """Decode base32 and take the checksum off."""
    if len(text) != -(-expected_bytes * 8 // 5):
        msg = "an nkey of the wrong length"
        raise InvalidNkeyError(msg)
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        msg = "an nkey that is not base32"
        raise InvalidNkeyError(msg) from error
    body, checksum = data[:-2], data[-2:]
    if binascii.crc_hqx(body, 0).to_bytes(2, "little") != checksum:
        msg = "an nkey with a wrong checksum"
        raise InvalidNkeyError(msg)
    return body
