"""Checks of the last scan: whether it saw everything, and what it did not."""

from bosman_agent.cli.doctor.context import Context
from bosman_agent.clock import utc_now
from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.telemetry.last_scan import read_last_scan

OLD_DAYS = 3
"""The agent scans once a day by itself."""
MAX_SOURCES = 20


def check_last_scan(context: Context) -> list[Finding]:
    """Failed sources, lines that were not understood, age. Never raises."""
    if context.enrolment == "not_permitted":
        return [finding("scan", "skipped", "doctor.not_permitted", path=str(context.data.root))]
    last = read_last_scan(context.data)
    if last is None:
        return [finding("scan", "skipped", "doctor.never_scanned")]
    seen = last.completeness
    failed = [source for source in seen.sources if source.outcome == "failed"]
    found = [
        finding("scan", "problem", "doctor.source_failed", source=source.name, code=source.reason)
        for source in failed[:MAX_SOURCES]
    ]
    lost = seen.unread_lines + seen.missed
    if lost:
        example = next(iter(seen.unread_examples), "-")
        found.append(finding("scan", "warning", "doctor.lines_unread", count=lost, example=example))
    days = (utc_now() - last.scanned_at).days
    if days >= OLD_DAYS:
        found.append(finding("scan", "warning", "doctor.scan_old", days=days))
    at = last.scanned_at.isoformat(timespec="seconds")
    return found or [finding("scan", "ok", "doctor.scan_complete", at=at)]
