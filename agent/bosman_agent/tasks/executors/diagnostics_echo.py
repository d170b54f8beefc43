"""Says what it is told: proves the whole way from server to device and back."""

import asyncio

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.work import EchoParams, EchoResult, TaskKind

LINES_PER_TURN = 200


@executor(TaskKind.DIAGNOSTICS_ECHO)
async def echo(context: TaskContext, params: EchoParams) -> EchoResult:
    """Write the text as often as asked, each line as its time comes."""
    for number in range(params.repeat):
        if number and params.interval_seconds:
            await asyncio.sleep(params.interval_seconds)
        elif number and number % LINES_PER_TURN == 0:
            # A hundred thousand lines must not keep the connection from answering.
            await asyncio.sleep(0)
        context.write("stdout", params.text + "\n")
    return EchoResult(params.repeat)
