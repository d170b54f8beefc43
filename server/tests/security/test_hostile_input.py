"""Hostile paths, headers, dates and strings: an error of the sender, never one of the server (L1)."""

import asyncio
import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from uuid import UUID

import httpx
import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE
from testkit.patience import patient
from testkit.routes import api_routes, method_of
from testkit.scene import make_scene

PATHS = [
    "/%00", "/a%00b", "/" + "a" * 300, "/" + "a" * 4000, "/" + "/a" * 800, "/%ff%fe", "/%ed%a0%80", "//", "/.",
    "/..%2f..%2fetc/passwd", "/assets/%00", "/assets/" + "b" * 300, "/%0a%0d", "/%E2%80%AE", "/api/%00", "/api/v1/%00",
    "/agent/%00", "/%2e%2e", "/downloads/%00", "/downloads/" + "c" * 300, "/downloads/%ff", "/healthz?a=%00",
    "/assets", "/%25%30%30",
]  # fmt: skip
STRINGS = [
    "", "\x00", "%00", "²", "٣", "-1", "9" * 400, "1e999", "NaN", "\ud800", "\udfff\ud800", "\ufffe", "\u202e",
    "A" * 5000, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "2026-11-27T22:00:00",
    "[]", "{}", "null", "..", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --", "eyJ", "=" * 50, "W10", "WzEsMl0",
]  # fmt: skip
VALUES = [None, True, -1, 0, 2**31, 2**63, 2**70, 1.5, [], {}, [None], {"a": "\ud800"}, *STRINGS]
HEADERS = [
    b"", b"\xb2", b"\xff\xfe", b"a" * 4000, b"\xe2\x80\xae", b"[", b"http://[", b"http://[::1", b"//", b"0x10", b"-1",
    b"bytes=9-1", b"bytes=0-" + b"9" * 400, b"bytes=\xb2-", b'"', b"bosman_session=\xff", b'bosman_session="\\303"',
    b"Bearer \xb2", b"Bearer bsk_" + b"A" * 100, b"gzip;q=\xb2", b"9" * 30, b"Thu, 99 Foo 99999 99:99:99 GMT",
]  # fmt: skip
NAMES = [
    b"last-event-id", b"origin", b"host", b"cookie", b"authorization", b"range", b"if-range", b"if-none-match",
    b"if-modified-since", b"content-type", b"accept", b"accept-language", b"x-forwarded-for", b"x-forwarded-proto",
    b"sec-fetch-site", b"content-length", b"x-request-id", b"user-agent", b"expect", b"transfer-encoding",
]  # fmt: skip
AT_TENANT = {"tenant_id": "{tenant_id}"}


async def exchange(port: int, head: bytes) -> int:
    """The status of what is answered to these bytes; 0 where the connection is closed without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head)
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), patient())
        return int(line.split()[1]) if line else 0
    finally:
        writer.close()


@pytest.fixture
async def somebody(people, worker_database):
    """A scene and the Owner of its tenant, who also looks after the installation."""
    scene = await make_scene(worker_database)
    return scene, await people.client({scene.tenant_id: Role.OWNER}, operator=True)


class TestPaths:
    @pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
    async def test_no_path_is_the_servers_fault(self, method, path, stack):
        status = await exchange(
            urlsplit(stack.url).port, f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        assert status < 500, status

    async def test_gateway_says_no_as_well(self, stack):
        async with httpx.AsyncClient(verify=False, timeout=patient()) as client:
            for path in [*PATHS, "/agent/v1/trust?after=%C2%B2", "/agent/v1/trust?after=" + "9" * 400]:
                answer = await client.get(stack.about()["gateway_url"] + path)
                assert answer.status_code < 500, path

    @pytest.mark.parametrize("value", [value for value in STRINGS if value], ids=ascii)
    async def test_ids_in_paths(self, value, somebody):
        _, client = somebody
        text = quote(value.encode("utf-8", "surrogatepass")[:500], safe="")
        for route in api_routes():
            if "{" in route.path and method_of(route) == "GET":
                path = route.path.replace(route.path[route.path.index("{") : route.path.index("}") + 1], text)
                answer = await client.get(path.removeprefix("/api/v1").lstrip("/"))
                assert answer.status_code < 500, path


class TestHeaders:
    @pytest.mark.parametrize("name", NAMES, ids=bytes.decode)
    async def test_no_header_is_the_servers_fault(self, name, somebody, stack):
        scene, client = somebody
        port, cookie = urlsplit(stack.url).port, client.cookies[COOKIE].encode()
        paths = [
            b"/",
            b"/assets/x",
            b"/api/v1/me",
            b"/api/v1/tasks/%s/output/stream" % str(scene.task_id).encode(),
            b"/downloads/x",
        ]
        for value, path in itertools.product(HEADERS, paths):
            head = b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\n"
            head += b"" if name == b"host" else b"Host: x\r\n"
            head += b"" if name in {b"cookie", b"authorization"} else b"Cookie: %s=%s\r\n" % (COOKIE.encode(), cookie)
            status = await exchange(port, head + name + b": " + value + b"\r\n\r\n")
            assert status < 500, (path, value)

    async def test_digits_of_other_scripts_are_no_position(self, somebody):
        scene, client = somebody
        for value in (b"\xb2", b"\xb9", b"1" * 20):
            place = f"tasks/{scene.task_id}/output/stream"
            async with client.stream("GET", place, headers={b"last-event-id": value}) as answer:
                assert answer.status_code == 200


class TestQueries:
    @pytest.mark.parametrize(
        "route", [route for route in api_routes() if method_of(route) == "GET"], ids=lambda one: one.path
    )
    async def test_no_value_is_the_servers_fault(self, route, somebody):
        scene, client = somebody
        path = route.path.removeprefix("/api/v1").lstrip("/")
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", scene.ids().get(name, str(scene.task_id)))
        if path.endswith(("events", "/stream")):
            return
        names = [field.alias for field in _fields(route.dependant)]
        for name, value in itertools.product(names, STRINGS):
            text = quote(value.encode("utf-8", "surrogatepass"), safe="")
            answer = await client.get(f"{path}?{name}={text}")
            assert answer.status_code < 500, (name, value[:40])

    @pytest.mark.parametrize(
        "moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-27T22:00:00"]
    )
    async def test_position_in_a_list_by_time_is_checked(self, moment, somebody):
        _, client = somebody
        raw = json.dumps(["created_at", "desc", "after", moment, str(UUID(int=1))]).encode()
        answer = await client.get("tasks", params={"cursor": base64.urlsafe_b64encode(raw).decode().rstrip("=")})
        assert (answer.status_code, answer.json()["code"]) == (400, "page.bad_cursor")


def _fields(dependant):
    return dependant.query_params + [field for child in dependant.dependencies for field in _fields(child)]


def _variants(body):
    """The body with each of its values, however deep, replaced by each hostile one."""
    for name, value in body.items():
        yield from (body | {name: hostile} for hostile in VALUES)
        if isinstance(value, dict):
            yield from (body | {name: inner} for inner in _variants(value))


class TestBodies:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "devices/{device_id}/tasks", {
                "kind": "script.run", "params": {"shell": "sh", "source": "x"}, "not_before": None,
                "expires_in_seconds": 60, "timeout_seconds": 5, "confirmed_count": 1,
            }),
            ("POST", "devices/{device_id}/tasks", {"kind": "diagnostics.echo", "params": {"text": "x", "repeat": 1}}),
            ("POST", "jobs", {"kind": "diagnostics.echo", "target": {
                "filter": {"q": "x", "site_id": [], "tenant_id": [], "online": True}, "expected_count": 1,
            }}),
            ("POST", "sites", {"tenant_id": "{tenant_id}", "name": "x", "time_zone": "Europe/Warsaw"}),
            ("PATCH", "tenants/{tenant_id}", {"name": "x", "output_retention_days": 5}),
            ("POST", "safety/freeze", {"tenant_id": "{tenant_id}", "frozen": True, "reason": "x"}),
            ("PUT", "safety/settings?tenant_id={tenant_id}", {"confirm_above": 1, "budgets": []}),
            ("POST", "approvals/{approval_id}/reject", {"comment": "x"}),
            ("POST", "enrollment-tokens", AT_TENANT | {"site_id": "{site_id}", "label": "x", "max_uses": 1}),
            ("POST", "invitations", AT_TENANT | {"email": "a@example.com", "role": "viewer", "sites": "all"}),
            ("POST", "api-keys", AT_TENANT | {"name": "x", "scopes": [], "sites": "all", "devices": "all"}),
            ("PATCH", "me", {"name": "x", "theme": "dark", "language": "pl"}),
            ("POST", "devices/move", {"device_ids": [], "site_id": "{site_id}"}),
            ("POST", "devices/{device_id}/agent-update", {"version": "x", "allow_older": True}),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )  # fmt: skip
    async def test_no_value_is_the_servers_fault(self, method, path, body, somebody):
        scene, client = somebody
        ids = scene.ids()
        filled = {name: value.format(**ids) if isinstance(value, str) else value for name, value in body.items()}
        for variant in _variants(filled):
            content = json.dumps(variant)
            answer = await client.request(
                method, path.format(**ids), content=content, headers={"content-type": "application/json"}
            )
            assert answer.status_code < 500, content[:300]


class TestDates:
    @pytest.mark.parametrize(
        "moment",
        [
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00:00+23:59",
            "2026-11-27T22:00:00",
            "2099-01-01T00:00:00Z",
        ],
    )
    async def test_plan_out_of_bounds_or_without_a_zone_is_refused(self, moment, somebody):
        scene, client = somebody
        body = {"kind": "diagnostics.echo", "not_before": moment}
        answer = await client.post(f"devices/{scene.device_id}/tasks", json=body)
        assert answer.status_code == 422

    async def test_tomorrow_and_the_past_are_fine(self, somebody):
        scene, client = somebody
        for moment in ("2020-01-01T00:00:00+02:00", (datetime.now(UTC) + timedelta(days=1)).isoformat()):
            body = {"kind": "diagnostics.echo", "not_before": moment}
            assert (await client.post(f"devices/{scene.device_id}/tasks", json=body)).status_code == 201
