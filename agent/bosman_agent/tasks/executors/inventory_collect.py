"""Collects facts and software when asked."""

from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.tasks.executors.registry import executor
from bosman_agent.telemetry.inventory import send_inventory
from bosman_protocol.work import InventoryParams, InventoryResult, TaskKind


@executor(TaskKind.INVENTORY_COLLECT)
async def collect_inventory(context: TaskContext, _params: InventoryParams) -> InventoryResult:
    """Send the reports and count."""
    return InventoryResult(software_count=await send_inventory(context.providers, context.report))
