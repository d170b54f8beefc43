"""What the agent and its child that talks to Windows Update say to each other: one JSON object a line."""

import json
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.limits import MAX_LIST_ITEMS, LongText, ShortText

MAX_LINE_CHARS = 256 * 1024
MAX_OFFERED = 5000
"""Updates of one search that are listened to; no service offers as many."""

SearchRound = Literal["first", "confirming"]
Hresult = Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)]


class Wanted(msgspec.Struct, frozen=True):
    """An update that somebody chose, by the id and the revision that a scan named."""

    update_id: ShortText
    revision: ShortText


class Request(msgspec.Struct, frozen=True):
    """What the child is to do; it does one thing and ends."""

    act: Literal["search", "install", "uninstall", "history", "state"]
    select: Literal["all", "security", "chosen"] = "chosen"
    wanted: Annotated[tuple[Wanted, ...], Meta(max_length=MAX_LIST_ITEMS)] = ()
    kb: ShortText = ""
    limit: int = 100


class Offered(msgspec.Struct, frozen=True, tag="offered", tag_field="event"):
    """An update as Windows describes it, text already bounded; `categories` and `update_id` are ids, not names."""

    update_id: ShortText
    revision: int
    title: LongText
    round: SearchRound = "first"
    kbs: tuple[ShortText, ...] = ()
    cves: tuple[ShortText, ...] = ()
    categories: tuple[ShortText, ...] = ()
    update_type: int = 1
    severity: ShortText = ""
    browse_only: bool = False
    hidden: bool = False
    eula_accepted: bool = True
    impact: int = 0
    """InstallationBehavior.Impact; 2 means that it must be installed alone."""
    restart_behavior: int | None = None
    """InstallationBehavior.RebootBehavior: 0 never, 1 always, 2 can."""
    needs_input: bool = False
    restart_pending: bool = False
    """It is on the disk already and waits for a restart."""
    size_bytes: int | None = None
    changed_at: ShortText | None = None
    """RFC 3339, UTC."""
    support_url: LongText = ""


class Searched(msgspec.Struct, frozen=True, tag="searched", tag_field="event"):
    """A search has ended; `result` is an OperationResultCode."""

    round: SearchRound
    result: int
    warnings: tuple[Hresult, ...] = ()


class NotConfirmed(msgspec.Struct, frozen=True, tag="not_confirmed", tag_field="event"):
    """The search after the installation failed."""

    hresult: Hresult
    text: LongText = ""


class Step(msgspec.Struct, frozen=True, tag="step", tag_field="event"):
    """How far it is: `percent` of this phase, update `number` of `count`."""

    phase: Literal["searching", "downloading", "installing", "confirming", "uninstalling"]
    percent: int | None = None
    number: int = 0
    count: int = 0
    title: LongText = ""


class Skipped(msgspec.Struct, frozen=True, tag="skipped", tag_field="event"):
    """An update that was not tried, and why."""

    update_id: ShortText
    reason: Literal["superseded", "needs_input", "restart_first"]


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="event"):
    """What Windows says became of one update: its OperationResultCode and HRESULT."""

    update_id: ShortText
    stage: Literal["eula", "download", "install"]
    result: int
    hresult: Hresult
    restart: bool = False


class RestartFirst(msgspec.Struct, frozen=True, tag="restart_first", tag_field="event"):
    """Windows installs nothing before it has been restarted."""


class Uninstalled(msgspec.Struct, frozen=True, tag="uninstalled", tag_field="event"):
    """The end of an uninstallation; `not_found` and `not_removable` mean that WUA cannot do it."""

    outcome: Literal["done", "not_found", "not_removable", "still_there"]
    result: int = 0
    hresult: Hresult = 0
    restart: bool = False


class Past(msgspec.Struct, frozen=True, tag="past", tag_field="event"):
    """One entry of the history, numbers as Windows has them."""

    at: ShortText
    title: LongText
    operation: int
    result: int
    hresult: Hresult
    update_id: ShortText = ""
    client: ShortText = ""


class State(msgspec.Struct, frozen=True, tag="state", tag_field="event"):
    """ISystemInformation.RebootRequired."""

    restart_required: bool


class Failed(msgspec.Struct, frozen=True, tag="failed", tag_field="event"):
    """The whole act failed; `hresult` is 0 where it was no COM error."""

    hresult: Hresult
    text: LongText = ""


class Finished(msgspec.Struct, frozen=True, tag="finished", tag_field="event"):
    """The child has said all it had to say."""


Event = (
    Offered | Searched | NotConfirmed | Step | Skipped | Ended | RestartFirst | Uninstalled | Past | State | Failed
    | Finished
)  # fmt: skip


def encode(message: msgspec.Struct) -> str:
    """One line of ASCII: no code page and no lone surrogate can spoil it."""
    return json.dumps(msgspec.to_builtins(message), ensure_ascii=True) + "\n"


def decode_event(line: str) -> Event | None:
    """A line of the child's, or None for whatever else was printed by what it had to load."""
    try:
        event: Event = msgspec.convert(json.loads(line), Event)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return event
