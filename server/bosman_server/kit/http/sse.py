"""Server-sent events: how they look, and an answer made of them that is tidied up however the browser leaves."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from bosman_server.kit.http.fair import LongAnswer

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
PING: Final = b": ping\n\n"
"""Says nothing: keeps proxies from taking a quiet stream for a dead one, and notices a browser that has gone."""
RELOAD: Final = b"event: reload\ndata: {}\n\n"
"""Something was missed: read everything again."""
HEARTBEAT: Final = b"event: heartbeat\ndata: {}\n\n"
"""Says that the other side lives, to a page that listens for it; `PING` does not reach scripts."""
HEARTBEAT_SECONDS: Final = 15.0


def ready(web_version: str) -> bytes:
    """From here on nothing is missed. The version is that of the web app as it is handed out now."""
    return b"retry: 2000\n" + sse("ready", msgspec.json.encode({"web_version": web_version}))


def sse(event: str, data: bytes, event_id: int | None = None) -> bytes:
    """One server-sent event."""
    head = f"event: {event}\n" + (f"id: {event_id}\n" if event_id is not None else "")
    return head.encode() + b"data: " + data + b"\n\n"


def event_stream(events: AsyncIterator[bytes], keys: Sequence[tuple[str, int]]) -> LongAnswer:
    """An answer that lasts as long as its events; `keys` say whose places it takes."""
    return LongAnswer(events, keys=keys, media_type="text/event-stream", headers=_HEADERS)
