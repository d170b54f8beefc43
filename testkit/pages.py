"""Every page of the web app, what has to be there to show it, and the look that a test takes at each."""

import asyncio
import json
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Page

from bosman_server.core.identity.models import Session
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE, hash_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import EMPTY_SCOPE, TenantId
from testkit.patience import eventually, patient
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
    async with database.unscoped() as connection:
        tenant_id = await connection.fetchval("SELECT id FROM tenancy_tenant")
        site_id = await connection.fetchval("SELECT id FROM tenancy_site")
    client = await people.client({TenantId(tenant_id): Role.OWNER})

    async def reported() -> Any:
        devices = (await client.get("devices")).json()["items"]
        known = devices and devices[0]["online"] and devices[0]["pending_updates"] is not None
        return devices[0]["id"] if known else None

    device_id = await eventually(reported, poll_seconds=0.3)
    body = {"kind": "diagnostics.echo", "params": {"text": "zażółć gęślą jaźń", "repeat": 40}}
    task = (await client.post(f"devices/{device_id}/tasks", json=body)).json()
    await client.post("enrollment-tokens", json={"tenant_id": str(tenant_id), "site_id": str(site_id), "label": "GPO"})
    where = {"tenant_id": str(tenant_id)}
    sites = {"role": "technician", "sites": [str(site_id)], "language": "pl"}
    invitation = (await client.post("invitations", json={**where, "email": "ewa@example.com", **sites})).json()
    await client.post(
        "api-keys",
        json={**where, "name": "Grafana", "scopes": ["device:read", "task:read"], "sites": "all", "devices": "all"},
    )
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


@asynccontextmanager
async def signed_in(stack: Stack, scene: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the api, signed in as the Owner of the scene."""
    cookies = {COOKIE: scene["cookie"]}
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", cookies=cookies, timeout=patient()) as client:
        yield client


def make_page_scene(stack: Stack) -> dict[str, Any]:
    """A signed-in Owner with a device, a finished task and a token; what the addresses of PAGES are filled with."""
    return in_thread(lambda: _prepare(stack))


async def _sign_in_anew(stack: Stack, scene: dict[str, Any]) -> dict[str, Any]:
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    token = secrets.token_urlsafe(32)
    async with database.unscoped() as connection:
        before = hash_token(scene["cookie"])
        user_id = await connection.fetchval("SELECT user_id FROM identity_session WHERE token_hash = $1", before)
    async with database.writing(EMPTY_SCOPE) as tx:
        given = utc_now()
        tx.session.add(Session(token_hash=hash_token(token), user_id=user_id, state="complete", stepped_up_at=given))
    await database.close()
    return scene | {"cookie": token}


def sign_in_anew(stack: Stack, scene: dict[str, Any]) -> dict[str, Any]:
    """The same scene with a session of its own, whose second factor was given just now."""
    return in_thread(lambda: _sign_in_anew(stack, scene))


PAGES = {
    "home": "/",
    "devices": "/devices",
    "device": "/devices/{device}",
    "device-updates": "/devices/{device}?tab=updates",
    "device-software": "/devices/{device}?tab=software",
    "device-hardware": "/devices/{device}?tab=hardware",
    "device-tasks": "/devices/{device}?tab=tasks",
    "updates": "/updates",
    "windows": "/windows",
    "catalog": "/updates/catalog",
    "activity": "/activity",
    "task": "/tasks/{task}",
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


def look_at_every_page(stack: Stack, scene: dict[str, Any], visitor: Any, language: str, look: str) -> None:
    """Open each page: it is in the language, accessible, no wider than the window. `look` names the screenshots."""
    page: Page = visitor.page
    problems = []
    for name, path in PAGES.items():
        page.goto(stack.url + path.format(**scene))
        settle(page)
        assert page.locator("html").get_attribute("lang") == ("pl" if name == "invitation" else language)
        visitor.shot(f"{name}-{language}-{look}")
        try:
            visitor.assert_no_sideways_scroll()
            visitor.assert_accessible()
        except AssertionError as error:
            problems.append((name, str(error)[:600]))
    assert not problems, problems


def choose(stack: Stack, scene: dict[str, Any], visitor: Any, language: str, theme: str) -> None:
    """Sign the visitor in as the Owner of the scene, with this language and theme."""
    cookie = {"name": COOKIE, "value": scene["cookie"], "url": stack.url, "httpOnly": True, "sameSite": "Strict"}
    visitor.context.add_cookies([cookie])
    answer = visitor.context.request.patch(
        f"{stack.url}/api/v1/me",
        data=json.dumps({"language": language, "theme": theme}),
        headers={"content-type": "application/json", "origin": stack.url},
    )
    assert answer.ok, answer.text()
