"""Brings a signed release of the agent into place; the keeper starts it, and turns back from it if it must."""

import asyncio
import errno
from pathlib import Path

from bosman_agent import __version__
from bosman_agent.executors.context import LeftOpenError, TaskContext, TaskFailedError, failure
from bosman_agent.executors.registry import executor
from bosman_agent.folder import DataDir
from bosman_agent.providers import system
from bosman_agent.releases.bundle import BundleBrokenError, unpack
from bosman_agent.releases.fetch import BundleDamagedError, BundleNotFetchedError, fetch_bundle
from bosman_agent.releases.home import Home, is_newer
from bosman_agent.releases.swap import stage_swap
from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateParams, AgentUpdateResult, ReleaseManifest, read_manifest
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, verify
from bosman_protocol.work import TaskKind


@executor(TaskKind.AGENT_UPDATE)
async def update_agent(context: TaskContext, params: AgentUpdateParams) -> AgentUpdateResult:
    """Fetch, check, unpack, and ask for the swap. Ends here only when there is nothing to do or something failed."""
    if context.home is None or context.data is None or not context.supervised:
        raise TaskFailedError(failure(Code.AGENT_UPDATE_NOT_INSTALLED))
    manifest = _trusted_manifest(context.home, params)
    if manifest.version == __version__:
        return AgentUpdateResult(__version__, __version__)
    if not is_newer(manifest.version) and not params.allow_older:
        raise TaskFailedError(failure(Code.RELEASE_NOT_NEWER, version=manifest.version, running=__version__))
    await _bring_in(context, context.data, context.home, manifest)
    await asyncio.to_thread(
        stage_swap, context.data, context.task_id, from_version=__version__, to_version=manifest.version
    )
    context.progress(None, "release.staged", version=manifest.version)
    raise LeftOpenError


def _trusted_manifest(home: Home, params: AgentUpdateParams) -> ReleaseManifest:
    try:
        manifest = read_manifest(verify(params.manifest, home.about.trusted(), Purpose.RELEASE))
    except EnvelopeRefusedError as error:
        code = error.code if error.code is Code.RELEASE_MALFORMED else Code.RELEASE_BAD_SIGNATURE
        raise TaskFailedError(failure(code, key_id=params.manifest.key_id[:64])) from error
    if manifest.platform != system.UPDATE_PLATFORM:
        raise TaskFailedError(failure(Code.RELEASE_OTHER_PLATFORM, platform=manifest.platform))
    return manifest


async def _bring_in(context: TaskContext, data: DataDir, home: Home, manifest: ReleaseManifest) -> None:
    if home.has(manifest.version):
        # Left by an attempt that was rolled back: it may be damaged, and is made anew.
        await asyncio.to_thread(home.remove_others, home.current(data))
    await asyncio.to_thread(system.create_private_folder, data.incoming)
    bundle = data.incoming / f"{manifest.sha256}.zip"
    loop = asyncio.get_running_loop()
    version = manifest.version

    def tell(percent: int) -> None:
        loop.call_soon_threadsafe(lambda: context.progress(percent, "release.fetching", version=version))

    try:
        await fetch_bundle(
            manifest, server_url=context.server_url, authority=data.authority, target=bundle, on_progress=tell
        )
        await asyncio.to_thread(_unpack_once, bundle, home, manifest)
    except BundleNotFetchedError as error:
        raise TaskFailedError(failure(Code.RELEASE_NOT_FETCHED, detail=str(error), version=version)) from error
    except (BundleDamagedError, BundleBrokenError) as error:
        raise TaskFailedError(failure(Code.RELEASE_BAD_HASH, detail=str(error), version=version)) from error
    except OSError as error:
        code = Code.AGENT_DISK_FULL if error.errno == errno.ENOSPC else Code.AGENT_UPDATE_DIRTY
        raise TaskFailedError(failure(code, detail=str(error))) from error


def _unpack_once(bundle: Path, home: Home, manifest: ReleaseManifest) -> None:
    """Unpack, and keep nothing: only half a bundle, which fetching left, is where the next attempt goes on."""
    try:
        unpack(bundle, home, manifest)
    finally:
        bundle.unlink(missing_ok=True)
