"""A list takes as many statements for many rows as for one."""

import secrets
from collections.abc import Iterator
from inspect import isclass
from uuid import uuid4

import httpx
import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from bosman_server.features.updates.models import PendingUpdate
from bosman_server.fleet.inventory.models import Software
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.paging import Page
from testkit.api_here import api_here
from testkit.patience import patient
from testkit.routes import api_routes, spec_of
from testkit.scene import make_scene
from testkit.statements import noted_statements

MOST = 8
"""Statements of a list: who asks, begin, scope, limits, the rows, their number, commit, and one to spare."""
SCENES = 4


def lists() -> Iterator[str]:
    """Every route that answers with pages of a `ListSpec`."""
    for route in api_routes():
        if spec_of(route) is not None:
            yield route.path.removeprefix("/api/v1").lstrip("/")


async def add_rows(database, scene):
    """More of what lies below one device."""
    common = {"tenant_id": scene.tenant_id, "device_id": scene.device_id, "report_id": uuid4()}
    async with database.writing(TenantScope.of([scene.tenant_id])) as tx:
        for number in range(SCENES):
            name = f"{number} {secrets.token_hex(4)}"
            tx.session.add(Software(**common, name=name, version="1", source="registry"))
            update = {"title": name, "update_class": "security", "available_version": "1"}
            tx.session.add(PendingUpdate(**common, name=name, **update))


@pytest.fixture
async def both(stack, people, worker_database):
    """Asks an api in this process, as somebody who sees one of everything or as somebody who sees more of it."""
    scenes = [await make_scene(worker_database) for _ in range(SCENES + 1)]
    await add_rows(worker_database, scenes[1])
    one = await people.client({scenes[0].tenant_id: Role.OWNER})
    many = await people.client({scene.tenant_id: Role.OWNER for scene in scenes[1:]})
    with noted_statements() as statements:
        async with api_here(stack) as url, httpx.AsyncClient(base_url=url, timeout=patient()) as client:

            async def ask(path, *, by_many):
                scene, who = (scenes[1], many) if by_many else (scenes[0], one)
                place = path.format(**scene.ids())
                for _ in range(2):
                    # The first time some things are looked up that are then known.
                    statements.forget()
                    answer = await client.get(place, headers={"cookie": f"{COOKIE}={who.cookies[COOKIE]}"})
                assert answer.status_code == 200, answer.text
                return len(answer.json().get("items", [])), list(statements.run)

            yield ask


class TestLists:
    def test_there_are_some(self):
        assert {"devices", "tasks", "jobs", "sites", "devices/{device_id}/software"} <= set(lists())

    def test_whatever_answers_with_a_page_is_declared_as_a_list(self):
        for route in api_routes():
            is_page = isclass(model := route.response_model) and issubclass(model, Page)
            assert is_page == (spec_of(route) is not None), route.path

    async def test_statements_do_not_grow_with_the_rows(self, both):
        proved = set()
        for path in lists():
            few, for_few = await both(path, by_many=False)
            more, for_more = await both(path, by_many=True)
            assert for_few and len(for_few) == len(for_more), (path, for_more)
            assert len(for_more) <= MOST, (path, for_more)
            if more > few:
                proved.add(path)
        missing = set(lists()) - proved
        assert missing == set(), "as many rows prove nothing: testkit/scene.py makes one of each, add_rows above more"
