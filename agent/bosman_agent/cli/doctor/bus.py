"""Checks of the bus: the device's certificate, and whether each address greets whoever shows it.

Never a connection as the device: the server would see a second agent with one identity, a clone, and take the end of
the check for the end of the agent. The bus greets before it is told a name, which is enough to know the way to it.
"""

import asyncio
import base64
import os
import ssl
from urllib.parse import SplitResult, urlsplit

from bosman_agent.cli.doctor.context import Context
from bosman_agent.clock import utc_now
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.identity.keys import IdentityBrokenError, client_context, read_validity
from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.transport.connection_errors import classify, looks_like_html
from bosman_protocol.codes import Code
from bosman_protocol.text import clean_text

DETAIL_CHARS = 300
SECONDS = 10.0
GREETING_BYTES = 16 * 1024
_GREETING = b"INFO {"
"""How every NATS server begins (https://docs.nats.io/reference/reference-protocols/nats-protocol#info)."""
_PORTS = {"tls": 4222, "wss": 443}
_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class _NoGreetingError(Exception):
    pass


async def check_bus(context: Context) -> list[Finding]:
    """Certificate and every address of the bus. Never raises."""
    if context.config is None:
        return [
            finding("certificate", "skipped", "doctor.needs_enrolment"),
            finding("bus", "skipped", "doctor.needs_enrolment"),
        ]
    found = await asyncio.gather(*(_reach(url, context.data) for url in context.config.bus_urls))
    return [_certificate(context.data), *found]


def _certificate(data: DataDir) -> Finding:
    try:
        validity = read_validity(data.identity)
    except (IdentityBrokenError, OSError) as error:
        return finding("certificate", "problem", "doctor.certificate_broken", detail=str(error))
    now, until = utc_now(), validity.not_after.isoformat(timespec="seconds")
    if now >= validity.not_after:
        return finding("certificate", "problem", "doctor.certificate_expired", until=until)
    if validity.due_for_renewal(now):
        return finding("certificate", "warning", "doctor.certificate_due", until=until)
    return finding("certificate", "ok", "doctor.certificate_valid", until=until)


async def _reach(url: str, data: DataDir) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            await _be_greeted(urlsplit(url), client_context(data.authority, data.identity))
    except _NoGreetingError as error:
        detail = clean_text(str(error), DETAIL_CHARS)
        return finding("bus", "problem", "doctor.bus_failed", url=url, code=Code.CONNECTION_PROXY_ANSWER, detail=detail)
    except (OSError, ValueError) as error:
        detail = clean_text(f"{type(error).__name__}: {error}", DETAIL_CHARS)
        return finding("bus", "problem", "doctor.bus_failed", url=url, code=classify([error]), detail=detail)
    return finding("bus", "ok", "doctor.bus_reached", url=url)


async def _be_greeted(url: SplitResult, context: ssl.SSLContext) -> None:
    """Return once the bus has spoken, which it does to nobody whose certificate it refuses."""
    if url.scheme not in _PORTS:
        raise ValueError("only tls:// and wss:// are accepted")
    reader, writer = await asyncio.open_connection(url.hostname, url.port or _PORTS[url.scheme], ssl=context)
    try:
        if url.scheme == "wss":
            key = base64.b64encode(os.urandom(16)).decode("ascii")
            writer.write(_UPGRADE.format(path=url.path or "/", host=url.netloc, key=key).encode("ascii"))
        read = b""
        while _GREETING not in read:
            more = await reader.read(4096)
            read += more
            if not more or len(read) > GREETING_BYTES or looks_like_html(read.partition(b"\r\n\r\n")[2]):
                raise _NoGreetingError(repr(read[:100]) if read else "closed without a word")
    finally:
        writer.transport.abort()
