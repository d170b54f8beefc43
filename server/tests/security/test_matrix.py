"""Who may call what: every route × every kind of caller, from one table [R2, R3].

A route without a row fails the suite. The same table is tried against an api whose database
role sees everything: there the application's own checks have to hold alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bosman_server.core.identity.permissions import ROLE_PERMISSIONS, SITE_PERMISSIONS, Permission, Role
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantScope
from testkit.people import People
from testkit.routes import api_routes, checks_of, method_of
from testkit.scene import Scene, make_scene
from testkit.second_api import second_api

P = Permission
SITED = frozenset({"device_id", "job_id", "task_id", "open_task_id", "token_id", "site_id", "empty_site_id"})
"""Objects that belong to a site: whoever is limited to another one gets a 404."""


@dataclass(frozen=True)
class Row:
    """One route: what it needs, how it is called, and what it answers to whoever may call it."""

    method: str
    path: str
    needs: P | str
    """A permission; or `self` (any signed-in person), `operator`, `public`."""
    ok: int = 200
    body: Any = None
    also: tuple[P, ...] = ()
    """Further permissions that this very call needs."""
    fresh: bool = False
    """Asks for a fresh second factor."""
    stream: bool = False
    device_status: str = "active"
    query: dict[str, str] = field(default_factory=dict)
    seen: int | None = None
    """The version that whoever calls has read."""
    at_root: bool = False
    """Not below /api/v1."""

    @property
    def template(self) -> str:
        """The path as the app names it."""
        return {
            "open_task_id": "task_id", "audit_id": "entry_id", "member_id": "membership_id", "empty_site_id": "site_id",
        }.get(self.placeholder or "", self.placeholder or "")  # fmt: skip

    @property
    def placeholder(self) -> str | None:
        """The object that the path addresses."""
        return self.path.split("{")[1].split("}")[0] if "{" in self.path else None

    @property
    def route(self) -> tuple[str, str]:
        """The route as the app registers it."""
        path = self.path.replace("{" + (self.placeholder or "") + "}", "{" + self.template + "}")
        return self.method, f"/{path}"

    @property
    def addresses(self) -> set[str]:
        """Which objects of the tenant the call is about: in the path or in the body."""
        names = {self.placeholder} if self.placeholder in Scene.__slots__ else set()
        return names | {name for name in Scene.__slots__ if "{" + name + "}" in f"{self.body} {self.query}"}


TASK = {"kind": "diagnostics.echo"}
SCRIPT = {"kind": "script.run", "params": {"shell": "powershell", "source": "hostname"}}
RESTART = {"kind": "system.restart"}
BUDGETS = [{"action_class": name, "per_hour": 5, "on_overflow": "delay"} for name in ("script", "restart", "install")]
WINDOW = {
    "tenant_id": "{tenant_id}",
    "name": "Nights",
    "kind": "window",
    "scope": "site",
    "site_id": "{site_id}",
    "classes": ["update"],
    "timing": {
        "recurrence": {"rrule": "FREQ=DAILY"},
        "starts_on": "2026-01-01",
        "ends_on": None,
        "start": "22:00",
        "end": "06:00",
        "zone": "site",
        "except_dates": [],
    },
}
AT_SITE = {"tenant_id": "{tenant_id}", "site_id": "{site_id}"}
ROWS = [
    Row("GET", "setup", "public", 404),
    Row("POST", "setup", "public", 404, {"code": "12345678", "email": "a@example.com", "name": "A", "password": "x"}),
    Row("POST", "session", "public", 401, {"email": "nobody@example.com", "password": "wrong"}),
    Row("GET", "session", "public"),
    Row("DELETE", "session", "public", 204),
    Row("POST", "session/totp", "public", 401, {"code": "000000"}),
    Row("POST", "session/totp/enrollment", "public", 401),
    Row("POST", "session/totp/enrollment/confirm", "public", 401, {"code": "000000"}),
    Row("POST", "password-reset", "public", 202, {"email": "nobody@example.com"}),
    Row("POST", "password-reset/complete", "public", 403, {"token": "x" * 43, "password": "Siedem-zielonych-lodzi"}),
    Row("POST", "invitations/inspect", "public", 403, {"token": "x" * 43}),
    Row("POST", "invitations/accept", "public", 403, {"token": "x" * 43}),
    Row("POST", "session/step-up", "self", 401, {"code": "000000"}),
    Row("POST", "me/password", "self", 403, {"current_password": "x", "new_password": "y"}),
    Row("GET", "me/sessions", "self"),
    Row("DELETE", "me/sessions/{session_id}", "self", 404),
    Row("GET", "me/views", "self"),
    Row("POST", "me/views", "self", 201, {"list": "devices", "name": "Mine", "query": {"os": "windows"}}),
    Row("PATCH", "me/views/{view_id}", "self", 404, {"name": "Other"}, seen=1),
    Row("DELETE", "me/views/{view_id}", "self", 404),
    Row("POST", "me/sessions/end-others", "self", body={"api_keys": True}),
    Row("POST", "me/recovery-codes", "self", 401, {"code": "000000"}),
    Row("POST", "me/totp/replace", "self", 401, {"code": "000000"}),
    Row("POST", "me/totp/replace/confirm", "self", 401, {"code": "000000"}),
    Row("GET", "me", "self"),
    Row("PATCH", "me", "self", body={"theme": "dark"}),
    Row("GET", "roles", "self"),
    Row("GET", "members", P.MEMBER_READ),
    Row("GET", "members/{member_id}", P.MEMBER_READ),
    Row(
        "PATCH", "members/{member_id}", P.MEMBER_UPDATE,
        body={"role": "client_view", "sites": "all"}, fresh=True, seen=1,
    ),
    Row("DELETE", "members/{member_id}", P.MEMBER_REMOVE, 204, fresh=True),
    Row("GET", "invitations", P.MEMBER_READ),
    Row("GET", "invitations/{invitation_id}", P.MEMBER_READ),
    Row(
        "POST", "invitations", P.MEMBER_INVITE, 201,
        {"tenant_id": "{tenant_id}", "email": "new@example.com", "role": "viewer", "sites": "all"}, fresh=True,
    ),
    Row("POST", "invitations/{invitation_id}/resend", P.MEMBER_INVITE, fresh=True),
    Row("POST", "invitations/{invitation_id}/revoke", P.MEMBER_INVITE, 204),
    Row("GET", "api-keys", P.API_KEY_READ),
    Row("GET", "api-keys/{key_id}", P.API_KEY_READ),
    Row(
        "POST", "api-keys", P.API_KEY_CREATE, 201,
        {"tenant_id": "{tenant_id}", "name": "x", "scopes": ["device:read"], "sites": "all", "devices": "all"},
        fresh=True,
    ),
    Row("POST", "api-keys/{key_id}/revoke", P.API_KEY_REVOKE, 204),
    Row("GET", "tenants", P.TENANT_READ),
    Row("POST", "tenants", "operator", 201, {"name": "New"}),
    Row("GET", "tenants/{tenant_id}", P.TENANT_READ),
    Row("PATCH", "tenants/{tenant_id}", P.TENANT_UPDATE, body={"name": "Renamed {device_id}"}, seen=1),
    Row("DELETE", "tenants/{tenant_id}", P.TENANT_DELETE, 409, fresh=True),
    Row("GET", "sites", P.SITE_READ),
    Row("GET", "sites/{site_id}", P.SITE_READ),
    Row("POST", "sites", P.SITE_CREATE, 201, {"tenant_id": "{tenant_id}", "name": "D", "time_zone": "Europe/Warsaw"}),
    Row("PATCH", "sites/{site_id}", P.SITE_UPDATE, body={"name": "E"}, seen=1),
    Row("DELETE", "sites/{empty_site_id}", P.SITE_DELETE, 204),
    Row("GET", "enrollment-tokens", P.TOKEN_READ),
    Row("GET", "enrollment-tokens/{token_id}", P.TOKEN_READ),
    Row("POST", "enrollment-tokens", P.TOKEN_CREATE, 201, AT_SITE),
    Row("POST", "enrollment-tokens/{token_id}/revoke", P.TOKEN_REVOKE, 204),
    Row("GET", "devices", P.DEVICE_READ),
    Row("GET", "devices/{device_id}", P.DEVICE_READ),
    Row("PATCH", "devices/{device_id}", P.DEVICE_UPDATE, body={"site_id": "{site_id}"}, seen=1),
    Row("POST", "devices/move", P.DEVICE_UPDATE, body={"device_ids": ["{device_id}"], "site_id": "{site_id}"}),
    Row("POST", "devices/{device_id}/revoke", P.DEVICE_REVOKE, fresh=True),
    Row("DELETE", "devices/{device_id}", P.DEVICE_DELETE, 204, device_status="revoked", fresh=True),
    Row("GET", "devices/{device_id}/software", P.DEVICE_READ),
    Row("GET", "devices/{device_id}/updates", P.DEVICE_READ),
    Row("GET", "updates/devices", P.DEVICE_READ),
    Row("GET", "updates", P.DEVICE_READ),
    Row("POST", "jobs", P.TASK_CREATE, 201, {**TASK, "target": {"device_ids": ["{device_id}"]}}),
    Row("POST", "jobs/preview", P.TASK_CREATE, body={**TASK, "target": {"device_ids": ["{device_id}"]}}),
    Row("POST", "devices/{device_id}/tasks", P.TASK_CREATE, 201, TASK),
    Row("POST", "devices/{device_id}/tasks", P.TASK_CREATE, 201, RESTART, (P.SYSTEM_RESTART,), fresh=True),
    Row("GET", "jobs", P.TASK_READ),
    Row("GET", "jobs/{job_id}", P.TASK_READ),
    Row("POST", "jobs/{job_id}/cancel", P.TASK_CANCEL),
    Row("POST", "jobs/{job_id}/retry", P.TASK_CREATE, 201, {"expected_count": 1}),
    Row("GET", "home", P.DEVICE_READ),
    Row("GET", "tasks", P.TASK_READ),
    Row("GET", "tasks/{task_id}", P.TASK_READ),
    Row("POST", "tasks/{open_task_id}/cancel", P.TASK_CANCEL),
    Row("POST", "tasks/{task_id}/retry", P.TASK_CREATE, 201, {}),
    Row("GET", "tasks/{task_id}/output", P.TASK_READ),
    Row("GET", "tasks/{task_id}/output.txt", P.TASK_READ),
    Row("GET", "tasks/{task_id}/output/stream", P.TASK_READ, stream=True),
    Row("GET", "events", P.DEVICE_READ, stream=True),
    Row("GET", "approvals", P.APPROVAL_READ),
    Row("GET", "approvals/{approval_id}", P.APPROVAL_READ),
    Row("POST", "approvals/{approval_id}/approve", P.APPROVAL_DECIDE, body={}, fresh=True),
    Row("POST", "approvals/{approval_id}/reject", P.APPROVAL_DECIDE, body={}),
    Row("GET", "tenants/{tenant_id}/safety", P.SAFETY_READ),
    Row(
        "PUT",
        "tenants/{tenant_id}/safety",
        P.SAFETY_UPDATE,
        body={"budgets": BUDGETS, "confirm_above": 5},
        fresh=True,
        seen=0,
    ),
    Row("GET", "safety/freeze", P.TASK_READ),
    Row("POST", "safety/freeze", P.SAFETY_FREEZE, body={"tenant_id": "{tenant_id}", "frozen": True, "reason": "test"}),
    Row("POST", "safety/fleet-freeze", "operator", body={"frozen": False}),
    Row("GET", "downloads/{file_name}", "public", 404, at_root=True),
    Row("GET", "agent-releases", P.DEVICE_READ),
    Row("GET", "agent-builds", P.TOKEN_READ),
    Row("POST", "agent-builds", P.TOKEN_CREATE, 202, {"tenant_id": "{tenant_id}", "platform": "linux"}),
    Row("POST", "devices/{device_id}/agent-update", P.AGENT_UPDATE, 409),
    Row("POST", "devices/{device_id}/tasks", P.TASK_CREATE, 201, SCRIPT, (P.SCRIPT_RUN,), fresh=True),
    Row("GET", "windows", P.WINDOW_READ),
    Row("GET", "windows/{window_id}", P.WINDOW_READ),
    Row("GET", "windows/{window_id}/versions", P.WINDOW_READ),
    Row("GET", "devices/{device_id}/windows", P.DEVICE_READ),
    Row("POST", "windows", P.WINDOW_MANAGE, 201, WINDOW),
    Row("PATCH", "windows/{window_id}", P.WINDOW_MANAGE, body={"name": "Other"}, seen=1),
    Row("POST", "windows/{window_id}/restore", P.WINDOW_MANAGE, body={"version": 1}, seen=1),
    Row("DELETE", "windows/{window_id}", P.WINDOW_MANAGE, 204),
    Row("POST", "windows/preview", P.WINDOW_READ, body={"tenant_id": "{tenant_id}", "device_ids": ["{device_id}"]}),
    Row(
        "POST", "devices/{device_id}/tasks", P.TASK_CREATE, 201, SCRIPT | {"outside_windows": "Now, please"},
        (P.SCRIPT_RUN, P.WINDOW_OVERRIDE), fresh=True,
    ),
    Row("GET", "audit", P.AUDIT_READ),
    Row("GET", "audit/actions", P.AUDIT_READ),
    Row("GET", "audit/{audit_id}", P.AUDIT_READ),
    Row("GET", "audit/export", P.AUDIT_EXPORT, query={"format": "jsonl"}),
]  # fmt: skip
OPEN_TO_ALL = {"public", "self"}
CALLERS = ("anonymous", "other_tenant", "other_site", "own_site", *Role)
GUARDED = [row for row in ROWS if row.needs not in OPEN_TO_ALL]


def named(row: Row) -> str:
    return f"{row.method} {row.path} {row.ok}"


def filled(value: Any, scene: Scene) -> Any:
    """A body with the scene's ids in it."""
    if isinstance(value, dict):
        return {key: filled(item, scene) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, scene) for item in value]
    return value.format(**scene.ids()) if isinstance(value, str) else value


async def call(client: httpx.AsyncClient, row: Row, scene: Scene) -> httpx.Response:
    path = row.path.format(file_name="bosman-agent-1.0.0-windows-amd64.exe", **scene.ids())
    place = str(client.base_url.copy_with(path=f"/{path}")) if row.at_root else path
    headers = {} if row.seen is None else {"if-match": f'"{row.seen}"'}
    request = client.build_request(
        row.method, place, json=filled(row.body, scene), params=filled(row.query, scene), headers=headers
    )
    answer = await client.send(request, stream=row.stream)
    if row.stream:
        if answer.is_error:
            await answer.aread()
        await answer.aclose()
    return answer


async def caller(people: People, who: str, scene: Scene, url: str | None = None) -> httpx.AsyncClient:
    if who == "anonymous":
        return people.anonymous()
    if who == "other_tenant":
        elsewhere = await people.customer("Elsewhere")
        return await people.client({elsewhere.id: Role.OWNER}, url=url)
    if who == "other_site":
        return await people.client({scene.tenant_id: Role.ADMIN}, site_ids=[scene.other_site_id], url=url)
    if who == "own_site":
        return await people.client(
            {scene.tenant_id: Role.ADMIN}, site_ids=[scene.site_id, scene.empty_site_id], url=url
        )
    return await people.client({scene.tenant_id: Role(who)}, url=url)


def allowed(who: str, row: Row) -> bool:
    needs = {row.needs, *row.also}
    if row.needs == "operator":
        return False
    if who in {"other_site", "own_site"}:
        return needs <= ROLE_PERMISSIONS[Role.ADMIN] & SITE_PERMISSIONS
    return who == "other_tenant" or needs <= ROLE_PERMISSIONS[Role(who)]


def expected(who: str, row: Row) -> int:
    """The status that this table demands."""
    if who == "anonymous":
        return 401
    if who == "other_tenant" and row.addresses:
        return 404
    if not allowed(who, row):
        return 403
    if who == "other_site" and row.addresses & SITED:
        return 404
    return row.ok


@pytest.fixture(scope="module")
def to_read() -> dict[Any, Any]:
    """What has been made for calls that only read: scenes, and who calls."""
    return {}


async def made_for(
    row: Row, who: str, people: People, database: Database, to_read: dict[Any, Any], url: str | None = None
) -> tuple[Scene, httpx.AsyncClient]:
    """A scene and somebody to call; those who only read share theirs."""
    if row.method != "GET":
        scene = await make_scene(database, device_status=row.device_status)
        return scene, await caller(people, who, scene, url)
    if row.device_status not in to_read:
        to_read[row.device_status] = await make_scene(database, device_status=row.device_status)
    scene = to_read[row.device_status]
    if (scene, who, url) not in to_read:
        to_read[scene, who, url] = await caller(people, who, scene, url)
    return scene, to_read[scene, who, url]


class TestTable:
    def test_every_route_has_a_row(self):
        known = {row.route for row in ROWS}
        found = {(method_of(route), route.path) for route in api_routes()}
        assert found - known == set(), "each needs a Row in ROWS; an id in its path comes from testkit/scene.py"
        assert known - found == set(), "rows of routes that are gone"

    def test_every_row_says_what_the_route_itself_demands(self):
        found = {(method_of(route), route.path): checks_of(route.dependant) for route in api_routes()}
        for row in ROWS:
            checks = found[row.route]
            if row.needs == "public":
                assert any(check.startswith("public:") for check in checks), row
            elif row.needs == "self":
                assert any(check.startswith("any signed-in") for check in checks), row
            else:
                assert str(row.needs) in checks, row


class TestMatrix:
    @pytest.mark.parametrize("who", CALLERS)
    @pytest.mark.parametrize("row", GUARDED, ids=named)
    async def test_answer_is_what_the_table_says(self, row, who, people, worker_database, to_read):
        scene, client = await made_for(row, who, people, worker_database, to_read)
        answer = await call(client, row, scene)
        assert answer.status_code == expected(who, row), "" if answer.is_success else answer.text
        if answer.status_code == 403:
            assert answer.json()["code"] == "permission.denied"
        if who in {"other_tenant", "other_site"} and not row.stream:
            assert not [value for value in scene.hidden() if value in answer.text and value not in str(answer.url)]

    @pytest.mark.parametrize("row", [row for row in ROWS if row.needs == "self"], ids=named)
    async def test_what_is_about_oneself_needs_a_session(self, row, people, worker_database):
        scene = await make_scene(worker_database)
        assert (await call(people.anonymous(), row, scene)).status_code == 401
        assert (await call(await caller(people, "viewer", scene), row, scene)).status_code == row.ok

    @pytest.mark.parametrize("row", [row for row in ROWS if row.needs == "public"], ids=named)
    async def test_what_is_public_tells_a_stranger_nothing(self, row, people, worker_database):
        scene = await make_scene(worker_database)
        answer = await call(people.anonymous(), row, scene)
        expected_here = 401 if row.route == ("GET", "/session") else row.ok
        assert answer.status_code in {expected_here, 429}
        assert not [value for value in scene.hidden() if value in answer.text]

    @pytest.mark.parametrize("row", [row for row in ROWS if row.fresh], ids=named)
    async def test_dangerous_acts_ask_for_a_fresh_second_factor(self, row, people, worker_database):
        scene = await make_scene(worker_database, device_status=row.device_status)
        owner = await people.client({scene.tenant_id: Role.OWNER}, stepped_up=False)
        answer = await call(owner, row, scene)
        assert (answer.status_code, answer.json()["code"]) == (403, "session.step_up_required")


@pytest.fixture(scope="module")
def unguarded_api(stack) -> Iterator[str]:
    """A second api of the same stack whose database role sees every tenant: row-level security is off for it."""
    # It asks whether it is bound, and here it is not.
    with second_api(
        stack, role=WORKER_ROLE, environment={"BOSMAN_UNSAFE_DATABASE": "true", "BOSMAN_BUILDS_RELEASES": "true"}
    ) as url:
        yield url


class TestApplicationAlone:
    async def test_row_level_security_is_really_off_there(self, people, worker_database, unguarded_api):
        first, second = await make_scene(worker_database), await make_scene(worker_database)
        async with worker_database.reading(TenantScope.of([first.tenant_id])) as connection:
            seen = await connection.fetchval("SELECT count(*) FROM tenancy_device WHERE id = $1", second.device_id)
        assert seen == 1

    @pytest.mark.parametrize("who", ["other_tenant", "other_site"])
    @pytest.mark.parametrize("row", GUARDED, ids=named)
    async def test_strangers_get_what_the_table_says(self, row, who, people, worker_database, unguarded_api, to_read):
        scene, client = await made_for(row, who, people, worker_database, to_read, unguarded_api)
        answer = await call(client, row, scene)
        assert answer.status_code == expected(who, row), "" if row.stream else answer.text
        if not row.stream:
            assert not [value for value in scene.hidden() if value in answer.text and value not in str(answer.url)]
