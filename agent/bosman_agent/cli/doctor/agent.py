"""Checks of the agent itself: its service, and what it last wrote of its own state."""

from bosman_agent.cli.doctor.context import Context
from bosman_agent.journal.database import is_in_use
from bosman_agent.platform import diagnostics
from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.telemetry.status_file import RunStatus, read_status
from bosman_protocol.text import clean_text

DETAIL_CHARS = 300


def check_agent(context: Context) -> list[Finding]:
    """Service and state. Never raises."""
    try:
        running = is_in_use(context.data.journal)
    except OSError:
        return [finding("agent", "skipped", "doctor.not_permitted", path=str(context.data.root))]
    return [_service(running=running), *_state(context, running=running)]


def _service(*, running: bool) -> Finding:
    state = diagnostics.service_state()
    if state == "running":
        return finding("service", "ok", "doctor.service_running")
    if state == "unknown":
        return finding("service", "skipped", "doctor.service_unknown")
    if running:
        return finding("service", "warning", "doctor.service_elsewhere")
    key = "doctor.service_missing" if state == "missing" else "doctor.service_stopped"
    return finding("service", "problem", key)


def _state(context: Context, *, running: bool) -> list[Finding]:
    if context.config is None:
        return [finding("agent", "skipped", "doctor.needs_enrolment")]
    last = read_status(context.data)
    if not running or last is None:
        return [finding("agent", "problem", "doctor.agent_stopped")]
    found = [_connection(last)]
    found += [
        finding("agent", "warning", "doctor.agent_frozen", since=order.since.isoformat(timespec="seconds"))
        for order in last.frozen
    ]
    if last.previous_end:
        detail = clean_text(last.previous_end, DETAIL_CHARS)
        found.append(finding("agent", "warning", "doctor.agent_died", detail=detail))
    if last.last_trouble_code and last.last_trouble_at:
        at = last.last_trouble_at.isoformat(timespec="seconds")
        found.append(finding("agent", "warning", "doctor.agent_incident", at=at, code=last.last_trouble_code))
    return found


def _connection(last: RunStatus) -> Finding:
    if last.connected_to:
        since = last.updated_at.isoformat(timespec="seconds")
        return finding("agent", "ok", "doctor.agent_connected", url=last.connected_to, since=since)
    detail = clean_text(last.last_error or "-", DETAIL_CHARS)
    return finding("agent", "problem", "doctor.agent_apart", code=last.last_error_code, detail=detail)
