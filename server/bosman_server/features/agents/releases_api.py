"""Which releases there are, and the installers that people download."""

from typing import Annotated, cast

from fastapi import APIRouter, Request, Response

from bosman_protocol.codes import Code
from bosman_protocol.version import Platform
from bosman_server.core.audit.service import record
from bosman_server.core.identity.access import Access, public, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.agents import builds
from bosman_server.features.agents import releases as service
from bosman_server.features.agents.cache import ReleaseCache
from bosman_server.features.agents.schemas import AgentBuildOut, AgentBuildWanted, InstallerOut, ReleaseOut
from bosman_server.features.agents.serving import DownloadLimiter, serve
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime

router = APIRouter(tags=["releases"])
downloads = APIRouter(tags=["releases"])
"""Beside the API: what a machine downloads that has no account yet."""


class _Downloads(DownloadLimiter):
    """Of this process."""

    def __init__(self) -> None:
        super().__init__(50)


_TYPES = {
    "windows-amd64": "application/vnd.microsoft.portable-executable",
    "linux": "application/vnd.debian.binary-package",
}


@router.get("/agent-releases")
async def list_agent_releases(
    access: Annotated[Access, require(Permission.DEVICE_READ)],  # noqa: ARG001 - asked for the check alone
    runtime: CurrentRuntime,
) -> list[ReleaseOut]:
    """Releases of the agent, newest first; the same for every tenant."""
    async with runtime.database.reading(EMPTY_SCOPE) as connection:
        releases = await service.list_releases(connection)
    newest = {id(service.newest_update(releases, platform)) for platform in service.PLATFORMS.values()}
    return [_out(release, is_newest=id(release) in newest) for release in releases]


def _out(release: service.StoredRelease, *, is_newest: bool) -> ReleaseOut:
    file = release.installer
    return ReleaseOut(
        version=release.version,
        platform=release.platform,
        released_at=release.released_at,
        added_at=release.added_at,
        is_newest=is_newest,
        can_update=release.manifest is not None and release.bundle is not None,
        installer=InstallerOut(name=file.name, size_bytes=file.size_bytes, sha256=file.sha256) if file else None,
    )


@router.get("/agent-builds")
async def list_agent_builds(
    access: Annotated[Access, require(Permission.TOKEN_READ)],  # noqa: ARG001 - asked for the check alone
    runtime: CurrentRuntime,
) -> list[AgentBuildOut]:
    """For each platform: its newest installer, and how far the build of one is."""
    return await _builds(runtime)


@router.post("/agent-builds", status_code=202)
async def want_agent_build(
    data: AgentBuildWanted, access: Annotated[Access, require(Permission.TOKEN_CREATE)], runtime: CurrentRuntime
) -> list[AgentBuildOut]:
    """Have the installer of a platform built on the server; whoever asks while that goes on waits with the others."""
    tenant_id = access.check(data.tenant_id)
    if not runtime.settings.builds_releases:
        raise Problem(409, Code.RELEASE_NO_BUILDER)
    async with runtime.database.writing(access.scope) as tx:
        await builds.want(tx.connection, data.platform)
        record(tx, tenant_id, access.actor, "release.build", after={"platform": data.platform})
    return await _builds(runtime)


async def _builds(runtime: Runtime) -> list[AgentBuildOut]:
    async with runtime.database.reading(EMPTY_SCOPE) as connection:
        stored = await service.list_releases(connection)
        wishes = await builds.read_all(connection)
    return [_build_out(runtime, stored, platform, wishes.get(platform)) for platform in builds.PLATFORMS]


def _build_out(
    runtime: Runtime, stored: list[service.StoredRelease], platform: Platform, wish: Record | None
) -> AgentBuildOut:
    file = service.newest_installer(stored, platform)
    return AgentBuildOut(
        platform=platform,
        installer=InstallerOut(name=file.name, size_bytes=file.size_bytes, sha256=file.sha256) if file else None,
        can_build=runtime.settings.builds_releases,
        state=wish["state"] if wish else "none",
        wanted_at=wish["wanted_at"] if wish else None,
        started_at=wish["started_at"] if wish else None,
        ended_at=wish["ended_at"] if wish else None,
        detail=wish["detail"] if wish else None,
    )


def _cache_of(request: Request, runtime: Runtime) -> ReleaseCache:
    state = request.app.state
    if not hasattr(state, "release_cache"):
        state.release_cache = ReleaseCache(runtime.settings.release_cache, runtime.database)
    return cast("ReleaseCache", state.release_cache)


@downloads.get(
    "/downloads/{file_name}",
    response_class=Response,
    dependencies=[public("installers hold no secret, and a machine that is to be enrolled has no account")],
)
async def download_installer(file_name: str, request: Request, runtime: CurrentRuntime) -> Response:
    """An installer of the agent."""
    async with runtime.database.reading(EMPTY_SCOPE) as connection:
        file = await service.find_installer(connection, file_name[:200])
    if file is None:
        raise not_found()
    return await serve(request, _cache_of(request, runtime), runtime.parts.of(_Downloads), file, _TYPES[file.platform])
