"""Takes an installed update away again."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.work import TaskKind, UninstallParams, UninstallResult


@executor(TaskKind.UPDATES_UNINSTALL)
async def uninstall_update(context: TaskContext, params: UninstallParams) -> UninstallResult:
    """Fails unless the update is gone, or will be after a restart."""
    return await context.providers.updates.uninstall(params.kb, log=context.write, progress=context.progress)
