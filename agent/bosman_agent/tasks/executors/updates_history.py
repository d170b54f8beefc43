"""Tells what the platform's update service has done."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.work import HistoryParams, HistoryResult, TaskKind


@executor(TaskKind.UPDATES_HISTORY)
async def read_history(context: TaskContext, params: HistoryParams) -> HistoryResult:
    """The newest entries first, at most as many as asked."""
    entries = await context.providers.updates.history(params.limit)
    return HistoryResult(entries[: params.limit])
