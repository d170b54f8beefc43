"""Builds of the agent that people ask for: the wish stands in the database, whoever can build takes it from there."""

from collections.abc import Mapping
from typing import Literal, get_args

from bosman_protocol.version import Platform
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Connection, Record

BuildState = Literal["wanted", "building", "done", "failed"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)
_MOST_DETAIL = 2000

# Whoever asks again while it is built waits with the others.
_WANT = """
INSERT INTO releases_build (platform, state, wanted_at) VALUES ($1, 'wanted', $2)
ON CONFLICT (platform) DO UPDATE SET state = 'wanted', wanted_at = $2, started_at = NULL, ended_at = NULL, detail = NULL
WHERE releases_build.state IN ('done', 'failed')
RETURNING platform
"""
_ALL = "SELECT platform, state, wanted_at, started_at, ended_at, detail FROM releases_build"
_TAKE = """
UPDATE releases_build SET state = 'building', started_at = $1
WHERE platform = (SELECT platform FROM releases_build WHERE state = 'wanted' ORDER BY wanted_at LIMIT 1
                  FOR UPDATE SKIP LOCKED)
RETURNING platform
"""
_END = "UPDATE releases_build SET state = $2, ended_at = $3, detail = $4 WHERE platform = $1"
_ABANDONED = "UPDATE releases_build SET state = 'wanted', started_at = NULL WHERE state = 'building'"


async def want(connection: Connection, platform: Platform) -> bool:
    """Ask for a build; False if it is wanted or being built already."""
    return await connection.fetchval(_WANT, platform, utc_now()) is not None


async def read_all(connection: Connection) -> Mapping[str, Record]:
    """What became of the last wish for each platform, where there was one."""
    return {row["platform"]: row for row in await connection.fetch(_ALL)}


async def take(connection: Connection) -> str | None:
    """The platform that has waited longest, which is being built from now on; None where nobody waits."""
    platform: str | None = await connection.fetchval(_TAKE, utc_now())
    return platform


async def end(connection: Connection, platform: str, failure: str | None) -> None:
    """The build has ended; `failure`: why in vain, of which the end is kept."""
    state: BuildState = "done" if failure is None else "failed"
    await connection.execute(_END, platform, state, utc_now(), None if failure is None else failure[-_MOST_DETAIL:])


async def resume(connection: Connection) -> None:
    """Whoever was building is gone: what they had begun is wanted again."""
    await connection.execute(_ABANDONED)
