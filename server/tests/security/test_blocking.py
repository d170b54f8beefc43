"""No handler blocks the event loop: an api in this very process, driven over its routes, every blocking call raises.

A blocking call is found by what it is, not by how long it took: files, sockets without an event loop, sleeping, locks.
"""

import asyncio
import json
import secrets
import traceback
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pyotp
import pytest
from blockbuster import BlockBuster, BlockingError

from bosman_server.kit.crypto.keyring import Keyring
from testkit.api_here import api_here, settings_here
from testkit.patience import patient

OPENAPI = json.loads((Path(__file__).parents[3] / "web" / "openapi.json").read_text())
NOBODY = "01a20513-33b3-70f1-8426-414c575af92c"
STREAMS = {"/api/v1/events", "/api/v1/tasks/{task_id}/output/stream"}
PASSWORD = "Siedem-zielonych-lodzi"


@pytest.fixture(scope="module")
def settings(stack):
    return settings_here(stack)


@pytest.fixture
async def api(settings, stack):
    """The address of an api in this process and this event loop."""
    async with api_here(stack, settings) as url:
        yield url


@pytest.fixture
def watched(monkeypatch):
    """From here on blocking calls in this event loop raise, and are noted wherever they are swallowed."""
    found: list[str] = []
    original = BlockingError.__init__

    def note(self: BlockingError, func: str) -> None:
        original(self, func)
        frames = [frame for frame in traceback.extract_stack()[:-2] if "blockbuster" not in frame.filename]
        found.append(
            f"{func} from " + " < ".join(f"{frame.name} {frame.filename}:{frame.lineno}" for frame in frames[:-6:-1])
        )

    monkeypatch.setattr(BlockingError, "__init__", note)
    # Whatever is called, however deep, from code of ours: the tests' own servers in other threads may block.
    buster = BlockBuster("bosman_server")
    # FastAPI looks up, once per route, in which file it is written.
    buster.functions["os.stat"].can_block_in("inspect.py", {"getsourcefile"})
    # Log lines go to standard error as they come: whoever reads them must keep up.
    for name in ("io.TextIOWrapper.write", "io.BufferedWriter.write"):
        buster.functions[name].can_block_in("logging/__init__.py", {"emit", "flush"})
    buster.activate()
    yield found
    buster.deactivate()


@pytest.fixture
async def scene(people, acme, new_device, eventually, api):
    """A signed-in Owner at the api in this process, and ids for its paths."""
    device, owner = await new_device(acme), await people.owner(acme)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=api, cookies=owner.cookies, timeout=patient())
        )
        made = await owner.post(f"devices/{device.id}/tasks", json={"kind": "diagnostics.echo"})
        task = made.json()
        await device.lease()
        await device.run(task["id"], "hello\n", result=msgspec.Raw(b'{"lines":1}'))

        async def arrived():
            return (await owner.get(f"tasks/{task['id']}")).json()["result"] == {"lines": 1}

        await eventually(arrived)
        ids = {"device_id": device.id, "task_id": task["id"], "job_id": task["job_id"], "tenant_id": acme.id,
               "site_id": acme.site_id}  # fmt: skip
        stranger = await stack.enter_async_context(httpx.AsyncClient(base_url=api, timeout=patient()))
        yield client, stranger, ids, acme


@pytest.fixture
async def invited(people, acme, mailbox):
    """An address and the token that was mailed to it."""
    email, owner = f"{secrets.token_hex(6)}@example.com", await people.owner(acme)
    body = {"tenant_id": str(acme.id), "email": email, "role": "viewer", "sites": "all"}
    assert (await owner.post("invitations", json=body)).status_code == 201
    return email, (await mailbox.next_to(email)).link.split("#")[1]


def routes(*methods):
    return [(method, path) for path, item in OPENAPI["paths"].items() for method in item if method in methods]


class TestDetector:
    async def test_a_blocking_call_is_noticed(self, stack, watched):
        with pytest.raises(BlockingError):
            Keyring(stack.state_dir / "keys").authority_certificate()
        assert len(watched) == 1 and "keyring.py" in watched[0]


@pytest.mark.timeout(180)
class TestRoutes:
    async def test_no_read_blocks(self, scene, watched):
        client, stranger, ids, _ = scene
        broken = []
        for _, path in routes("get"):
            made_up = dict.fromkeys(("entry_id", "approval_id"), NOBODY) | {"file_name": "bosman-agent-9.9.9.exe"}
            url = path.removeprefix("/api/v1/").format(**made_up, **ids)
            if not path.startswith("/api/v1/"):
                url = str(client.base_url.copy_with(path=url))
            if path in STREAMS:
                async with client.stream("GET", url) as answer:
                    await asyncio.wait_for(anext(answer.aiter_bytes()), patient())
            else:
                answer = await client.get(url)
            if answer.status_code >= 500:
                broken.append((path, answer.status_code))
            assert (await stranger.get(url)).status_code < 500 or path in STREAMS
        assert not broken and not watched

    async def test_no_change_with_a_foreign_or_empty_body_blocks(self, scene, watched):
        client, _, _, _ = scene
        for method, path in routes("post", "put", "patch", "delete"):
            if path in {"/api/v1/session", "/api/v1/me/totp/replace"}:
                continue  # would end the session; driven below
            names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
            url = path.removeprefix("/api/v1/").format(**dict.fromkeys(names, NOBODY))
            answer = await client.request(method.upper(), url, json={})
            assert answer.status_code < 500, (method, path, answer.text)
        assert not watched

    async def test_signing_in_does_not_block(self, scene, invited, watched):
        _, stranger, _, _ = scene
        await sign_in_and_out(stranger, *invited)
        assert not watched

    async def test_work_does_not_block(self, scene, watched):
        client, _, ids, customer = scene
        steps: list[tuple[str, str, Any]] = [
            ("POST", "jobs", {"kind": "updates.scan", "target": {"device_ids": [str(ids["device_id"])]}}),
            ("POST", f"devices/{ids['device_id']}/tasks", {"kind": "inventory.collect"}),
            ("POST", "sites", {"tenant_id": str(customer.id), "name": "Gdańsk", "time_zone": "Europe/Warsaw"}),
            ("POST", "enrollment-tokens", {"tenant_id": str(customer.id), "site_id": str(customer.site_id)}),
            (
                "POST",
                "invitations",
                {"tenant_id": str(customer.id), "email": "a@example.com", "role": "viewer", "sites": "all"},
            ),
            (
                "POST",
                "api-keys",
                {
                    "tenant_id": str(customer.id),
                    "name": "x",
                    "scopes": ["device:read"],
                    "sites": "all",
                    "devices": "all",
                },
            ),
            ("PATCH", "me", {"theme": "dark"}),
            ("PATCH", f"tenants/{customer.id}", {"name": f"Acme {secrets.token_hex(4)}"}),
            ("POST", f"devices/{ids['device_id']}/revoke", None),
            ("DELETE", f"devices/{ids['device_id']}", None),
        ]
        done = [(url, (await client.request(method, url, json=body)).status_code) for method, url, body in steps]
        assert all(status < 300 or status in {403, 422} for _, status in done), done
        assert sum(status < 300 for _, status in done) >= 7, done
        assert not watched

    async def test_pages_and_health_do_not_block(self, scene, watched, settings):
        _, stranger, _, _ = scene
        for path in ("/", "/devices", "/favicon.svg", "/no/such/file.js", "/healthz", "/readyz"):
            assert (await stranger.get(settings.browser_url + path)).status_code == 200
        assert not watched


async def sign_in_and_out(client, email, token):
    """An invitation accepted, a second factor enrolled, out, in again by a recovery code, a wrong password."""
    assert (await client.post("invitations/inspect", json={"token": token})).status_code == 200
    body = {"token": token, "name": "Ewa", "password": PASSWORD}
    assert (await client.post("invitations/accept", json=body)).status_code == 200
    secret = (await client.post("session/totp/enrollment")).json()["secret"]
    answer = await client.post("session/totp/enrollment/confirm", json={"code": pyotp.TOTP(secret).now()})
    codes = answer.json()["recovery_codes"]
    assert (await client.delete("session")).status_code == 204
    assert (await client.post("session", json={"email": email, "password": "wrong"})).status_code == 401
    assert (await client.post("session", json={"email": email, "password": PASSWORD})).status_code == 200
    assert (await client.post("session/totp", json={"code": "000000"})).status_code == 401
    assert (await client.post("session/totp", json={"recovery_code": codes[0]})).status_code == 200
    assert (await client.post("session/step-up", json={"recovery_code": codes[1]})).status_code == 204
    assert (await client.get("me/sessions")).status_code == 200
    change = {"current_password": PASSWORD, "new_password": "Osiem-niebieskich-rowerow"}
    assert (await client.post("me/password", json=change)).status_code == 204
    assert (await client.post("password-reset", json={"email": email})).status_code == 202
    assert (await client.post("setup", json={})).status_code in {404, 422}
