"""Which of the offered updates are installed, and in which batches. Pure."""

from collections.abc import Sequence

import msgspec

from bosman_agent.platform.windows.wua.classes import classify
from bosman_agent.platform.windows.wua.mapping import IMPACT_EXCLUSIVE
from bosman_agent.platform.windows.wua.wire import Offered, Request, Skipped

SECURITY_CLASSES = frozenset({"security", "critical"})
EVERYDAY_CLASSES = SECURITY_CLASSES | {"optional", "definition"}


class Selection(msgspec.Struct, frozen=True):
    """What is tried, and what is not and why."""

    chosen: tuple[Offered, ...]
    skipped: tuple[Skipped, ...]


def select_updates(offered: Sequence[Offered], request: Request) -> Selection:
    """What a request means on this device, now.

    - `security`: the classes security and critical;
    - `all`: these, definitions, and other software that Windows would install by itself. Not drivers and not another
      version of Windows, which are decisions of their own, not previews (BrowseOnly), and nothing that an
      administrator of the device hid: all these are installed when they are chosen;
    - `chosen`: by update id, whatever the revision: Microsoft replaces revisions without telling anybody, and the
      older one can no longer be had. What is not offered any more is reported as superseded.

    An update that may ask somebody, or that is on the disk and waits for a restart, is never tried.
    """
    by_id = {update.update_id.lower(): update for update in offered}
    if request.select == "chosen":
        asked = {wanted.update_id.lower(): wanted.update_id for wanted in request.wanted}
        found = [by_id[key] for key in asked if key in by_id]
        skipped = [Skipped(name, "superseded") for key, name in asked.items() if key not in by_id]
    else:
        found = [update for update in by_id.values() if _wanted_unasked(update, request)]
        skipped = []
    chosen = []
    for update in found:
        if update.restart_pending:
            skipped.append(Skipped(update.update_id, "restart_first"))
        elif update.needs_input:
            skipped.append(Skipped(update.update_id, "needs_input"))
        else:
            chosen.append(update)
    return Selection(tuple(chosen), tuple(skipped))


def batches(chosen: Sequence[Offered]) -> list[list[Offered]]:
    """Collections to install one after another.

    Exclusive updates are installed alone, or Windows refuses (0x80240019): those that never restart (servicing
    stacks) before all others, for others need them; those that do (feature upgrades) last, for nothing may follow
    them. Everything else is one collection, in which Windows finds the order, and within which it does not stop at a
    pending restart as it does between two.
    """
    alone = [update for update in chosen if update.impact == IMPACT_EXCLUSIVE]
    first = [[update] for update in alone if update.restart_behavior == 0]
    last = [[update] for update in alone if update.restart_behavior != 0]
    together = [update for update in chosen if update.impact != IMPACT_EXCLUSIVE]
    return [*first, *([together] if together else []), *last]


def _wanted_unasked(update: Offered, request: Request) -> bool:
    update_class = classify(update.categories, update_type=update.update_type, browse_only=update.browse_only)
    classes = SECURITY_CLASSES if request.select == "security" else EVERYDAY_CLASSES
    return update_class in classes and not (update.hidden or update.browse_only)
