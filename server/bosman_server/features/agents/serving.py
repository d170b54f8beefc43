"""A file of a release as an answer: whole or in ranges, known by its hash, only so many at a time."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from bosman_protocol.codes import Code
from bosman_server.features.agents.cache import ReleaseCache
from bosman_server.features.agents.releases import StoredFile
from bosman_server.kit.problems import answer

_YEAR = 365 * 24 * 3600


class DownloadLimiter:
    """How many downloads run at once in this process: they must not take every place at the door."""

    def __init__(self, most: int) -> None:
        self.free = most


class _Download(FileResponse):
    """Holds a slot for as long as it lasts, however it ends; without one it is a problem."""

    limiter: DownloadLimiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.limiter.free <= 0:
            headers = {"retry-after": "20"}
            busy = answer(Request(scope), 503, Code.SERVER_UNAVAILABLE, {}, headers=headers)
            await busy(scope, receive, send)
            return
        self.limiter.free -= 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.limiter.free += 1


async def serve(
    request: Request, cache: ReleaseCache, limiter: DownloadLimiter, file: StoredFile, media_type: str
) -> Response:
    """The file; 503 when too many are being served already. Raises what the cache raises."""
    headers = {"etag": f'"{file.sha256}"', "cache-control": f"public, max-age={_YEAR}, immutable"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    path = await cache.path_of(file)
    found = _Download(path, media_type=media_type, filename=file.name, headers=headers)
    found.limiter = limiter
    return found
