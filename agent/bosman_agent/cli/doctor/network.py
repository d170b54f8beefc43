"""Checks of the way to the server: names, the gateway with its pinned authority, the clock, proxies."""

import asyncio
import os
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from bosman_agent.cli.doctor.context import Context
from bosman_agent.clock import utc_now
from bosman_agent.platform import diagnostics
from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.transport.connection_errors import classify, looks_like_html
from bosman_protocol.codes import Code
from bosman_protocol.enrollment import AUTHORITY_PATH
from bosman_protocol.envelope import CLOCK_SKEW
from bosman_protocol.text import clean_text

SECONDS = 8.0
ANSWER_BYTES = 16 * 1024
DETAIL_CHARS = 300


async def check_names(context: Context) -> list[Finding]:
    """Whether the names of gateway and bus are known. Never raises."""
    if context.config is None:
        return [finding("names", "skipped", "doctor.needs_enrolment")]
    hosts = dict.fromkeys(urlsplit(url).hostname or "" for url in (context.config.server_url, *context.config.bus_urls))
    return list(await asyncio.gather(*(_name(host) for host in hosts)))


async def _name(host: str) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except (OSError, UnicodeError) as error:
        return finding("names", "problem", "doctor.name_unknown", host=host, detail=_detail(error))
    return finding("names", "ok", "doctor.name_known", host=host, address=str(found[0][4][0]))


async def check_gateway(context: Context) -> list[Finding]:
    """Whether the gateway answers as Bosman does, and what time it has. Never raises."""
    if context.config is None:
        return [
            finding("gateway", "skipped", "doctor.needs_enrolment"),
            finding("clock", "skipped", "doctor.clock_unknown"),
        ]
    url = urlsplit(context.config.server_url)
    try:
        async with asyncio.timeout(SECONDS):
            head, body = await _ask(url, _pinned(context) if url.scheme == "https" else None)
    except (OSError, ValueError, asyncio.IncompleteReadError) as error:
        return [_failed(url, classify([error]), _detail(error)), finding("clock", "skipped", "doctor.clock_unknown")]
    status = clean_text(head.split("\r\n", 1)[0], DETAIL_CHARS)
    clock = _clock(head)
    if looks_like_html(body):
        return [_failed(url, Code.CONNECTION_PROXY_ANSWER, status), clock]
    if " 200" not in status:
        return [finding("gateway", "problem", "doctor.gateway_odd", url=url.geturl(), detail=status), clock]
    return [finding("gateway", "ok", "doctor.gateway_reached", url=url.geturl()), clock]


def _pinned(context: Context) -> ssl.SSLContext:
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted.load_verify_locations(cafile=str(context.data.authority))
    return trusted


async def _ask(url: SplitResult, context: ssl.SSLContext | None) -> tuple[str, bytes]:
    host = url.hostname or ""
    reader, writer = await asyncio.open_connection(host, url.port or (443 if context else 80), ssl=context)
    try:
        path = url.path.rstrip("/") + AUTHORITY_PATH
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode("ascii"))
        await writer.drain()
        head, _, body = (await _read(reader)).partition(b"\r\n\r\n")
    finally:
        writer.transport.abort()
    return head.decode("latin-1"), body


async def _read(reader: asyncio.StreamReader) -> bytes:
    read = b""
    while len(read) < ANSWER_BYTES and (more := await reader.read(4096)):
        read += more
    return read


def _failed(url: SplitResult, code: Code, detail: str) -> Finding:
    return finding("gateway", "problem", "doctor.gateway_failed", url=url.geturl(), code=code, detail=detail)


def _clock(head: str) -> Finding:
    dates = [line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith("date:")]
    try:
        there: datetime = parsedate_to_datetime(dates[0])
    except (IndexError, ValueError):
        return finding("clock", "skipped", "doctor.clock_unknown")
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    off = utc_now() - there
    if abs(off) > CLOCK_SKEW:
        return finding("clock", "problem", "doctor.clock_off", seconds=round(off.total_seconds()))
    return finding("clock", "ok", "doctor.clock_right")


def check_proxies(_subject: Context) -> list[Finding]:
    """Proxies that are set on this machine: the agent goes directly, but a network that wants them lets nobody past."""
    found = {
        name: value for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY") if (value := os.environ.get(name))
    } | diagnostics.system_proxies()
    if not found:
        return [finding("proxy", "ok", "doctor.proxy_none")]
    return [
        finding("proxy", "warning", "doctor.proxy_set", source=source, value=_without_password(value))
        for source, value in found.items()
    ]


def _without_password(value: str) -> str:
    return clean_text(value.rpartition("@")[2], DETAIL_CHARS)


def _detail(error: Exception) -> str:
    return clean_text(f"{type(error).__name__}: {error}", DETAIL_CHARS)
