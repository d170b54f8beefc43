"""Entries of the trail, in lists and in full."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from bosman_server.core.audit.actions import Action

ActorKind = Literal["user", "api_key", "device", "system"]


class AuditRowOut(BaseModel):
    """An entry in a list."""

    id: UUID
    tenant_id: UUID
    """The nil id is the platform itself."""
    tenant_name: str | None
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    source_ip: str | None
    action: str
    target_kind: str | None
    target_id: UUID | None
    target_name: str | None
    device_id: UUID | None
    device_hostname: str | None
    """Null as well when the device is no longer there."""
    result: Literal["ok", "refused"]
    code: str | None
    params: dict[str, object]
    """Values for the sentence about the entry."""


class AuditChainOut(BaseModel):
    """Where an entry stands in the chain of its tenant."""

    seq: int
    hash: str
    sealed_at: datetime


class AuditEntryOut(AuditRowOut):
    """An entry in full."""

    before: dict[str, object] | None
    after: dict[str, object] | None
    chain: AuditChainOut | None
    """Null until the entry is sealed, which takes seconds."""


class AuditActionsOut(BaseModel):
    """Actions that entries may name."""

    items: list[Action]
