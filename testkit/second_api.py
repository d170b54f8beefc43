"""A second api of a running stack, with another environment: what depends on a setting of the process."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from bosman_server.kit.db.rls import APP_ROLE
from testkit.stack import Stack, free_port


@contextlib.contextmanager
def second_api(stack: Stack, *, role: str = APP_ROLE, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run it; the address. `role`: of the database. No mail server is set up."""
    port, about = free_port(), stack.about()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bosman_server.cli", "api"],
        env={
            **os.environ,
            "BOSMAN_STATE_DIR": str(stack.state_dir),
            "BOSMAN_DATABASE_URL": about["database_urls"][role],
            "BOSMAN_BUS_URL": about["bus_url"],
            "BOSMAN_PORT": str(port),
            "BOSMAN_PASSWORD_HASH_MEMORY_KIB": "64",
            **(environment or {}),
        },
    )
    try:
        _wait_until_reachable(url)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_reachable(url: str) -> None:
    with httpx.Client(timeout=5) as client:
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                if client.get(f"{url}/readyz").status_code == 200:
                    return
            time.sleep(0.1)
    raise AssertionError("the second api did not start")
