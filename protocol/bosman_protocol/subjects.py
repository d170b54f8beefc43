"""Names on the bus. A device may publish `up.<id>.>` and `rq.<id>.>` and hear `dn.<id>.>` and its own inbox."""

from uuid import UUID

UPLINK_STREAM = "UPLINK"
"""JetStream stream that keeps results, output and events of devices until a worker has stored them."""
UPLINK_SUBJECTS = ("up.*.task", "up.*.event")
REPORTS_STREAM = "REPORTS"
"""The same for bulk (facts, software, updates): it never delays results."""
REPORTS_SUBJECTS = ("up.*.facts",)
UPLINK_ALL = "up.*.>"
STORED_FROM = "up.*.*"
STORED_TO = "dn.{{wildcard(1)}}.stored"
"""Where a stream repeats the headers of what it has stored: to the device whose subject it came on.

No device can have anything sent to another: the address comes from the subject, which the bus has
checked, never from a reply subject, which whoever publishes chooses freely.
"""
RECEIPT_HEADER = "Bosman-Receipt"
"""Header by which an agent knows which of its messages a stream has stored; no stream looks at it."""
MESSAGE_HEADER = "Bosman-Message"
"""Header with an id that a message keeps when it is sent again; the server knows a repetition by it, per device."""


def nudge(device_id: UUID) -> str:
    """The server says: ask for work now. Carries nothing; may be lost."""
    return f"dn.{device_id}.nudge"


def freeze(device_id: UUID) -> str:
    """The server pushes a signed freeze order; may be lost, the next answer to a lease carries it too."""
    return f"dn.{device_id}.freeze"


def stored(device_id: UUID) -> str:
    """The streams say: this message is kept (its headers, no body)."""
    return f"dn.{device_id}.stored"


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


def is_own_inbox(device_id: UUID, reply: str) -> bool:
    """Whether an answer to `reply` reaches the asking device and nobody else.

    Whoever publishes chooses the reply subject; whoever answers does so with rights of its own.
    """
    prefix = inbox_prefix(device_id) + "."
    rest = reply.removeprefix(prefix)
    return reply.startswith(prefix) and all(part and part not in {"*", ">"} for part in rest.split("."))


def family_of_subject(subject: str) -> str:
    """The family of messages that a device's subject carries, its last word."""
    return subject.rsplit(".", 1)[-1]


def device_of(subject: str) -> UUID:
    """The device that a subject belongs to; the bus has checked that it published there itself.

    Raises ValueError for a subject of another shape.
    """
    return UUID(subject.split(".", 2)[1])
