"""Releases in the database: put in, taken out, found (bare connections; the tables belong to no tenant)."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from bosman_protocol.signing import SignedEnvelope
from bosman_protocol.version import Platform, version_key
from bosman_server.core.audit.service import PLATFORM_TENANT, Actor, record
from bosman_server.features.agents.build_folder import BuildFile, BuildFolder, BuildRelease
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Connection, Record

PLATFORMS: dict[str, Platform] = {"windows": "windows-amd64", "linux": "linux"}
"""The platform of a release for each family of operating systems."""
PART_BYTES = 1024 * 1024

_ADD_RELEASE = """
INSERT INTO releases_release (version, platform, manifest, released_at, added_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (version, platform) DO UPDATE SET
    manifest = coalesce(releases_release.manifest, excluded.manifest),
    released_at = coalesce(releases_release.released_at, excluded.released_at)
"""
_LIKE = "SELECT sha256, name, kind, version, platform, size_bytes FROM releases_file WHERE name = $1 OR sha256 = $2"
_BUNDLE = """
SELECT sha256, name, kind, version, platform, size_bytes FROM releases_file WHERE sha256 = $1 AND kind = 'bundle'
"""
_INSTALLER = """
SELECT sha256, name, kind, version, platform, size_bytes FROM releases_file WHERE name = $1 AND kind = 'installer'
"""
_ADD_FILE = """
INSERT INTO releases_file (sha256, name, kind, version, platform, size_bytes) VALUES ($1, $2, $3, $4, $5, $6)
"""
_ADD_PART = "INSERT INTO releases_part (sha256, number, data) VALUES ($1, $2, $3)"
_ALL = """
SELECT r.version, r.platform, r.manifest, r.released_at, r.added_at,
       f.sha256, f.name, f.kind, f.size_bytes
FROM releases_release r LEFT JOIN releases_file f ON f.version = r.version AND f.platform = r.platform
ORDER BY r.added_at, f.name
"""


class ReleaseConflictError(Exception):
    """Under this name or version something else is stored already; the message is for the console."""


class StoredFile(msgspec.Struct, frozen=True):
    """A file that can be served."""

    sha256: str
    name: str
    kind: Literal["bundle", "installer"]
    version: str
    platform: Platform
    size_bytes: int


class StoredRelease(msgspec.Struct, frozen=True):
    """A version on a platform with its files."""

    version: str
    platform: Platform
    manifest: bytes | None
    released_at: datetime | None
    added_at: datetime
    bundle: StoredFile | None = None
    installer: StoredFile | None = None

    @property
    def envelope(self) -> SignedEnvelope | None:
        """The signed manifest; None where agents cannot update to this version."""
        return None if self.manifest is None else msgspec.json.decode(self.manifest, type=SignedEnvelope)


async def add(database: Database, found: BuildFolder, actor: Actor) -> list[str]:
    """Store what a folder holds, in one transaction. Returns the names of the files that are new.

    Raises ReleaseConflictError when a version or a name has other content already.
    """
    new: list[str] = []
    async with database.writing(ALL_TENANTS) as tx:
        for release in found.releases:
            await _add_manifest(tx.connection, release)
            new += await _add_file(tx.connection, release.bundle)
        for installer in found.installers:
            await tx.connection.execute(_ADD_RELEASE, installer.version, installer.platform, None, None, utc_now())
            new += await _add_file(tx.connection, installer)
        if new:
            record(tx, PLATFORM_TENANT, actor, "release.add", after={"files": new})
    return new


async def _add_manifest(connection: Connection, release: BuildRelease) -> None:
    manifest = release.manifest
    key = (manifest.version, manifest.platform)
    await connection.execute(_ADD_RELEASE, *key, release.envelope, manifest.released_at, utc_now())
    stored = await connection.fetchval(
        "SELECT manifest FROM releases_release WHERE version = $1 AND platform = $2", *key
    )
    if stored != release.envelope:
        raise ReleaseConflictError(
            f"{manifest.version} for {manifest.platform} is stored already, with another manifest: a version does"
            " not change. Remove it first, or give the build a new version."
        )


async def _add_file(connection: Connection, file: BuildFile) -> list[str]:
    name = file.path.name
    known = await connection.fetchrow(_LIKE, name, file.sha256)
    if known is not None:
        if (known["name"], known["sha256"]) == (name, file.sha256):
            return []
        raise ReleaseConflictError(
            f"{name}: {known['name']} is stored already with other content or under another name."
            f" Remove version {known['version']} first, or give the build a new version."
        )
    await connection.execute(_ADD_FILE, file.sha256, name, file.kind, file.version, file.platform, file.size_bytes)
    with await asyncio.to_thread(file.path.open, "rb") as source:
        number = 0
        while piece := await asyncio.to_thread(source.read, PART_BYTES):
            await connection.execute(_ADD_PART, file.sha256, number, piece)
            number += 1
    return [name]


async def remove(database: Database, version: str, actor: Actor) -> int:
    """Forget a version on every platform. Returns how many there were; what is under way fails on the device."""
    async with database.writing(ALL_TENANTS) as tx:
        gone = await tx.connection.fetch("DELETE FROM releases_release WHERE version = $1 RETURNING platform", version)
        if gone:
            after = {"version": version, "platforms": [row["platform"] for row in gone]}
            record(tx, PLATFORM_TENANT, actor, "release.remove", after=after)
    return len(gone)


async def list_releases(connection: Connection) -> list[StoredRelease]:
    """All releases, newest version first."""
    found: dict[tuple[str, str], StoredRelease] = {}
    for row in await connection.fetch(_ALL):
        key = (row["version"], row["platform"])
        release = found.get(key) or StoredRelease(
            row["version"], row["platform"], row["manifest"], row["released_at"], row["added_at"]
        )
        if row["sha256"] is not None:
            file = StoredFile(row["sha256"], row["name"], row["kind"], *key, row["size_bytes"])
            release = msgspec.structs.replace(release, **{file.kind: file})
        found[key] = release
    return sorted(found.values(), key=lambda release: version_key(release.version), reverse=True)


def newest_installer(releases: Iterable[StoredRelease], platform: Platform) -> StoredFile | None:
    """What people install from; `releases` as `list_releases` sorts them."""
    return next((one.installer for one in releases if one.platform == platform and one.installer), None)


def newest_update(releases: Iterable[StoredRelease], platform: Platform) -> StoredRelease | None:
    """What agents update to; `releases` as `list_releases` sorts them."""
    return next((one for one in releases if one.platform == platform and one.manifest and one.bundle), None)


async def find_bundle(connection: Connection, sha256: str) -> StoredFile | None:
    """A bundle by its hash."""
    return _stored(await connection.fetchrow(_BUNDLE, sha256))


async def find_installer(connection: Connection, name: str) -> StoredFile | None:
    """An installer by its name."""
    return _stored(await connection.fetchrow(_INSTALLER, name))


def _stored(row: Record | None) -> StoredFile | None:
    return None if row is None else StoredFile(*row.values())
