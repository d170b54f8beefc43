"""Every route states who may call it [R2]."""

import pytest

from testkit.routes import api_routes, checks_of, method_of


class TestAuthorisation:
    def test_there_are_routes_to_check(self):
        assert len(api_routes()) > 40

    @pytest.mark.parametrize("route", api_routes(), ids=lambda route: f"{method_of(route)} {route.path}")
    def test_route_has_a_check_or_a_reason_for_none(self, route):
        assert checks_of(route.dependant), f"{route.path} has neither require(...) nor public(...)"

    @pytest.mark.parametrize("route", api_routes(), ids=lambda route: f"{method_of(route)} {route.path}")
    async def test_route_without_public_refuses_the_anonymous(self, route, people):
        checks = checks_of(route.dependant)
        if any(check.startswith("public:") for check in checks):
            return
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "01a20513-33b3-70f1-8426-414c575af92c")
        method = method_of(route)
        answer = await people.anonymous().request(method, path.removeprefix("/api/v1").lstrip("/"), json={})
        assert answer.status_code == 401 and answer.json()["code"] == "session.required"
