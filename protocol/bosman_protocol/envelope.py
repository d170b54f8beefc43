"""The task envelope: what the dispatcher signs and the one place that decides whether an agent may run it."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from bosman_protocol.codes import Code
from bosman_protocol.limits import Slug
from bosman_protocol.signing import EnvelopeRefusedError

CLOCK_SKEW = timedelta(minutes=5)
"""How far a device's clock may run behind the server's before a fresh envelope looks unborn."""


class TaskEnvelope(msgspec.Struct, frozen=True):
    """One task for one device, valid until `expires_at`; every delivery has a nonce of its own.

    A task that is delivered again (its reply was lost) comes in a new envelope
    with the same task id and another nonce: the journal sees to it that it runs
    at most once. The same nonce twice is a replay.
    """

    task_id: UUID
    job_id: UUID
    tenant_id: UUID
    device_id: UUID
    kind: Slug
    params: msgspec.Raw
    issued_at: datetime
    expires_at: datetime
    timeout_seconds: Annotated[int, Meta(ge=1, le=86_400)]
    nonce: Annotated[bytes, Meta(min_length=16, max_length=32)]


def read_envelope(payload: bytes, *, device_id: UUID, now: datetime) -> TaskEnvelope:
    """The envelope in a verified payload, if it is meant for this device and still valid.

    Raises EnvelopeRefusedError (`envelope.malformed`, `envelope.wrong_device`,
    `envelope.expired`, `envelope.not_yet_valid`).
    """
    try:
        envelope = msgspec.json.decode(payload, type=TaskEnvelope)
    except msgspec.MsgspecError:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED) from None
    if envelope.issued_at.tzinfo is None or envelope.expires_at.tzinfo is None:
        raise EnvelopeRefusedError(Code.ENVELOPE_MALFORMED)
    if envelope.device_id != device_id:
        raise EnvelopeRefusedError(Code.ENVELOPE_WRONG_DEVICE)
    if envelope.expires_at <= now:
        raise EnvelopeRefusedError(Code.ENVELOPE_EXPIRED)
    if envelope.issued_at > now + CLOCK_SKEW:
        raise EnvelopeRefusedError(Code.ENVELOPE_NOT_YET_VALID)
    return envelope
