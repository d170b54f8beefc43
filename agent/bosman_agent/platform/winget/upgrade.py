"""Upgrades one application after the other; what may go better a little later is tried again."""

import asyncio
import re
from collections.abc import Iterable

import msgspec

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.winget.codes import meaning_of, unsigned
from bosman_agent.platform.winget.runner import Winget
from bosman_agent.platform.winget.tables import UNKNOWN, Row
from bosman_protocol.apps import AppOutcome
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail

UPGRADE_SECONDS = 3600.0
PAUSES_SECONDS = (30.0, 120.0)
"""Before the second and the third try of what another installation or the network held up."""


_SAFE_ID = re.compile(r"[^\s\x00-\x1f\"'|&<>^%!()]{1,256}\Z")


class Wish(msgspec.Struct, frozen=True):
    """One application to upgrade, and where."""

    winget: Winget
    id: str


def allowed(rows: Iterable[Row]) -> tuple[list[str], list[AppOutcome]]:
    """The ids that "all" may upgrade, and why others are left alone."""
    ids: dict[str, None] = {}
    left: list[AppOutcome] = []
    for row in rows:
        reason = _obstacle(row)
        if reason is None:
            ids[row.id] = None
        else:
            left.append(AppOutcome(row.id, "skipped", error=ErrorDetail(reason, {"name": row.name})))
    return list(ids), left


def _obstacle(row: Row) -> Code | None:
    if row.id_truncated or not is_usable(row.id):
        return Code.APPS_UNRESOLVED_ID
    if is_pinned(row):
        return Code.APPS_PINNED
    # Its version would be unknown afterwards too, and it would be installed anew every time.
    return Code.APPS_NEEDS_PERSON if row.version == UNKNOWN else None


def is_usable(identifier: str) -> bool:
    """Whether an id may stand on a command line: whole, no option, and nothing that a shell would take for its own."""
    cut = identifier.endswith(("…", "..."))
    return not cut and not identifier.startswith("-") and _SAFE_ID.match(identifier) is not None


def is_pinned(row: Row) -> bool:
    """Whether a row stands apart from what `upgrade --all` would take: pinned, or only to be upgraded by its name."""
    return row.introduced or row.table != 0


async def upgrade_one(wish: Wish, log: WriteLog, pauses: tuple[float, ...] = PAUSES_SECONDS) -> AppOutcome:
    """One application to its newest version; a failure is an outcome."""
    for pause in (*pauses, None):
        outcome = await _try_once(wish, log)
        if pause is None or outcome.error is None or outcome.error.code != Code.APPS_TRY_LATER:
            return outcome
        await asyncio.sleep(pause)
    raise AssertionError("the last round returns")


async def _try_once(wish: Wish, log: WriteLog) -> AppOutcome:
    try:
        done = await wish.winget.ask_source(
            "upgrade", "--exact", "--id", wish.id, "--scope", wish.winget.scope, "--silent", "--include-unknown",
            "--accept-package-agreements", timeout=UPGRADE_SECONDS, log=log,
        )  # fmt: skip
    except ProviderError as error:
        return AppOutcome(wish.id, "failed", error=error.error)
    meaning = meaning_of(done.exit_code, done.stdout + done.stderr)
    return AppOutcome(
        id=wish.id,
        outcome=meaning.outcome,
        exit_code=unsigned(done.exit_code),
        restart_required=meaning.restart_required,
        error=meaning.error,
    )
