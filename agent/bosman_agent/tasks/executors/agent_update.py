"""Brings a signed release of the agent into place; the watchdog starts it, and turns back from it if it must."""

import asyncio
import errno
from pathlib import Path

from bosman_agent import __version__
from bosman_agent.platform import system
from bosman_agent.tasks.executors.context import TaskContext, TaskDeferredError, TaskFailedError, failure
from bosman_agent.tasks.executors.registry import Installation, installation_executor
from bosman_agent.watchdog.bundle import BundleBrokenError, unpack
from bosman_agent.watchdog.fetch import BundleDamagedError, BundleNotFetchedError, fetch_bundle
from bosman_agent.watchdog.home import Home, is_newer
from bosman_agent.watchdog.pending_update import stage_update
from bosman_protocol.codes import Code
from bosman_protocol.release import AgentUpdateParams, AgentUpdateResult, ReleaseManifest, read_manifest
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, verify
from bosman_protocol.work import TaskKind


@installation_executor(TaskKind.AGENT_UPDATE)
class AgentUpdater:
    """Carries out the update of the installation that this agent runs from."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._data = installation.data

    async def __call__(self, context: TaskContext, params: AgentUpdateParams) -> AgentUpdateResult:
        """Fetch, check, unpack, ask for the update. Ends here only when there is nothing to do or something failed."""
        home = self._installation.home
        if home is None or not self._installation.has_watchdog:
            raise TaskFailedError(failure(Code.AGENT_UPDATE_NOT_INSTALLED))
        manifest = _trusted_manifest(home, params)
        if manifest.version == __version__:
            return AgentUpdateResult(__version__, __version__)
        if not is_newer(manifest.version) and not params.allow_older:
            raise TaskFailedError(failure(Code.RELEASE_NOT_NEWER, version=manifest.version, running=__version__))
        await self._bring_in(context, home, manifest)
        await asyncio.to_thread(
            stage_update, self._data, context.task_id, from_version=__version__, to_version=manifest.version
        )
        context.progress(None, "release.staged", version=manifest.version)
        raise TaskDeferredError

    async def _bring_in(self, context: TaskContext, home: Home, manifest: ReleaseManifest) -> None:
        data = self._data
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
                manifest,
                server_url=self._installation.server_url,
                authority=data.authority,
                target=bundle,
                on_progress=tell,
            )
            await asyncio.to_thread(_unpack_once, bundle, home, manifest)
        except BundleNotFetchedError as error:
            raise TaskFailedError(failure(Code.RELEASE_NOT_FETCHED, detail=str(error), version=version)) from error
        except (BundleDamagedError, BundleBrokenError) as error:
            raise TaskFailedError(failure(Code.RELEASE_BAD_HASH, detail=str(error), version=version)) from error
        except OSError as error:
            code = Code.AGENT_DISK_FULL if error.errno == errno.ENOSPC else Code.AGENT_UPDATE_DIRTY
            raise TaskFailedError(failure(code, detail=str(error))) from error


def _trusted_manifest(home: Home, params: AgentUpdateParams) -> ReleaseManifest:
    try:
        manifest = read_manifest(verify(params.manifest, home.about.trusted(), Purpose.RELEASE))
    except EnvelopeRefusedError as error:
        code = error.code if error.code is Code.RELEASE_MALFORMED else Code.RELEASE_BAD_SIGNATURE
        raise TaskFailedError(failure(code, key_id=params.manifest.key_id[:64])) from error
    if manifest.platform != system.UPDATE_PLATFORM:
        raise TaskFailedError(failure(Code.RELEASE_OTHER_PLATFORM, platform=manifest.platform))
    return manifest


def _unpack_once(bundle: Path, home: Home, manifest: ReleaseManifest) -> None:
    """Unpack, and keep nothing: only half a bundle, which fetching left, is where the next attempt goes on."""
    try:
        unpack(bundle, home, manifest)
    finally:
        bundle.unlink(missing_ok=True)
