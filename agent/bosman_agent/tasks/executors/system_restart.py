"""Restarts the device."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.work import RestartParams, RestartResult, TaskKind


@executor(TaskKind.SYSTEM_RESTART)
async def restart_system(context: TaskContext, params: RestartParams) -> RestartResult:
    """Hand the restart to the platform; it happens after the delay."""
    await context.providers.restart.restart(delay_seconds=params.delay_seconds, reason=params.reason, log=context.write)
    return RestartResult(params.delay_seconds)
