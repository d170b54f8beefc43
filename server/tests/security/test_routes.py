"""Every route states who may call it [R2]."""

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bosman_server.app import create_app
from bosman_server.identity.access import AUTHORIZED
from bosman_server.settings import Settings


def api_routes():
    found = []

    def walk(routes):
        for route in routes:
            if isinstance(route, APIRoute):
                found.append(route)
            elif getattr(route, "original_router", None) is not None:
                walk(route.original_router.routes)

    walk(create_app(Settings()).routes)
    return found


def checks_of(dependant: Dependant) -> set[str]:
    found = {AUTHORIZED[dependant.call]} if dependant.call in AUTHORIZED else set()
    for child in dependant.dependencies:
        found |= checks_of(child)
    return found


class TestAuthorisation:
    def test_there_are_routes_to_check(self):
        assert len(api_routes()) > 40

    @pytest.mark.parametrize("route", api_routes(), ids=lambda route: f"{min(route.methods)} {route.path}")
    def test_route_has_a_check_or_a_reason_for_none(self, route):
        assert checks_of(route.dependant), f"{route.path} has neither require(...) nor public(...)"

    @pytest.mark.parametrize("route", api_routes(), ids=lambda route: f"{min(route.methods)} {route.path}")
    async def test_route_without_public_refuses_the_anonymous(self, route, people):
        checks = checks_of(route.dependant)
        if any(check.startswith("public:") for check in checks):
            return
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "01a20513-33b3-70f1-8426-414c575af92c")
        method = min(route.methods)
        answer = await people.anonymous().request(method, path.removeprefix("/api/v1").lstrip("/"), json={})
        assert answer.status_code == 401 and answer.json()["code"] == "session.required"
