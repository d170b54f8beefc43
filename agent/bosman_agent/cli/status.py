"""Gathers and prints what `bosman-agent status` tells."""

from datetime import datetime
from uuid import UUID

import msgspec

from bosman_agent import __version__
from bosman_agent.identity.config import load_config
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.identity.keys import IdentityBrokenError, read_validity
from bosman_agent.journal.database import is_in_use
from bosman_agent.telemetry.status_file import RunStatus, read_status
from bosman_agent.texts import known, text
from bosman_protocol.text import clean_text

_REASON_LENGTH = 200
_ERROR_LENGTH = 600
_FROZEN = {"fleet": "status.frozen_fleet", "tenant": "status.frozen_tenant"}


class StatusView(msgspec.Struct, frozen=True):
    """Everything about this agent in one answer."""

    enrolled: bool
    agent_version: str
    device_id: UUID
    tenant_id: UUID
    server_url: str
    certificate_not_after: datetime | None
    running: bool
    connected: bool
    last_run: RunStatus | None


def gather_status(data: DataDir) -> StatusView:
    """The state of the agent in a folder. Raises NotEnrolledError, ConfigBrokenError."""
    config = load_config(data)
    try:
        not_after = read_validity(data.identity).not_after
    except (IdentityBrokenError, OSError):
        not_after = None
    running = is_in_use(data.journal)
    last_run = read_status(data)
    return StatusView(
        enrolled=True,
        agent_version=__version__,
        device_id=config.device_id,
        tenant_id=config.tenant_id,
        server_url=config.server_url,
        certificate_not_after=not_after,
        running=running,
        connected=running and last_run is not None and last_run.connected_to is not None,
        last_run=last_run,
    )


def render_json(view: StatusView) -> str:
    """One line of JSON."""
    return msgspec.json.encode(view).decode() + "\n"


def render_text(view: StatusView) -> str:
    """Lines for people."""
    lines = [
        text("status.device", device_id=view.device_id),
        text("status.server", server_url=view.server_url),
        text("status.certificate", not_after=view.certificate_not_after or "?"),
    ]
    last = view.last_run
    if not view.running or last is None:
        lines.append(text("status.stopped"))
    elif last.connected_to:
        lines.append(text("status.connected", url=last.connected_to, since=last.updated_at))
    else:
        lines.append(_disconnected(last))
    if view.running and last is not None and last.clock_off_seconds is not None:
        lines.append(text("status.clock", seconds=f"{last.clock_off_seconds:+d}"))
    for frozen in last.frozen if last else ():
        reason = clean_text(frozen.reason, _REASON_LENGTH) or "-"
        lines.append(text(_FROZEN[frozen.scope], since=frozen.since, reason=reason))
    return "\n".join(lines) + "\n"


def _disconnected(last: RunStatus) -> str:
    code = last.last_error_code if last.last_error_code and known(last.last_error_code) else "connection.none"
    error = clean_text(last.last_error or "-", _ERROR_LENGTH)
    return text("status.disconnected", since=last.updated_at, reason=text(code), error=error)
