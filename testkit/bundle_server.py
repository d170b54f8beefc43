"""The gateway's route for bundles over real TLS, with the troubles that a network brings."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bosman_protocol.release import RELEASES_PATH
from testkit.authority import Authority


@dataclass
class Asked:
    """A request, and how many bytes of the answer left."""

    path: str
    range: str
    user_agent: str
    sent: int = 0


@dataclass
class BundleServer:
    """Serves `content` under every hash. `cuts` says after how many bytes the next answers end early."""

    authority: Authority
    folder: Path
    content: bytes = b""
    takes_ranges: bool = True
    status: int | None = None
    cuts: list[int] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def start(self) -> "BundleServer":
        """Listen on a port of the kernel's choice."""
        handler = type("Handler", (_Handler,), {"bundles": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority.pair(self.folder / "https.pem", "server"))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, as an agent knows the gateway."""
        return f"https://localhost:{self._server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    bundles: BundleServer

    def do_GET(self) -> None:
        """Answer with the bundle, or with what the test wants instead."""
        server = self.bundles
        asked = Asked(self.path, self.headers["Range"] or "", self.headers["User-Agent"] or "")
        server.asked.append(asked)
        if server.status is not None or not self.path.startswith(RELEASES_PATH):
            self.send_error(server.status or 404)
            return
        first = 0
        if server.takes_ranges and asked.range:
            first = int(asked.range.removeprefix("bytes=").removesuffix("-"))
        body = server.content[first:]
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.cuts:
            body = body[: server.cuts.pop(0)]
            self.close_connection = True
        self.wfile.write(body)
        asked.sent = len(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing: `asked` holds what tests look at."""
