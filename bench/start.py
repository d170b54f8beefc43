"""How long api and worker take from their start until they serve.

Starts a server on loopback, ends its api and its worker again and again, and watches until whoever supervises them has
started them anew and they say that they are ready.
"""

import argparse
import asyncio
import os
import shutil
import signal
import ssl
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from bench.harness.figures import Figure, percentile, table
from bench.harness.processes import machine
from bench.harness.provision import loopback
from bench.harness.server import Server

_BAR_SECONDS = 2.0
_LIMIT_SECONDS = 60.0
_LOOK_SECONDS = 0.01


def _trusting_anybody() -> ssl.SSLContext:
    """The gateway's certificate is of an authority that nobody but its agents knows."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


async def _start(server: Server, client: httpx.AsyncClient, name: str, url: str) -> tuple[float, float]:
    """Seconds from the start of a fresh process until it is ready, and how long it has computed by then."""
    old = server.about.pids[name]
    os.kill(old, signal.SIGKILL)
    deadline = time.monotonic() + _LIMIT_SECONDS
    while (pid := server.about.pids.get(name, old)) == old:
        assert time.monotonic() < deadline, f"{name} was not started again"
        await asyncio.sleep(_LOOK_SECONDS)
    process = psutil.Process(pid)
    while not await _is_ready(client, url):
        assert time.monotonic() < deadline, f"{name} is not ready"
        await asyncio.sleep(_LOOK_SECONDS)
    used = process.cpu_times()
    return time.time() - process.create_time(), used.user + used.system


async def _measure(folder: Path, times: int) -> list[Figure]:
    figures = []
    async with Server(folder) as server, httpx.AsyncClient(verify=_trusting_anybody(), timeout=5) as client:
        for name, url in (("api", server.about.url), ("worker", loopback(server.about.gateway_url))):
            starts = [await _start(server, client, name, url) for _ in range(times)]
            took, computed = [[start[part] for start in starts] for part in (0, 1)]
            note = f"n = {times}, longest {max(took):.2f} s"
            figures += [
                Figure(f"{name}, start to ready, p50", percentile(took, 0.5), "s", _BAR_SECONDS, note=note),
                Figure(f"{name}, of it computing, p50", percentile(computed, 0.5), "s"),
            ]
    return figures


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="bench.start", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how often each is started")
    arguments = parser.parse_args()
    about_machine = machine()
    folder = Path(tempfile.mkdtemp(prefix="bosman-start-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    try:
        figures = asyncio.run(_measure(folder, arguments.times))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(f"Starts; {about_machine}", figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
