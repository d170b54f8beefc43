"""Applications that a package manager beside the system's own update service looks after (winget)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import MAX_LIST_ITEMS, ShortText


class AppUpgrade(msgspec.Struct, frozen=True):
    """An application for which a newer version is offered."""

    id: ShortText
    name: ShortText
    version: ShortText
    available: ShortText
    source: ShortText = ""
    scope: Literal["machine", "user"] = "machine"
    user: ShortText | None = None
    """Whose installation it is, where scope is `user`."""
    id_truncated: bool = False
    """The id was cut off by a narrow console and could not be resolved: it cannot be upgraded by it."""
    pinned: bool = False
    """Somebody pinned the version: it is shown, and not upgraded unless asked for by id."""


class AppsScanParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the package manager of applications what is newer."""


class AppsScanResult(msgspec.Struct, frozen=True):
    """What it offers."""

    apps: Annotated[tuple[AppUpgrade, ...], Meta(max_length=MAX_LIST_ITEMS)]
    manager: ShortText
    """Which one was asked, with its version."""
    user_scopes: Annotated[tuple[ShortText, ...], Meta(max_length=64)] = ()
    """Signed-in users whose own applications were looked at too."""
    problems: Annotated[tuple[ErrorDetail, ...], Meta(max_length=64)] = ()
    """What could not be looked at, and why."""


class AppChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One application by its id, as a scan named it."""

    id: Annotated[str, Meta(min_length=1, max_length=256, pattern=r"^[^\s\x00-\x1f\"'|&<>^%]+\Z")]
    scope: Literal["machine", "user"] = "machine"


class AppsUpgradeParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bring applications to their newest version; `apps` counts only with select=chosen."""

    select: Literal["all", "chosen"] = "chosen"
    apps: Annotated[tuple[AppChoice, ...], Meta(max_length=MAX_LIST_ITEMS)] = ()


class AppOutcome(msgspec.Struct, frozen=True):
    """What became of one application."""

    id: ShortText
    outcome: Literal["upgraded", "nothing_to_do", "failed", "skipped"]
    exit_code: int | None = None
    restart_required: bool = False
    error: ErrorDetail | None = None


class AppsUpgradeResult(msgspec.Struct, frozen=True):
    """One outcome per application."""

    apps: Annotated[tuple[AppOutcome, ...], Meta(max_length=MAX_LIST_ITEMS)]
    restart_required: bool = False
