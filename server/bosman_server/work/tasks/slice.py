"""Jobs and tasks: made, handed out, watched, ended."""

from bosman_server.core.specs.slice_spec import PathTarget, Slice, WorkerParts
from bosman_server.kit.periodic import Periodic
from bosman_server.work.tasks import api, jobs_api
from bosman_server.work.tasks.consumers import HANDLERS
from bosman_server.work.tasks.kinds import KINDS
from bosman_server.work.tasks.sweeper import TaskSweeper
from bosman_server.work.tasks.waiting import TIME


def _periodic(parts: WorkerParts) -> list[Periodic]:
    return [TaskSweeper(parts.runtime.database, parts.runtime.settings.sweeper_period_seconds).periodic()]


SLICE = Slice(
    routers=(jobs_api.router, api.router),
    handlers=HANDLERS,
    periodic=_periodic,
    kinds=KINDS,
    gates=(TIME,),
    targets={"task_id": PathTarget("task"), "job_id": PathTarget("job")},
)
