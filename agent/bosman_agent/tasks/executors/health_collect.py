"""Looks at disks and sensors."""

import asyncio

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_protocol.health import HealthParams, HealthResult
from bosman_protocol.work import TaskKind

MAX_PROBLEMS = 64


@executor(TaskKind.HEALTH_COLLECT)
async def collect_health(context: TaskContext, _params: HealthParams) -> HealthResult:
    """What was found; what could not be looked at is a problem in the result, not a failure of the task."""
    disks, sensors = await asyncio.gather(context.providers.disks.collect(), context.providers.sensors.collect())
    return HealthResult(disks.items, sensors.items, (*disks.problems, *sensors.problems)[:MAX_PROBLEMS])
