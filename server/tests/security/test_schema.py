"""Whatever is sent to the api, with whichever role: no server error, and no answer outside the schema."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import content_type_conformance, not_a_server_error, response_schema_conformance

from bosman_server.app import create_app
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.settings import Settings
from testkit.patience import patient
from testkit.people import People
from testkit.scene import Scene, make_scene
from testkit.stack import Stack

EXAMPLES = 2
"""Per route and role, each sent twice: with ids out of thin air, and with ids of things that exist."""
ROLES = list(Role) if os.environ.get("BOSMAN_TEST_ALL_ROLES") else [Role.OWNER, Role.VIEWER]
"""Who may do most and least; the others between them are tried by `make test-nightly`."""
STREAMS = r"(/events|/output/stream)$"
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
NAMES = {"membership_id": "member_id", "entry_id": "audit_id"}

schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi()).exclude(path_regex=STREAMS)


class Door:
    """Fresh tenants and sessions for tests that run without a loop of their own."""

    def __init__(self, stack: Stack) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.url = stack.url
        self._to_read: dict[Role, tuple[str, Scene]] = {}
        dsn = stack.about()["database_urls"][WORKER_ROLE]
        self._database = self._run(Database(dsn, pool_size=2).open())
        self._people = People(stack.url, self._database)

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def open(self, role: Role, *, to_read: bool) -> tuple[str, Scene]:
        """The cookie of somebody with a role in a tenant full of everything; all who only read share one."""
        if to_read and role in self._to_read:
            return self._to_read[role]

        async def make() -> tuple[str, Scene]:
            scene = await make_scene(self._database)
            client = await self._people.client({scene.tenant_id: role}, operator=role is Role.OWNER)
            return str(client.cookies[COOKIE]), scene

        found: tuple[str, Scene] = self._run(make())
        if to_read:
            self._to_read[role] = found
        return found

    def close(self) -> None:
        self._run(self._people.close())
        self._run(self._database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def door(stack) -> Iterator[Door]:
    made = Door(stack)
    yield made
    made.close()


class TestSchema:
    @pytest.mark.parametrize("role", ROLES)
    @schema.parametrize()
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def test_no_server_error_and_no_answer_outside_the_schema(self, case, role, door):
        cookie, scene = door.open(role, to_read=case.method == "GET")
        ids = scene.ids()
        case.call_and_validate(base_url=door.url, cookies={COOKIE: cookie}, checks=CHECKS, timeout=patient())
        known = {name: ids.get(NAMES.get(name, name), value) for name, value in (case.path_parameters or {}).items()}
        if known:
            case.path_parameters = known
            case.call_and_validate(base_url=door.url, cookies={COOKIE: cookie}, checks=CHECKS, timeout=patient())
