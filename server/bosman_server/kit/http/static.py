"""The web app's files: hashed assets for ever, the page itself never cached, unknown paths are the page."""

from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, Response

from bosman_protocol.codes import Code
from bosman_server.kit.problems import answer

_NO_PAGE = "The web app is not built. Run `make web`.\n"


def _find(folder: Path, path: str) -> Path | None:
    try:
        target = (folder / path.lstrip("/")).resolve()
        return target if target.is_relative_to(folder.resolve()) and target.is_file() else None
    except (OSError, ValueError):
        # A name that no file system takes: too long, with a zero byte, a loop.
        return None


def mount_web(app: FastAPI, folder: Path) -> None:
    """Serve the built app for every path that is neither API nor health."""

    def page(request: Request) -> Response:
        path = str(request.scope["path"])
        # Metrics have a port of their own: whoever still asks here should notice.
        if path.startswith(("/api/", "/agent/")) or path == "/metrics":
            return answer(request, 404, Code.ROUTE_NOT_FOUND, {})
        target = _find(folder, path)
        if target is not None:
            immutable = path.startswith("/assets/")
            cache = "public, max-age=31536000, immutable" if immutable else "no-cache"
            return FileResponse(target, headers={"cache-control": cache})
        index = folder / "index.html"
        if not index.is_file():
            return Response(_NO_PAGE, status_code=503, media_type="text/plain")
        return FileResponse(index, headers={"cache-control": "no-cache"})

    app.add_route("/{path:path}", page, methods=["GET", "HEAD"], include_in_schema=False)
