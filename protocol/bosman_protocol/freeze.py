"""The freeze order: the dispatcher signs it, agents obey it until a newer one says otherwise [R10]."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.codes import Code
from bosman_protocol.limits import Count
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SignedEnvelope, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class FreezeOrder(msgspec.Struct, frozen=True, tag="freeze"):
    """Begin no guarded work (`frozen`), or go on with it. Holds until an order of a higher version comes.

    There is no expiry on purpose: a device that was away must obey whatever it
    hears first, and one that hears nothing more must stay frozen.
    """

    scope: UUID | None
    """The tenant; None = the whole fleet."""
    frozen: bool
    version: Count
    """Grows with every order of a scope; an agent ignores what is not newer than what it knows."""
    issued_at: datetime
    reason: Annotated[str, Meta(max_length=500)] = ""


def sign_order(order: FreezeOrder, key: "Ed25519PrivateKey") -> SignedEnvelope:
    """The order as it travels."""
    return sign(msgspec.json.encode(order), key, Purpose.FREEZE)


def read_order(payload: bytes, *, tenant_id: UUID) -> FreezeOrder:
    """The order in a verified payload, if it concerns a device of this tenant.

    Raises EnvelopeRefusedError (`envelope.malformed`, `freeze.other_tenant`).
    """
    try:
        order = msgspec.json.decode(payload, type=FreezeOrder)
    except msgspec.MsgspecError:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED) from None
    if order.issued_at.tzinfo is None:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
    if order.scope not in {None, tenant_id}:
        raise EnvelopeRefusedError(Code.FREEZE_OTHER_TENANT)
    return order
