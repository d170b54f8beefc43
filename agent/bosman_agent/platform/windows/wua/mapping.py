"""From what Windows says to what the wire takes: cleaned, bounded, ids turned into words. Never raises."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from bosman_agent.platform.windows.wua.classes import classify
from bosman_agent.platform.windows.wua.codes import Circumstances, explain
from bosman_agent.platform.windows.wua.wire import Offered, Past
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.text import clean_text
from bosman_protocol.work import HistoryEntry

MAX_BYTES = 2**53
IMPACT_EXCLUSIVE = 2

RESULTS: dict[int, Literal["not_started", "in_progress", "succeeded", "succeeded_with_errors", "failed", "aborted"]] = {
    0: "not_started",
    1: "in_progress",
    2: "succeeded",
    3: "succeeded_with_errors",
    4: "failed",
    5: "aborted",
}
"""OperationResultCode of wuapi.h."""

_RESTART: dict[int, Literal["never", "always", "possible"]] = {0: "never", 1: "always", 2: "possible"}
_SEVERITY: dict[str, Literal["critical", "important", "moderate", "low"]] = {
    "critical": "critical",
    "important": "important",
    "moderate": "moderate",
    "low": "low",
}
_KB = re.compile(r"(?:KB)?([0-9]{5,8})", re.IGNORECASE)
_KB_IN_TITLE = re.compile(r"\bKB([0-9]{6,8})\b", re.IGNORECASE)
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,10}")


def kb_of(kbs: Iterable[str], title: str) -> str | None:
    """`KB5034441`, from the article ids (which come with and without the letters, or empty) or else from the title."""
    for kb in kbs:
        match = _KB.fullmatch(kb.strip())
        if match is not None:
            return f"KB{match[1]}"
    found = _KB_IN_TITLE.search(title)
    return f"KB{found[1]}" if found is not None else None


def pending(update: Offered) -> PendingUpdate:
    """An offered update as the wire takes it: named by its id, its version is the revision."""
    title = clean_text(update.title, 4096)
    url = clean_text(update.support_url, 256)
    return PendingUpdate(
        name=clean_text(update.update_id, 256),
        title=title,
        available_version=str(update.revision),
        update_class=classify(update.categories, update_type=update.update_type, browse_only=update.browse_only),
        kb=kb_of(update.kbs, title),
        size_bytes=update.size_bytes if update.size_bytes is not None and 0 < update.size_bytes <= MAX_BYTES else None,
        released_at=_time(update.changed_at),
        requires_restart=True if update.restart_pending else None,
        severity=_SEVERITY.get(update.severity.lower()),
        cve_ids=tuple(dict.fromkeys(cve for cve in update.cves if _CVE.fullmatch(cve)))[:500],
        has_eula=not update.eula_accepted,
        restart_behavior=_RESTART.get(update.restart_behavior) if update.restart_behavior is not None else None,
        is_exclusive=update.impact == IMPACT_EXCLUSIVE,
        is_hidden=update.hidden,
        needs_input=update.needs_input,
        support_url=url if url.startswith(("http://", "https://")) else None,
    )


def history_entry(past: Past) -> HistoryEntry | None:
    """An entry of the history, or None for one without a date."""
    at = _time(past.at)
    if at is None:
        return None
    title = clean_text(past.title, 4096)
    error = explain(past.hresult, Circumstances()) if past.result in {3, 4, 5} and past.hresult != 0 else None
    return HistoryEntry(
        at=at,
        title=title,
        operation="uninstall" if past.operation == 2 else "install",
        outcome=RESULTS.get(past.result, "failed"),
        update_id=clean_text(past.update_id, 256) or None,
        kb=kb_of((), title),
        error=error,
        client=clean_text(past.client, 256) or None,
    )


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        time = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return time.astimezone(UTC) if time.tzinfo is not None else None
