"""What is sealed, and how: one encoding of an entry and one hash, for the sealer and for whoever verifies."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

_LABEL = "bosman.audit.v1"
# Length-prefixed throughout, so that no two entries have the same encoding; a test pins its bytes.
_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode

COLUMNS = (
    "id", "at", "actor_kind", "actor_id", "actor_name", "source_ip", "action", "target_kind", "target_id",
    "before", "after", "result", "code", "device_id",
)  # fmt: skip
"""Columns of an entry in the order in which they are sealed: for ever. New ones go to the end and are NULL in
entries that are older, so that those keep their hash."""

_AS_TEXT = {"before", "after"}
SELECTED = ", ".join(f"e.{name}::text" if name in _AS_TEXT else f"e.{name}" for name in COLUMNS)
"""The columns of `audit_entry e` as `link_hash` takes them."""

START = bytes(32)
"""What the first link of a chain follows."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain; seq 0 = an empty one."""

    seq: int = 0
    hash: bytes = START


def link_hash(
    key: bytes, previous: bytes, tenant_id: UUID, seq: int, sealed_at: datetime, values: Sequence[object]
) -> bytes:
    """HMAC-SHA256 over a link: the hash before it, its place, its time, and the entry as read from the database.

    `values` are those of `SELECTED`. Trailing NULLs are left out (see `COLUMNS`).
    """
    count = len(values)
    while count and values[count - 1] is None:
        count -= 1
    message = _encode((_LABEL, tenant_id, seq, previous, sealed_at, tuple(values[:count])))
    return hmac.digest(key, message, "sha256")
