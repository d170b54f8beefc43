"""How much of the truth a scan could see: what was asked, what answered, what was not understood."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.limits import Count, ShortText, Slug

MAX_SOURCES = 64
MAX_EXAMPLES = 5


class SourceState(msgspec.Struct, frozen=True):
    """One source of updates (an archive, an update server), and whether it answered."""

    name: ShortText
    outcome: Literal["answered", "failed"]
    reason: Slug | None = None
    """Why it failed: a code of the catalogue."""
    detail: ShortText | None = None
    """The tool's own words on it."""
    list_at: datetime | None = None
    """When the list that is in use was published; None = there is none, or nobody knows."""


class ScanCompleteness(msgspec.Struct, frozen=True):
    """What a scan rests on. Sources that fail go first where there are more than fit."""

    sources: Annotated[tuple[SourceState, ...], Meta(max_length=MAX_SOURCES)] = ()
    sources_asked: Count = 0
    sources_failed: Count = 0
    lists_at: datetime | None = None
    """When the lists were last fetched; None where the service is asked anew each time."""
    unread_lines: Count = 0
    """Lines of the tool's answer that were not understood."""
    unread_examples: Annotated[tuple[ShortText, ...], Meta(max_length=MAX_EXAMPLES)] = ()
    missed: Count = 0
    """How many updates the tool counts beyond those that were read."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing can be missing: every source answered, and every line of the answer was understood."""
        return not (self.sources_failed or self.unread_lines or self.missed)


def completeness(
    sources: tuple[SourceState, ...] = (),
    *,
    lists_at: datetime | None = None,
    unread: tuple[str, ...] = (),
    missed: int = 0,
) -> ScanCompleteness:
    """The counts of these sources and of these lines (shortened already), within the bounds of the wire."""
    failed = [source for source in sources if source.outcome == "failed"]
    answered = [source for source in sources if source.outcome == "answered"]
    return ScanCompleteness(
        sources=(*failed, *answered)[:MAX_SOURCES],
        sources_asked=len(sources),
        sources_failed=len(failed),
        lists_at=lists_at,
        unread_lines=len(unread),
        unread_examples=unread[:MAX_EXAMPLES],
        missed=missed,
    )
