"""A real nats-server that a test may kill and start again."""

import asyncio
import contextlib
import random
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import nats

from testkit.authority import Authority
from testkit.patience import patient

DEVICES = [uuid4() for _ in range(140)]
"""The devices that the server knows, each on its own subjects only."""


def free_port() -> int:
    """A port that nothing listens on.

    Below those that the kernel hands out (32768 and up): while a killed server is
    away, no connection of a test beside this one may end up on its port.
    """
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class NatsServer:
    """A real nats-server: client certificates, every device on its own subjects only, JetStream on disk."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder = folder
        self.authority = authority
        self.port = free_port()
        self.url = f"tls://127.0.0.1:{self.port}"
        self.websocket_url = f"wss://127.0.0.1:{free_port()}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_text(authority.pem)
        authority.pair(folder / "server.pem", "server")
        authority.pair(folder / "backend.pem", "backend")
        users = "\n".join(
            f'{{user: "CN={device}", permissions: {{'
            f'publish: ["up.{device}.>", "rq.{device}.>"], subscribe: ["dn.{device}.>", "_INBOX.{device}.>"]}}}}'
            for device in DEVICES
        )
        # Backslashes would be escapes.
        place = folder.as_posix()
        (folder / "nats.conf").write_text(f"""
            listen: "127.0.0.1:{self.port}"
            jetstream {{ store_dir: "{place}/js" }}
            tls {{ cert_file: "{place}/server.pem", key_file: "{place}/server.pem", ca_file: "{place}/ca.pem"
                   verify_and_map: true, timeout: 10, handshake_first: true }}
            websocket {{ listen: "{self.websocket_url.removeprefix("wss://")}"
                         tls {{ cert_file: "{place}/server.pem", key_file: "{place}/server.pem"
                                ca_file: "{place}/ca.pem", verify: true }} }}
            authorization {{ users = [ {{user: "CN=backend"}}
            {users} ] }}
        """)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, or start again on the same port with the same stream. Raises AssertionError with the server's log."""
        binary = shutil.which("nats-server") or shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert binary is not None
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([binary, "-c", str(self.folder / "nats.conf")], stdout=log, stderr=log)
        deadline = time.monotonic() + patient()
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """Kill with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(patient())
            self._process = None


async def connect_backend(server: NatsServer) -> Any:
    """A connection with the backend's rights, which waits out every death of the server."""
    return await nats.connect(
        server.url,
        tls=server.authority.context(server.folder / "backend.pem"),
        tls_handshake_first=True,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.05,
        error_cb=_ignore,
    )


async def _ignore(_error: Exception) -> None:
    return


async def begin_websocket(url: str, context: ssl.SSLContext, seconds: float) -> bytes:
    """Begin a WebSocket by hand, and return the status line: it is the listener that is tested, no client's library.

    Raises OSError, TimeoutError.
    """
    address = urlsplit(url)
    connecting = asyncio.open_connection(address.hostname, address.port, ssl=context)
    reader, writer = await asyncio.wait_for(connecting, seconds)
    try:
        writer.write(
            b"GET / HTTP/1.1\r\nHost: bosman\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        return await asyncio.wait_for(reader.readuntil(b"\r\n"), seconds)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
