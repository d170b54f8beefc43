"""Brings applications to their newest version."""

from bosman_agent.tasks.executors.context import TaskContext, TaskFailedError, failure
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.apps import AppsUpgradeParams, AppsUpgradeResult
from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind


@executor(TaskKind.APPS_UPGRADE)
async def upgrade_apps(context: TaskContext, params: AppsUpgradeParams) -> AppsUpgradeResult:
    """One outcome per application; the task fails when one of them failed."""
    if params.select == "chosen" and not params.apps:
        raise TaskFailedError(failure(Code.APPS_NOT_FOUND))
    chosen = None if params.select == "all" else params.apps
    result = await context.providers.apps.upgrade(chosen, log=context.write, progress=context.progress)
    failed = [app for app in result.apps if app.outcome == "failed"]
    if failed:
        error = failed[0].error or failure(Code.APPS_FAILED)
        raise TaskFailedError(error, exit_code=failed[0].exit_code, result=result)
    return result
