"""Identifiers: UUIDv7, so that rows written together lie together (RFC 9562 §5.7)."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new id: 48 bits of milliseconds, then randomness."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
