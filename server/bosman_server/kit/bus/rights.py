"""Who may say and hear what on the bus: the accounts, what crosses their borders, and the rights of each service.

Devices have an account of their own. Messages cross its border only on the subjects below, as streams: no
answer is ever routed back along a reply subject that a device chose, so a device can make nobody speak for it.
Within its account a device has its own subjects only (`device_rights`); a service has the list of its role.
"""

from dataclasses import dataclass
from uuid import UUID

from bosman_protocol import subjects

SERVICES_ACCOUNT = "BOSMAN"
"""api, worker and the streams."""
DEVICES_ACCOUNT = "DEVICES"
CALLOUT_ACCOUNT = "AUTH"
SYSTEM_ACCOUNT = "SYS"

ANSWERS = "svc.answered"
"""Where apis answer `bosman admin`: below a random word of the question."""
FROM_DEVICES = (subjects.UPLINK_ALL, "rq.*.*")
"""What devices say, as it reaches the services."""
TO_DEVICES = ("dn.*.>", "_INBOX.*.>")
"""What services say, as it reaches devices; each hears its own part only."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Subjects that a user may publish on and subscribe to; nothing else."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    answers: bool = False
    """Whether it may also answer, once, what it was asked. Only for a role that cannot publish what it hears itself:
    the server takes the reply subject of any message that it delivers for a question, one's own echo as well."""


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """A service on the bus: its public nkey and its rights."""

    nkey: str
    rights: Rights


def inbox_prefix(role: str) -> str:
    """Where answers to a service arrive: outside of what crosses the border to devices."""
    return f"_SVC.{role}"


def _streams(*names: str) -> tuple[str, ...]:
    """Making, changing and reading streams, never deleting or purging them."""
    return tuple(
        subject
        for name in names
        for subject in (
            f"$JS.API.STREAM.CREATE.{name}",
            f"$JS.API.STREAM.UPDATE.{name}",
            f"$JS.API.STREAM.INFO.{name}",
            f"$JS.API.CONSUMER.CREATE.{name}.>",
            f"$JS.API.CONSUMER.DURABLE.CREATE.{name}.*",
            f"$JS.API.CONSUMER.INFO.{name}.*",
            f"$JS.API.CONSUMER.DELETE.{name}.*",
            f"$JS.API.CONSUMER.MSG.NEXT.{name}.*",
            f"$JS.ACK.{name}.>",
        )
    )


API = Rights(
    publish=("dn.*.nudge", "live.>", "svc.freeze.changed", "svc.device.revoked", f"{ANSWERS}.*"),
    subscribe=("live.>", "svc.api.>", f"{inbox_prefix('api')}.>"),
)
WORKER = Rights(
    publish=(
        *TO_DEVICES,
        "live.>",
        "svc.>",
        *_streams(subjects.UPLINK_STREAM, subjects.REPORTS_STREAM),
    ),
    subscribe=("rq.>", "svc.>", f"{inbox_prefix('worker')}.>"),
)
CALLOUT = Rights(publish=(), subscribe=("$SYS.REQ.USER.AUTH", f"{inbox_prefix('callout')}.>"), answers=True)
SYSTEM = Rights(
    publish=("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.SERVER.*.KICK"),
    subscribe=(
        f"$SYS.ACCOUNT.{DEVICES_ACCOUNT}.CONNECT",
        f"$SYS.ACCOUNT.{DEVICES_ACCOUNT}.DISCONNECT",
        f"{inbox_prefix('sys')}.>",
    ),
)


def device_rights(device_id: UUID) -> Rights:
    """A device's own subjects and its own inbox, nothing else; it answers nobody."""
    return Rights(
        publish=(f"up.{device_id}.*", f"rq.{device_id}.*"),
        subscribe=(f"dn.{device_id}.>", f"{subjects.inbox_prefix(device_id)}.>"),
    )
