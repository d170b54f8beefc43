"""Runs a script; its words are the task's output, its exit code decides."""

from bosman_agent.tasks.executors.context import TaskContext, TaskFailedError, failure
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.codes import Code
from bosman_protocol.scripts import ScriptParams, ScriptResult
from bosman_protocol.work import TaskKind


@executor(TaskKind.SCRIPT_RUN)
async def run_script(context: TaskContext, params: ScriptParams) -> ScriptResult:
    """Run to the end; any exit code but 0 fails the task."""
    result = await context.providers.scripts.run(params, log=context.write)
    if result.exit_code != 0:
        error = failure(Code.SCRIPT_FAILED, exit_code=result.exit_code)
        raise TaskFailedError(error, exit_code=result.exit_code, result=result)
    return result
