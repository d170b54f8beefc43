"""Asks the platform's update service what is missing."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_agent.telemetry.pending_updates import send_pending_updates
from bosman_protocol.work import ScanParams, ScanResult, TaskKind


@executor(TaskKind.UPDATES_SCAN)
async def scan_updates(context: TaskContext, params: ScanParams) -> ScanResult:
    """Send the report and count."""
    findings = await send_pending_updates(
        context.providers, context.report, refresh=params.refresh, log=context.write, progress=context.progress
    )
    updates = findings.scan.updates
    return ScanResult(
        pending_count=len(updates),
        security_count=sum(update.update_class == "security" for update in updates),
        restart_required=findings.restart.required,
    )
