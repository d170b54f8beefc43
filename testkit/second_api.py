"""A second api of a running stack, with another environment: what depends on a setting of the process."""

import contextlib
import os
from collections.abc import Iterator

import httpx

from bosman_server.kit.db.rls import APP_ROLE
from testkit.forks import ForkedBosman
from testkit.patience import patient, until
from testkit.stack import Stack, free_port


@contextlib.contextmanager
def second_api(stack: Stack, *, role: str = APP_ROLE, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run it; the address. `role`: of the database. No mail server is set up."""
    port, about = free_port(), stack.about()
    url = f"http://127.0.0.1:{port}"
    process = ForkedBosman(
        ["api"],
        environment={
            **os.environ,
            "BOSMAN_STATE_DIR": str(stack.state_dir),
            "BOSMAN_DATABASE_URL": about["database_urls"][role],
            "BOSMAN_BUS_URL": about["bus_url"],
            "BOSMAN_PORT": str(port),
            "BOSMAN_PASSWORD_HASH_MEMORY_KIB": "64",
            **(environment or {}),
        },
        output=stack.state_dir / f"second-api-{port}.log",
    )
    try:
        _wait_until_reachable(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(patient())


def _wait_until_reachable(url: str, process: ForkedBosman) -> None:
    def reachable() -> bool:
        assert process.poll() is None, "the second api has ended"
        with contextlib.suppress(httpx.TransportError):
            return client.get(f"{url}/readyz").status_code == 200
        return False

    with httpx.Client(timeout=patient()) as client:
        until(reachable)
