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
    """By name and version; another version than was approved is refused, never taken instead.

    What is held is left alone: a hold or a pin would make the package manager refuse all the others with it, and what
    dependencies hold back is tried only where somebody chose it.
    """
    if wish.select != "chosen":
        wanted = [update for update in offered if wish.select == "all" or update.update_class == "security"]
        return Selection(
            tuple(UpdateChoice(update.name, update.available_version) for update in wanted if update.held_by is None),
            tuple(_held(update) for update in wanted if update.held_by is not None),
        )
    by_name = {update.name: update for update in offered}
    chosen: list[UpdateChoice] = []
    refused: list[UpdateOutcome] = []
    for choice in dict.fromkeys(wish.choices):
        update = by_name.get(choice.name)
        if update is None or update.available_version != choice.version:
            error = ErrorDetail(Code.UPDATES_NOT_OFFERED, {"name": choice.name, "version": choice.version})
            refused.append(UpdateOutcome(choice.name, choice.version, "skipped", error))
        elif update.held_by in {"hold", "pin"}:
            refused.append(_held(update))
        else:
            chosen.append(choice)
    return Selection(tuple(chosen), tuple(refused))


def _held(update: PendingUpdate) -> UpdateOutcome:
    error = ErrorDetail(Code.UPDATES_HELD, {"name": update.name, "held_by": update.held_by})
    return UpdateOutcome(update.name, update.available_version, "skipped", error)
