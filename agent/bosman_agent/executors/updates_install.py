"""Installs pending updates, looks again, and restarts where that was asked for and is due."""

from bosman_agent.executors.context import TaskContext, TaskFailedError, failure
from bosman_agent.executors.pending_updates import Findings, send_pending_updates
from bosman_agent.executors.registry import executor
from bosman_agent.providers.base import InstallOutcome, ProviderError
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.work import InstallParams, InstallResult, TaskKind, UpdateChoice, UpdateOutcome

RESTART_DELAY_SECONDS = 60
RESTART_REASON = "updates"


@executor(TaskKind.UPDATES_INSTALL)
async def install_updates(context: TaskContext, params: InstallParams) -> InstallResult:
    """One outcome per asked update; the task fails when one of them failed."""
    chosen, refused = await _choose(context, params)
    if not chosen and not refused:
        if params.select == "chosen":
            raise TaskFailedError(failure(Code.UPDATES_NONE_SELECTED))
        return InstallResult((), (await context.providers.updates.restart_state()).required)
    outcome = InstallOutcome((), 0)
    if chosen:
        outcome = await context.providers.updates.install(chosen, log=context.write, progress=context.progress)
    findings, problem = await _look_again(context)
    updates = (*refused, *outcome.updates)
    error = outcome.error or _first_error(updates) or problem
    scheduled = await _restart_if_due(context, params, findings, failed=error is not None)
    result = InstallResult(
        updates=updates,
        restart_required=findings.restart.required if findings else None,
        restart_reasons=findings.restart.reasons if findings else (),
        restart_scheduled=scheduled,
    )
    if error is not None:
        raise TaskFailedError(error, exit_code=outcome.exit_code, result=result)
    return result


async def _choose(
    context: TaskContext, params: InstallParams
) -> tuple[tuple[UpdateChoice, ...], tuple[UpdateOutcome, ...]]:
    """What to install, and what was asked for but is not offered in this version."""
    scan = await context.providers.updates.scan(refresh=False, log=lambda *_: None, progress=lambda *_a, **_k: None)
    offered = {update.name: update for update in scan.updates}
    if params.select != "chosen":
        wanted = [update for update in scan.updates if params.select == "all" or update.update_class == "security"]
        return tuple(UpdateChoice(update.name, update.available_version) for update in wanted), ()
    chosen: list[UpdateChoice] = []
    refused: list[UpdateOutcome] = []
    for choice in dict.fromkeys(params.updates):
        if _is_offered(offered.get(choice.name), choice):
            chosen.append(choice)
        else:
            error = failure(Code.UPDATES_NOT_OFFERED, name=choice.name, version=choice.version)
            refused.append(UpdateOutcome(choice.name, choice.version, "skipped", error))
    return tuple(chosen), tuple(refused)


def _is_offered(update: PendingUpdate | None, choice: UpdateChoice) -> bool:
    return update is not None and update.available_version == choice.version


def _first_error(updates: tuple[UpdateOutcome, ...]) -> ErrorDetail | None:
    return next((update.error for update in updates if update.outcome == "failed"), None)


async def _look_again(context: TaskContext) -> tuple[Findings | None, ErrorDetail | None]:
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
