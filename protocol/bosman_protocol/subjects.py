"""Names on the bus. A device may publish `up.<id>.>` and `rq.<id>.>` and hear `dn.<id>.>` and its own inbox."""

from uuid import UUID

UPLINK_STREAM = "UPLINK"
"""JetStream stream that keeps what devices report until a worker has stored it."""
UPLINK_ALL = "up.*.>"


def nudge(device_id: UUID) -> str:
    """The server says: ask for work now. Carries nothing; may be lost."""
    return f"dn.{device_id}.nudge"


def freeze(device_id: UUID) -> str:
    """The server pushes a signed freeze order; may be lost, the next answer to a lease carries it too."""
    return f"dn.{device_id}.freeze"


def lease_request(device_id: UUID) -> str:
    """The agent asks for work (`LeaseRequest` → `LeaseReply`)."""
    return f"rq.{device_id}.lease"


def renew_request(device_id: UUID) -> str:
    """The agent asks for a new certificate (`RenewRequest` → `RenewReply`)."""
    return f"rq.{device_id}.renew"


LEASE_REQUESTS = "rq.*.lease"
RENEW_REQUESTS = "rq.*.renew"


def uplink(device_id: UUID, family: str) -> str:
    """Where a device publishes durable messages; `family` is `task`, `facts` or `event`."""
    return f"up.{device_id}.{family}"


def inbox_prefix(device_id: UUID) -> str:
    """The only inbox a device may listen on, so that no device hears another's replies."""
    return f"_INBOX.{device_id}"


def device_of(subject: str) -> UUID:
    """The device that a subject belongs to; the bus has checked that it published there itself.

    Raises ValueError for a subject of another shape.
    """
    return UUID(subject.split(".", 2)[1])
