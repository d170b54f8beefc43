"""Envelope encryption of secrets at rest [R20]: a data key per owner, wrapped by the master key."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class DecryptionError(Exception):
    """An encrypted value that this key does not open, or that was moved to another place."""


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return AESGCM.generate_key(256)


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise DecryptionError(context.decode(errors="replace")) from None


class MasterKey:
    """The key that wraps data keys; it opens nothing else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def wrap(self, data_key: bytes, owner: UUID) -> bytes:
        """A data key as it may lie in the database; only its owner's context unwraps it."""
        return _seal(self._key, data_key, b"data-key:" + owner.bytes)

    def unwrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """The data key. Raises DecryptionError."""
        return _open(self._key, wrapped, b"data-key:" + owner.bytes)


def encrypt(data_key: bytes, plain: bytes, context: str) -> bytes:
    """Encrypt a secret; `context` names where it belongs (table, column, row), so that it opens nowhere else."""
    return _seal(data_key, plain, context.encode())


def decrypt(data_key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt a secret. Raises DecryptionError."""
    return _open(data_key, sealed, context.encode())
