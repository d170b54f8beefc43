"""Writing to the audit trail: always in the transaction of the act itself [R22]."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_protocol.text import storable
from bosman_server.audit.models import AuditEntry
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import Quota
from bosman_server.kit.vault import PLATFORM

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


class Executor(Protocol):
    """A bare asyncpg connection, for ingest."""

    async def execute(self, query: str, *args: Any) -> str:
        """Run one statement."""


def record(  # noqa: PLR0913 - the columns of an entry
    session: AsyncSession,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    *,
    target: tuple[str, UUID] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    refused: Code | None = None,
    device_id: UUID | None = None,
) -> None:
    """Add an entry to the session's transaction; it stands or falls with the act.

    `device_id` names the device that the act is about where that is not the target itself. Raises what
    `check_pace` raises.
    """
    check_pace(actor, action)
    session.add(
        AuditEntry(
            tenant_id=tenant_id,
            id=uuid7(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            source_ip=actor.source_ip,
            action=action,
            target_kind=target[0] if target else None,
            target_id=target[1] if target else None,
            before=_bounded(before),
            after=_bounded(after),
            result="refused" if refused else "ok",
            code=refused.value if refused else None,
            device_id=device_id or _device_of(target),
        )
    )


def check_pace(actor: Actor, action: str) -> None:
    """Raises Problem 429 `session.rate_limited` for whoever has caused too many entries by one action."""
    if actor.kind not in {"user", "api_key"} or actor.id is None:
        return
    pace = _bulk_pace if action in _BULK else _pace
    if not pace.take((actor.id, action)):
        headers = {"retry-after": str(_WAIT_SECONDS)}
        raise Problem(429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": _WAIT_SECONDS}, headers=headers)


def _bounded(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values as JSON has them; of those that are too large the largest are left out, and named."""
    if not values:
        return None
    # Some of it was said by strangers: what the database does not take must not keep an entry out.
    built: dict[str, Any] = storable(msgspec.to_builtins(values))
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


_INSERT = """
INSERT INTO audit_entry (tenant_id, id, at, actor_kind, actor_id, actor_name, source_ip, action,
                         target_kind, target_id, after, result, code, device_id)
VALUES ($1, $2, now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""


async def record_raw(
    connection: Executor,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    *,
    target: tuple[str, UUID] | None = None,
    after: Mapping[str, Any] | None = None,
    refused: str | None = None,
    device_id: UUID | None = None,
) -> None:
    """The same on a bare connection (ingest and hot paths)."""
    check_pace(actor, action)
    kind, target_id = target or (None, None)
    result = "refused" if refused else "ok"
    await connection.execute(
        _INSERT, tenant_id, uuid7(), actor.kind, actor.id, actor.name, actor.source_ip, action, kind, target_id,
        _bounded(after), result, refused, device_id or _device_of(target),
    )  # fmt: skip
