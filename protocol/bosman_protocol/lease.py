"""Questions an agent asks over the bus and their answers: work and certificates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.limits import Count, Slug
from bosman_protocol.signing import SignedEnvelope
from bosman_protocol.trust import MAX_CHAIN


class LeaseRequest(msgspec.Struct, frozen=True):
    """Give me work. Asked on every nudge, on every connect and every few minutes."""

    agent_version: Slug
    holding: Annotated[tuple[UUID, ...], Meta(max_length=1000)] = ()
    """Tasks in the journal that are unfinished or whose result is not acknowledged: not to be sent again."""
    capacity: Annotated[int, Meta(ge=0, le=100)] = 10
    """How many more tasks the agent takes now."""
    trust_version: Count | None = None
    """The trust statement that the agent has; 0 = none yet, None = it is too old to know of them."""


class LeaseReply(msgspec.Struct, frozen=True):
    """Signed envelopes, tasks to stop, and tasks that the agent must account for.

    `report`: the server believes that the agent has these; for each one that its
    journal does not know the agent publishes `TaskUnknown` (through the same
    stream as results, so that a result on its way is read first).
    """

    server_time: datetime
    envelopes: tuple[SignedEnvelope, ...] = ()
    cancel: tuple[UUID, ...] = ()
    report: tuple[UUID, ...] = ()
    more: bool = False
    """There was more than `capacity`: ask again when done."""
    freeze: Annotated[tuple[SignedEnvelope, ...], Meta(max_length=10)] = ()
    """The orders in force for this device, obeyed before any work in this reply."""
    trust: Annotated[tuple[SignedEnvelope, ...], Meta(max_length=MAX_CHAIN)] = ()
    """Statements that the agent lacks, in their order; taken before anything else in this reply."""
    trust_introduction: SignedEnvelope | None = None
    """For an agent that has no statement yet: the root, signed by a key that it was given at its enrolment."""


class RenewRequest(msgspec.Struct, frozen=True):
    """A CSR for a key that was just born on the device, PEM."""

    csr_pem: Annotated[str, Meta(max_length=16_384)]


class RenewReply(msgspec.Struct, frozen=True):
    """A certificate for the CSR, or the code of the refusal.

    It names no keys and no addresses: the bus vouches for neither (`trust`).
    """

    certificate_pem: str | None = None
    error_code: str | None = None
