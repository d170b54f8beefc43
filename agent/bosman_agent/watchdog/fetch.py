"""Fetches a bundle from the gateway, by its hash; goes on where it was cut off."""

import asyncio
import hashlib
import http.client
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bosman_agent import __version__
from bosman_agent.backoff import full_jitter
from bosman_protocol.release import RELEASES_PATH, ReleaseManifest

TIMEOUT_SECONDS = 30.0
ATTEMPTS = 6
BLOCK_BYTES = 256 * 1024


class BundleNotFetchedError(Exception):
    """The bundle could not be had; the message says what was met."""


class BundleDamagedError(Exception):
    """What came is not what the manifest names."""


async def fetch_bundle(
    manifest: ReleaseManifest,
    *,
    server_url: str,
    authority: Path,
    target: Path,
    on_progress: Callable[[int], None],
) -> None:
    """Bring `target` to the manifest's size and hash. `on_progress` hears percent, from another thread.

    Raises BundleNotFetchedError after ATTEMPTS, BundleDamagedError, OSError (no room, no access).
    """
    for attempt in range(ATTEMPTS):
        try:
            await asyncio.to_thread(_fetch, manifest, urlsplit(server_url), authority, target, on_progress)
            break
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
            if attempt + 1 == ATTEMPTS:
                raise BundleNotFetchedError(f"{type(error).__name__}: {error}") from error
            await asyncio.sleep(full_jitter(attempt, base_seconds=1.0, cap_seconds=30.0))
    await asyncio.to_thread(_check, manifest, target)


def _check(manifest: ReleaseManifest, target: Path) -> None:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != manifest.sha256 or target.stat().st_size != manifest.size_bytes:
        target.unlink(missing_ok=True)
        raise BundleDamagedError(manifest.sha256)


def _fetch(
    manifest: ReleaseManifest, url: SplitResult, authority: Path, target: Path, on_progress: Callable[[int], None]
) -> None:
    have = target.stat().st_size if target.exists() else 0
    if have > manifest.size_bytes:
        target.unlink()
        have = 0
    if have == manifest.size_bytes:
        return
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted.load_verify_locations(cafile=str(authority))
    connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=TIMEOUT_SECONDS, context=trusted)
    try:
        headers = {"User-Agent": f"bosman-agent/{__version__}", "Range": f"bytes={have}-"}
        try:
            connection.request("GET", url.path.rstrip("/") + RELEASES_PATH + manifest.sha256, headers=headers)
            response = connection.getresponse()
        except OSError as error:
            # No name, no route: errors of the disk look the same to whoever called.
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        if response.status not in {http.client.OK, http.client.PARTIAL_CONTENT}:
            raise http.client.HTTPException(f"HTTP {response.status}")
        if response.status == http.client.OK:
            have = 0
        _write_body(response, target, have, manifest.size_bytes, on_progress)
    finally:
        connection.close()


def _write_body(
    response: http.client.HTTPResponse, target: Path, have: int, size: int, on_progress: Callable[[int], None]
) -> None:
    with target.open("ab" if have else "wb") as file:
        # One byte more than promised is enough to know that it is wrong.
        while have <= size and (block := response.read(min(BLOCK_BYTES, size + 1 - have))):
            file.write(block)
            have += len(block)
            on_progress(min(100, have * 100 // size))
    if have < size:
        raise http.client.IncompleteRead(b"", size - have)
