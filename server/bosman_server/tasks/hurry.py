"""After the commit of new work: wake the agents, tell the browsers. All of it may be lost without harm."""

from nats.aio.client import Client

from bosman_protocol import subjects
from bosman_server.kit import live
from bosman_server.kit.runtime import Runtime
from bosman_server.tasks.service import Created


async def tell(bus: Client, created: Created) -> None:
    """Wake the agents, tell the browsers."""
    for task in created.tasks:
        if task.state == "queued":
            await bus.publish(subjects.nudge(task.device.id))
        change = live.Change("task", task.device.tenant_id, task.id, task.device.id, state=task.state)
        await live.announce(bus, change)
    for tenant_id in {task.device.tenant_id for task in created.tasks}:
        await live.announce(bus, live.Change("job", tenant_id, created.job_id))


async def hurry(runtime: Runtime, created: Created) -> None:
    """The same for work that somebody asked for, which may need a second person (the worker writes to them)."""
    await tell(runtime.bus, created)
    for tenant_id, approval_id in created.approvals:
        await live.announce(runtime.bus, live.Change("approval", tenant_id, approval_id, state="pending"))
