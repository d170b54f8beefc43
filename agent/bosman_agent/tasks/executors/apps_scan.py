"""Asks the package manager of applications what is newer."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.apps import AppsScanParams, AppsScanResult
from bosman_protocol.work import TaskKind


@executor(TaskKind.APPS_SCAN)
async def scan_apps(context: TaskContext, _params: AppsScanParams) -> AppsScanResult:
    """What it offers."""
    return await context.providers.apps.scan(log=context.write, progress=context.progress)
