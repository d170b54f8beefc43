"""A file of a release on this machine's disk: fetched from the database once, then served from here."""

import asyncio
import hashlib
import os
from collections import defaultdict
from pathlib import Path
from typing import BinaryIO

import structlog

from bosman_server.features.agents.releases import StoredFile
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE

log = structlog.get_logger()

_PART = "SELECT data FROM releases_part WHERE sha256 = $1 AND number = $2"
_KNOWN = "SELECT sha256 FROM releases_file"
_FILL_SECONDS = 300


class DamagedReleaseError(Exception):
    """The database holds something else than the file's hash says."""


class ReleaseCache:
    """Below the state directory. Processes that share it only ever see whole files."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._filling: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def path_of(self, file: StoredFile) -> Path:
        """The whole file on disk. Raises OSError, TimeoutError, DamagedReleaseError."""
        path = self._folder / file.sha256
        if not await asyncio.to_thread(path.is_file):
            async with self._filling[file.sha256]:
                if not await asyncio.to_thread(path.is_file):
                    async with asyncio.timeout(_FILL_SECONDS):
                        await self._fill(file, path)
        return path

    async def _fill(self, file: StoredFile, path: Path) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        await self._forget_removed()
        temporary = path.with_suffix(f".{os.getpid()}.new")
        try:
            with await asyncio.to_thread(temporary.open, "wb") as target:
                digest = await self._copy(file, target)
            if digest != file.sha256:
                raise DamagedReleaseError(file.name)
            await asyncio.to_thread(temporary.replace, path)
        finally:
            await asyncio.to_thread(temporary.unlink, missing_ok=True)
        log.info("release_cached", name=file.name, size_bytes=file.size_bytes)

    async def _copy(self, file: StoredFile, target: BinaryIO) -> str:
        digest, number, size = hashlib.sha256(), 0, 0
        while size < file.size_bytes:
            # One part at a time: a connection is not held while a slow disk writes.
            async with self._database.reading(EMPTY_SCOPE) as connection:
                data = await connection.fetchval(_PART, file.sha256, number)
            if data is None:
                break
            digest.update(data)
            await asyncio.to_thread(target.write, data)
            number, size = number + 1, size + len(data)
        return digest.hexdigest()

    async def _forget_removed(self) -> None:
        """What is no longer stored is not kept here either."""
        async with self._database.reading(EMPTY_SCOPE) as connection:
            known = {row["sha256"] for row in await connection.fetch(_KNOWN)}
        for path in await asyncio.to_thread(lambda: list(self._folder.iterdir())):
            if len(path.name) == 64 and path.name not in known:
                await asyncio.to_thread(path.unlink, missing_ok=True)
