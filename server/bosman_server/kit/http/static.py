"""The web app's files: hashed assets for ever, the page itself never cached, unknown paths are the page.

The build lays a brotli and a gzip copy beside each text: whoever takes one gets it, and nothing is packed here.
"""

import hashlib
import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, Response

from bosman_protocol.codes import Code
from bosman_server.kit.problems import answer

_NO_PAGE = "The web app is not built. Run `make web`.\n"
_FOR_EVER = "public, max-age=31536000, immutable"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""The better one first; the names are those of the IANA registry of HTTP content codings."""


def _find(folder: Path, path: str) -> Path | None:
    try:
        target = (folder / path.lstrip("/")).resolve()
        return target if target.is_relative_to(folder.resolve()) and target.is_file() else None
    except (OSError, ValueError):
        # A name that no file system takes: too long, with a zero byte, a loop.
        return None


def accepted_encodings(header: str) -> set[str]:
    """The content codings that an Accept-Encoding header takes: those named with a weight above zero (RFC 9110)."""
    accepted = set()
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [value for key, _, value in (item.partition("=") for item in parameters) if key.strip() == "q"]
        try:
            wanted = float(weights[0]) > 0 if weights else True
        except ValueError:
            wanted = False
        if name and wanted:
            accepted.add(name)
    return accepted


def _send(request: Request, file: Path, cache: str) -> FileResponse:
    """The file, packed as the browser takes it; a cache between must keep the forms apart."""
    headers = {"cache-control": cache}
    media_type = mimetypes.guess_type(file.name)[0]
    accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if packed.is_file():
            headers["vary"] = "Accept-Encoding"
            # A part of a packed file is no part of the file.
            if encoding in accepted and "range" not in request.headers:
                return FileResponse(packed, headers=headers | {"content-encoding": encoding}, media_type=media_type)
    return FileResponse(file, headers=headers, media_type=media_type)


def web_version(folder: Path) -> str:
    """Changes with every build of the web app, whose page names all else by its content; empty where none is built."""
    index = folder / "index.html"
    return hashlib.sha256(index.read_bytes()).hexdigest()[:16] if index.is_file() else ""


def mount_web(app: FastAPI, folder: Path) -> None:
    """Serve the built app for every path that is neither API nor health; its version is `app.state.web_version`."""
    app.state.web_version = web_version(folder)

    def page(request: Request) -> Response:
        path = str(request.scope["path"])
        # Metrics have a port of their own: whoever still asks here should notice.
        if path.startswith(("/api/", "/agent/")) or path == "/metrics":
            return answer(request, 404, Code.ROUTE_NOT_FOUND, {})
        is_asset = path.startswith("/assets/")
        target = _find(folder, path)
        if target is not None:
            return _send(request, target, _FOR_EVER if is_asset else "no-cache")
        if is_asset:
            # A page of an older version asks for what is gone: the page itself would be taken for a script.
            return answer(request, 404, Code.ROUTE_NOT_FOUND, {})
        index = folder / "index.html"
        if not index.is_file():
            return Response(_NO_PAGE, status_code=503, media_type="text/plain")
        return _send(request, index, "no-cache")

    app.add_route("/{path:path}", page, methods=["GET", "HEAD"], include_in_schema=False)
