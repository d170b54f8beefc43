"""What a running task is at: codes with values, which agents say and the web puts into words."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from bosman_protocol.failures import ParamValue
from bosman_protocol.limits import Count, ShortText

NoteCode = Literal[
    "apps.searching", "apps.upgrading",
    "apt.comparing", "apt.downloading", "apt.installing", "apt.refreshing",
    "release.fetching", "release.staged",
    "updates.confirming", "updates.downloading", "updates.installing", "updates.searching", "updates.uninstalling",
]  # fmt: skip
"""All that agents say. On the wire it is any word: a newer agent may say what this server does not know yet."""


class ProgressNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """A note with the values that its code may have."""

    code: NoteCode
    package: ShortText | None = None
    title: ShortText | None = None
    id: ShortText | None = None
    """Of an application."""
    version: ShortText | None = None
    """Of the agent."""
    number: Count | None = None
    """Which of `count` it is at."""
    count: Count | None = None


def parse_note(code: str, params: Mapping[str, ParamValue]) -> ProgressNote:
    """A note as it came off the wire; values that no note has are passed over.

    Raises msgspec.ValidationError for a code that is not known, or a value of another type.
    """
    return msgspec.convert({**params, "code": code}, ProgressNote)
