"""What of a wish a package manager offers, where a version is exactly that version."""

import msgspec

from bosman_agent.platform.base import UpdateSelection
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.work import UpdateChoice, UpdateOutcome


class Selection(msgspec.Struct, frozen=True):
    """What to install, and what was asked for but is not offered in that version."""

    chosen: tuple[UpdateChoice, ...]
    refused: tuple[UpdateOutcome, ...] = ()


def select_exact(offered: tuple[PendingUpdate, ...], wish: UpdateSelection) -> Selection:
    """By name and version; another version than was approved is refused, never taken instead."""
    if wish.select != "chosen":
        wanted = [update for update in offered if wish.select == "all" or update.update_class == "security"]
        return Selection(tuple(UpdateChoice(update.name, update.available_version) for update in wanted))
    versions = {update.name: update.available_version for update in offered}
    chosen: list[UpdateChoice] = []
    refused: list[UpdateOutcome] = []
    for choice in dict.fromkeys(wish.choices):
        if versions.get(choice.name) == choice.version:
            chosen.append(choice)
        else:
            error = ErrorDetail(Code.UPDATES_NOT_OFFERED, {"name": choice.name, "version": choice.version})
            refused.append(UpdateOutcome(choice.name, choice.version, "skipped", error))
    return Selection(tuple(chosen), tuple(refused))
