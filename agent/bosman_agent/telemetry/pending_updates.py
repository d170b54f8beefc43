"""Pending updates as a report, for scans, after installations and for the daily report."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.outbox.messages import parts
from bosman_agent.platform.base import ProviderError, Providers, ReportStep, RestartState, ScanOutcome, WriteLog
from bosman_protocol.reports import UpdatesReport
from bosman_protocol.uplink import UplinkMessage

MAX_REASONS = 200
MAX_WARNINGS = 20

Send = Callable[[UplinkMessage], Awaitable[None]]


class Findings(msgspec.Struct, frozen=True):
    """What was sent."""

    scan: ScanOutcome
    restart: RestartState


async def send_pending_updates(
    providers: Providers, send: Send, *, refresh: bool, log: WriteLog, progress: ReportStep
) -> Findings:
    """Scan and send the report; a failed scan is reported as such too. Raises ProviderError."""
    try:
        scan = await providers.updates.scan(refresh=refresh, log=log, progress=progress)
    except ProviderError as error:
        await send(UpdatesReport(uuid4(), utc_now(), 0, last=True, items=(), error=error.error))
        raise
    return await report_pending(providers, send, scan)


async def report_pending(providers: Providers, send: Send, scan: ScanOutcome) -> Findings:
    """Send what a scan has found, with the restart state of now."""
    restart = await providers.updates.restart_state()
    report_id = uuid4()
    for number, (part, last) in enumerate(parts(scan.updates)):
        await send(
            UpdatesReport(
                report_id, scan.scanned_at, number, last, part, restart.required, restart.reasons[:MAX_REASONS],
                policy=scan.policy, warnings=scan.warnings[:MAX_WARNINGS], completeness=scan.completeness,
            )
        )  # fmt: skip
    return Findings(scan, restart)
