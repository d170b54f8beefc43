"""Every page in both languages, light and dark, wide and narrow: accessible, fitting, without console errors."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page

from bosman_server.identity.permissions import Role
from bosman_server.identity.sessions import COOKIE
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import TenantId
from testkit.people import People
from testkit.stack import Stack

Result = TypeVar("Result")


def in_thread(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine although Playwright's own loop runs in this thread."""
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(work())))
    thread.start()
    thread.join()
    return results[0]


async def _prepare(stack: Stack) -> dict[str, Any]:
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    people = People(stack.url, database)
    async with database.pool.acquire() as connection:
        tenant_id = await connection.fetchval("SELECT id FROM tenancy_tenant")
        site_id = await connection.fetchval("SELECT id FROM tenancy_site")
    client = await people.client({TenantId(tenant_id): Role.OWNER})
    for _ in range(100):
        devices = (await client.get("devices")).json()["items"]
        if devices and devices[0]["online"] and devices[0]["pending_updates"] is not None:
            break
        await asyncio.sleep(0.5)
    device_id = devices[0]["id"]
    body = {"kind": "diagnostics.echo", "params": {"text": "zażółć gęślą jaźń", "repeat": 40}}
    task = (await client.post(f"devices/{device_id}/tasks", json=body)).json()
    await client.post("enrollment-tokens", json={"tenant_id": str(tenant_id), "site_id": str(site_id), "label": "GPO"})
    where = {"tenant_id": str(tenant_id)}
    sites = {"role": "technician", "site_ids": [str(site_id)], "language": "pl"}
    invitation = (await client.post("invitations", json={**where, "email": "ewa@example.com", **sites})).json()
    await client.post("api-keys", json={**where, "name": "Grafana", "scopes": ["device:read", "task:read"]})
    await people.client({TenantId(tenant_id): Role.TECHNICIAN}, site_ids=[site_id])
    token = client.cookies[COOKIE]
    await people.close()
    await database.close()
    return {
        "cookie": token,
        "tenant": str(tenant_id),
        "device": device_id,
        "task": task["id"],
        "job": task["job_id"],
        "invitation": invitation["link"].split("#")[1],
    }


@pytest.fixture(scope="module")
def scene(stack: Stack) -> dict[str, Any]:
    """A signed-in Owner with a device, a finished task and a token."""
    return in_thread(lambda: _prepare(stack))


PAGES = {
    "devices": "/devices",
    "device": "/devices/{device}",
    "device-updates": "/devices/{device}?tab=updates",
    "device-software": "/devices/{device}?tab=software",
    "updates": "/updates",
    "tasks": "/tasks",
    "task": "/tasks/{task}",
    "jobs": "/jobs",
    "job": "/jobs/{job}",
    "approvals": "/approvals",
    "safety": "/safety",
    "enrollment": "/enrollment",
    "tenants": "/tenants",
    "tenant": "/tenants/{tenant}",
    "audit": "/audit",
    "people": "/people",
    "invitations": "/people/invitations",
    "api-keys": "/people/keys",
    "roles": "/people/roles",
    "profile": "/profile",
    "not-found": "/no/such/page",
    "forgot-password": "/forgot-password",
    "reset-password": "/reset-password#xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "reset-password-dead": "/reset-password",
    "invitation-dead": "/invitation#xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    # Last: it takes the language of whoever invited.
    "invitation": "/invitation#{invitation}",
}


def settle(page: Page) -> None:
    """Wait for the page's own requests; the event stream never ends and is no sign of work."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(400)


class TestContentSecurityPolicy:
    """What the other tests rely on: the browser enforces the policy, and the visitor hears of every violation."""

    @pytest.mark.parametrize(
        ("act", "directive"),
        [
            (
                "document.head.append(Object.assign(document.createElement('style'), {textContent: 'a{}'}))",
                "style-src-elem",
            ),
            ("document.body.setAttribute('style', 'color:red')", "style-src-attr"),
            ("(() => { try { document.body.innerHTML += '<i>x</i>' } catch {} })()", "require-trusted-types-for"),
            (
                "document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example.com/x'}))",
                "img-src",
            ),
        ],
    )
    def test_injected_content_does_nothing_and_is_noticed(
        self, stack: Stack, new_visitor: Any, act: str, directive: str
    ) -> None:
        visitor = new_visitor("en")
        visitor.page.goto(f"{stack.url}/sign-in")
        settle(visitor.page)
        assert not visitor.complaints
        visitor.page.evaluate(act)
        visitor.page.wait_for_timeout(300)
        found = [line for line in visitor.complaints if f"content security policy: {directive}" in line]
        assert found, visitor.complaints
        visitor.complaints.clear()


@pytest.mark.timeout(240)
class TestEveryPage:
    @pytest.mark.parametrize(
        ("language", "theme", "width"),
        [
            ("en", "light", 1280), ("en", "dark", 1280), ("pl", "light", 1280), ("pl", "dark", 1280),
            ("en", "light", 390), ("pl", "dark", 390),
        ],
    )  # fmt: skip
    def test_page_is_accessible_and_fits(
        self, stack: Stack, scene: dict[str, Any], new_visitor: Any, language: str, theme: str, width: int
    ) -> None:
        cookie = {"name": COOKIE, "value": scene["cookie"], "url": stack.url, "httpOnly": True, "sameSite": "Strict"}
        visitor = new_visitor(language, width=width, dark=theme == "dark")
        visitor.context.add_cookies([cookie])
        page: Page = visitor.page
        answer = visitor.context.request.patch(
            f"{stack.url}/api/v1/me",
            data=json.dumps({"language": language, "theme": theme}),
            headers={"content-type": "application/json", "origin": stack.url},
        )
        assert answer.ok, answer.text()
        problems = []
        for name, path in PAGES.items():
            page.goto(stack.url + path.format(**scene))
            settle(page)
            assert page.locator("html").get_attribute("lang") == ("pl" if name == "invitation" else language)
            visitor.shot(f"{name}-{language}-{theme}-{width}")
            try:
                visitor.assert_no_sideways_scroll()
                visitor.assert_accessible()
            except AssertionError as error:
                problems.append((name, str(error)[:600]))
        assert not problems, problems
