"""Bundles for agents that update themselves, on the agents' own door.

Anybody may fetch them: they hold no secret, and agents take only what the release key has signed.
"""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bosman_protocol.release import RELEASES_PATH
from bosman_server.features.agents import releases
from bosman_server.features.agents.cache import ReleaseCache
from bosman_server.features.agents.serving import DownloadLimiter, serve
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import Runtime

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_AT_ONCE = 100
"""Of the 500 connections that the gateway takes: enrolment always finds a place."""


class Bundles:
    """`GET /agent/v1/releases/{sha256}`, whole or in ranges, so that an agent can go on where it was cut off."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._cache = ReleaseCache(runtime.settings.release_cache, runtime.database)
        self._limiter = DownloadLimiter(_MOST_AT_ONCE)

    async def answer(self, request: Request) -> Response:
        """A bundle. Raises Problem 404 for an unknown one, 503 when too many are being fetched."""
        sha256 = request.path_params["sha256"]
        if not _SHA256.fullmatch(sha256):
            raise not_found()
        async with self._database.reading(EMPTY_SCOPE) as connection:
            file = await releases.find_bundle(connection, sha256)
        if file is None:
            raise not_found()
        return await serve(request, self._cache, self._limiter, file, "application/zip")


def gateway_routes(runtime: Runtime) -> list[Route]:
    """What the agents' door answers about releases."""
    return [Route(RELEASES_PATH + "{sha256}", Bundles(runtime).answer, methods=["GET"])]
