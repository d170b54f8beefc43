"""The route that updates one agent: people choose a version, the server the signed manifest."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.agents import releases, service
from bosman_server.features.agents.schemas import AgentUpdate
from bosman_server.fleet.devices.targeting import active_devices
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.work.tasks.idempotency import IdempotencyKey, claim
from bosman_server.work.tasks.notify import notify_created
from bosman_server.work.tasks.queries import read_made_task
from bosman_server.work.tasks.schemas import TaskRowOut, WorkRequest
from bosman_server.work.tasks.service import create_job

router = APIRouter(tags=["devices"])


@router.post("/devices/{device_id}/agent-update", status_code=201, response_model=TaskRowOut)
async def update_agent(
    device_id: UUID,
    access: Annotated[Access, require(Permission.AGENT_UPDATE)],
    runtime: CurrentRuntime,
    data: AgentUpdate | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Bring the agent of a device to the newest version, or to one that is named."""
    wanted = data or AgentUpdate()
    async with runtime.database.writing(access.visible) as tx:
        job_id, made_before = await claim(tx, access, idempotency_key, f"devices/{device_id}/agent-update", wanted)
        if not made_before:
            await _make(tx, access, device_id, wanted, job_id)
        row = await read_made_task(tx.connection, access.visible, job_id)
    return Response(msgspec.json.encode(row), 201, media_type="application/json")


async def _make(tx: Transaction, access: Access, device_id: UUID, wanted: AgentUpdate, job_id: UUID) -> None:
    devices = await active_devices(tx.connection, access, [device_id])
    about = await service.installed_agent(tx.connection, devices[0])
    stored = await releases.list_releases(tx.connection)
    release = service.choose(stored, releases.PLATFORMS[about["os_family"]], wanted.version)
    if not wanted.allow_older and not service.is_older(about["agent_version"], release.version):
        raise Problem(409, Code.RELEASE_NOT_NEWER, {"version": release.version})
    params = service.params_for(release, allow_older=wanted.allow_older)
    request = WorkRequest(kind=TaskKind.AGENT_UPDATE, params=msgspec.to_builtins(params))
    created = await create_job(tx, access, request, devices, wanted.confirmed_count, job_id)
    await service.note(tx.connection, created, release)
    notify_created(tx, created)
