"""The api in the test's own process and event loop: what it does there can be watched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from pydantic import SecretStr

from bosman_server.app import create_app
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.db.rls import APP_ROLE
from bosman_server.kit.http.protocol import GuardedProtocol
from bosman_server.settings import Settings
from testkit.stack import Stack, free_port


def settings_here(stack: Stack) -> Settings:
    """Settings of another api of this stack."""
    about = stack.about()
    return Settings(
        state_dir=stack.state_dir,
        database_url=SecretStr(about["database_urls"][APP_ROLE]),
        bus_url=about["bus_url"],
        port=free_port(),
        password_hash_memory_kib=64,
        smtp_host="127.0.0.1",
        smtp_from="bosman@example.com",
        smtp_security="none",
    )


@asynccontextmanager
async def api_here(stack: Stack, settings: Settings | None = None) -> AsyncIterator[str]:
    """Serve; the address of the api's routes."""
    settings = settings or settings_here(stack)
    app = create_app(settings, Keyring(stack.state_dir / "keys"))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=settings.port, http=GuardedProtocol, ws="none", log_config=None,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - `serve` would take the process's signals
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"{settings.browser_url}/api/v1/"
    finally:
        server.should_exit = True
        await running
