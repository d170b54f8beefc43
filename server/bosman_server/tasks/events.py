"""Changes of everything a user may see, as one stream to the browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from nats.aio.msg import Msg

from bosman_server.kit import live
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.runtime import Runtime
from bosman_server.tasks.output import sse

_PING_SECONDS = 15.0
_MAX_WAITING = 5_000


async def change_events(runtime: Runtime, scope: TenantScope) -> AsyncIterator[bytes]:
    """Changes in the tenants of the scope until the browser goes; a browser too slow to listen is told to re-read."""
    queue: asyncio.Queue[Msg] = asyncio.Queue(maxsize=_MAX_WAITING)
    lost = False

    async def on_message(message: Msg) -> None:
        nonlocal lost
        try:
            queue.put_nowait(message)
        except asyncio.QueueFull:
            lost = True

    subscriptions = [await runtime.bus.subscribe(live.changes(tenant_id), cb=on_message) for tenant_id in scope]
    await runtime.bus.flush(timeout=5)
    yield b"retry: 2000\nevent: ready\ndata: {}\n\n"
    try:
        while True:
            try:
                message = await asyncio.wait_for(queue.get(), _PING_SECONDS)
            except TimeoutError:
                yield b": ping\n\n"
                continue
            if lost:
                lost = False
                yield sse("reload", b"{}")
            yield sse("change", message.data)
    finally:
        for subscription in subscriptions:
            with suppress(Exception):  # the connection may be gone: then so is the subscription
                await subscription.unsubscribe()
