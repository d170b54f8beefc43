"""Installs pending updates, looks again, and restarts where that was asked for and is due."""

from bosman_agent.platform.base import ProviderError, ScanOutcome, UpdateSelection
from bosman_agent.tasks.executors.context import TaskContext, TaskFailedError, failure
from bosman_agent.tasks.executors.registry import executor
from bosman_agent.telemetry.pending_updates import Findings, report_pending, send_pending_updates
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.work import InstallParams, InstallResult, TaskKind

RESTART_DELAY_SECONDS = 60
RESTART_REASON = "updates"


@executor(TaskKind.UPDATES_INSTALL)
async def install_updates(context: TaskContext, params: InstallParams) -> InstallResult:
    """One outcome per asked update; the task fails when one of them failed."""
    if params.select == "chosen" and not params.updates:
        raise TaskFailedError(failure(Code.UPDATES_NONE_SELECTED))
    outcome = await context.providers.updates.install(
        UpdateSelection(params.select, params.updates), log=context.write, progress=context.progress
    )
    findings, problem = await _look_again(context, outcome.scan)
    errors = [outcome.error, *(update.error for update in outcome.updates if update.outcome == "failed"), problem]
    error = next((error for error in errors if error is not None), None)
    # Where nothing can be installed before a restart, the restart that was asked for is what helps.
    failed = any(error is not None and error.code != Code.UPDATES_RESTART_FIRST for error in errors)
    scheduled = await _restart_if_due(context, params, findings, failed=failed)
    result = InstallResult(
        updates=outcome.updates,
        restart_required=findings.restart.required if findings else None,
        restart_reasons=findings.restart.reasons if findings else (),
        restart_scheduled=scheduled,
    )
    if error is not None:
        raise TaskFailedError(error, exit_code=outcome.exit_code, result=result)
    return result


async def _look_again(context: TaskContext, scan: ScanOutcome | None) -> tuple[Findings | None, ErrorDetail | None]:
    if scan is not None:
        return await report_pending(context.providers, context.report, scan), None
    try:
        findings = await send_pending_updates(
            context.providers, context.report, refresh=False, log=lambda *_: None, progress=lambda *_a, **_k: None
        )
    except ProviderError as error:
        return None, error.error
    return findings, None


async def _restart_if_due(
    context: TaskContext, params: InstallParams, findings: Findings | None, *, failed: bool
) -> bool:
    due = findings is not None and findings.restart.required is True
    # After a failure somebody should look first: a half-configured system may not come up again.
    if params.restart != "if_required" or not due or failed:
        return False
    await context.providers.restart.restart(
        delay_seconds=RESTART_DELAY_SECONDS, reason=RESTART_REASON, log=context.write
    )
    return True
