"""`bosman up` from a clone builds installers of the agent when somebody wants one: nobody has added any yet."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import asyncpg
import structlog

from bosman_server.cli.environment import SECRETS
from bosman_server.core.audit.service import SYSTEM
from bosman_server.features.agents import builds, releases
from bosman_server.features.agents.build_folder import FolderError, read_folder
from bosman_server.kit.db.database import Database

log = structlog.get_logger()

_LOOK_SECONDS = 2.0
_BUILD_SECONDS = 1800.0
_MODULES = {"linux": "releasing.linux", "windows-amd64": "releasing.windows"}
_NICE = 10
"""A build takes a core for a minute: whoever works meanwhile goes first."""


def builder_root() -> Path | None:
    """The clone that this server runs from, which knows how to build its agent; None for an installed server."""
    root = Path(__file__).parents[3]
    return root if (root / "releasing" / "linux.py").is_file() else None


class ReleaseBuilder:
    """Takes wishes one after the other."""

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root

    async def run(self) -> None:
        """Until cancelled."""
        async with self._database.unscoped() as connection:
            await builds.resume(connection)
        while True:
            try:
                while await self._build_one():
                    pass
            except (OSError, asyncpg.PostgresError) as error:
                # The database is away or starts anew; the wish stands there.
                log.warning("release_builder_waits", error=type(error).__name__)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _build_one(self) -> bool:
        async with self._database.unscoped() as connection:
            platform = await builds.take(connection)
        if platform is None:
            return False
        log.info("release_build_began", platform=platform)
        with tempfile.TemporaryDirectory(prefix="bosman-build-") as folder:
            failure = await self._build(platform, Path(folder))
        log.info("release_build_ended", platform=platform, failure=failure)
        async with self._database.unscoped() as connection:
            await builds.end(connection, platform, failure)
        return True

    async def _build(self, platform: str, folder: Path) -> str | None:
        """Build and store; why not, if not."""
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULES[platform], "--output", str(folder),
            cwd=self._root, env=environment, preexec_fn=_give_way, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            _, said = await asyncio.wait_for(process.communicate(), _BUILD_SECONDS)
        except TimeoutError:
            return f"no end after {_BUILD_SECONDS / 60:.0f} minutes"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            return said.decode(errors="replace").strip() or f"exit code {process.returncode}"
        try:
            await releases.add(self._database, read_folder(folder), SYSTEM)
        except (FolderError, releases.ReleaseConflictError) as error:
            return str(error)
        return None


def _give_way() -> None:
    os.nice(_NICE)
