"""Writing to the audit trail: always in the transaction of the act itself [R22]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.text import storable
from bosman_server.core.audit.actions import Action
from bosman_server.kit.crypto.encryption import PLATFORM
from bosman_server.kit.db.transaction import Connection, Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import Quota

Values: TypeAlias = Mapping[str, object]
"""What an act changed, by name; written as JSON."""
PLATFORM_TENANT = PLATFORM
"""Acts that concern no tenant: sign-in, set-up."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where."""

    kind: Literal["user", "api_key", "device", "system"]
    id: UUID | None
    name: str
    source_ip: str | None = None


_MOST_BYTES = 32 * 1024
"""How much `before` or `after` may hold; what seals and exports reads many entries at once."""

SYSTEM = Actor("system", None, "bosman")


_pace = Quota(10_000, 3)
_bulk_pace = Quota(50_000, 3)
"""Entries that a person or key may cause by one action; a trail that is kept for ever must not be filled by looking
at a page again and again. By the action, so that nobody who has done much of one thing is kept from freezing."""
_BULK = frozenset({"task.cancel", "device.move"})
"""One request for all devices writes one entry for each."""
_WAIT_SECONDS = 60


class _Entry(NamedTuple):
    """The columns of an entry in the order of `_INSERT`."""

    tenant_id: UUID
    id: UUID
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    source_ip: str | None
    action: Action
    target_kind: str | None
    target_id: UUID | None
    before: Values | None
    after: Values | None
    result: str
    code: str | None
    device_id: UUID | None


_INSERT = """
INSERT INTO audit_entry (tenant_id, id, at, actor_kind, actor_id, actor_name, source_ip, action,
                         target_kind, target_id, before, after, result, code, device_id)
SELECT e.tenant_id, e.id, now(), e.actor_kind, e.actor_id, e.actor_name, e.source_ip, e.action,
       e.target_kind, e.target_id, e.before, e.after, e.result, e.code, e.device_id
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
            $10::jsonb[], $11::jsonb[], $12::text[], $13::text[], $14::uuid[])
  AS e (tenant_id, id, actor_kind, actor_id, actor_name, source_ip, action, target_kind, target_id, before, after,
        result, code, device_id)
"""


async def _write(connection: Connection, entries: Sequence[_Entry]) -> None:
    await connection.execute(_INSERT, *(list(column) for column in zip(*entries, strict=True)))


def record(  # noqa: PLR0913 - the columns of an entry
    tx: Transaction,
    tenant_id: UUID,
    actor: Actor,
    action: Action,
    *,
    target: tuple[str, UUID] | None = None,
    before: Values | None = None,
    after: Values | None = None,
    refused: str | None = None,
    device_id: UUID | None = None,
) -> None:
    """Add an entry to the transaction of the act; it stands or falls with it. All of one are written in one statement.

    `device_id` names the device that the act is about where that is not the target itself. Raises what
    `check_pace` raises.
    """
    check_pace(actor, action)
    kind, target_id = target or (None, None)
    entry = _Entry(
        tenant_id, uuid7(), actor.kind, actor.id, actor.name, actor.source_ip, action, kind, target_id,
        _bounded(before), _bounded(after), "refused" if refused else "ok", refused, device_id or _device_of(target),
    )  # fmt: skip
    tx.defer(_write, entry)


def check_pace(actor: Actor, action: Action) -> None:
    """Raises Problem 429 `session.rate_limited` for whoever has caused too many entries by one action."""
    if actor.kind not in {"user", "api_key"} or actor.id is None:
        return
    pace = _bulk_pace if action in _BULK else _pace
    if not pace.take((actor.id, action)):
        headers = {"retry-after": str(_WAIT_SECONDS)}
        raise Problem(429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": _WAIT_SECONDS}, headers=headers)


def _bounded(values: Values | None) -> Values | None:
    """Values as JSON has them; of those that are too large the largest are left out, and named."""
    if not values:
        return None
    # Some of it was said by strangers: what the database does not take must not keep an entry out.
    built: dict[str, object] = storable(msgspec.to_builtins(values))
    sizes = {name: len(msgspec.json.encode(value)) for name, value in built.items()}
    left_out = []
    for name in sorted(sizes, key=lambda name: sizes[name], reverse=True):
        if sum(sizes.values()) <= _MOST_BYTES:
            break
        del built[name], sizes[name]
        left_out.append(name)
    return built | {"left_out": left_out} if left_out else built


def _device_of(target: tuple[str, UUID] | None) -> UUID | None:
    return target[1] if target and target[0] == "device" else None
