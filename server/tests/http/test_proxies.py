"""The reverse proxies of packaging/deploy in front of a running Bosman, where they are installed."""

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from bosman_server.kit.crypto.pki import create_authority, issue_server_certificate
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.rls import WORKER_ROLE
from bosman_server.kit.db.scope import EMPTY_SCOPE
from testkit.patience import patient, until
from testkit.people import People
from testkit.stack import Stack, free_port

DEPLOY = Path(__file__).parents[3] / "packaging" / "deploy"


def caddy(folder: Path, _port: int, _api: str) -> list[str]:
    config = (DEPLOY / "Caddyfile").read_text()
    # Nothing outside its folder: no trust store of the machine, no port 80, no admin port.
    quiet = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"
    (folder / "Caddyfile").write_text(config.replace("{\n", quiet, 1))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def nginx(folder: Path, port: int, api: str) -> list[str]:
    issued = issue_server_certificate(create_authority("Proxy CA"), ["localhost"])
    (folder / "cert.pem").write_bytes(issued.certificate_pem)
    (folder / "key.pem").write_bytes(issued.key_pem)
    server = (DEPLOY / "nginx.conf.example").read_text()
    for ours, theirs in (
        ("listen 443", f"listen {port}"), ("server_name bosman.example.com", "server_name localhost"),
        ("/etc/letsencrypt/live/bosman.example.com/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/letsencrypt/live/bosman.example.com/privkey.pem", f"{folder}/key.pem"),
        ("127.0.0.1:8080", api),
    ):  # fmt: skip
        assert ours in server
        server = server.replace(ours, theirs)
    whole = f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {server} }}"
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"]


@contextlib.contextmanager
def running(name: str, folder: Path, port: int, stack: Stack):
    # What it says of itself is the public name, which is not where it listens.
    api = f"127.0.0.1:{stack.port}"
    command = {"caddy": caddy, "nginx": nginx}[name](folder, port, api)
    environment = {
        **os.environ, "BOSMAN_SITE": f"https://localhost:{port}", "BOSMAN_API": api,
        "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder),
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:

        def answers():
            assert process.poll() is None, (folder / "log").read_text()
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"https://localhost:{port}/", verify=False, timeout=patient())

        until(answers)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(patient())


@pytest.fixture(scope="module", params=["caddy", "nginx"])
def proxied(request, tmp_path_factory, new_stack):
    """A Bosman behind the proxy: its public address, and the stack."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    environment = {"BOSMAN_PUBLIC_URL": f"https://localhost:{port}", "BOSMAN_TRUSTED_PROXIES": '["127.0.0.1"]'}
    with (
        new_stack(environment=environment) as stack,
        running(request.param, folder, port, stack) as url,
    ):
        yield url, stack


@pytest.fixture
async def owner(proxied):
    """A signed-in client that comes through the proxy."""
    url, stack = proxied
    database = await Database(stack.about()["database_urls"][WORKER_ROLE], pool_size=2).open()
    people = People(url, database)
    signed_in = await people.owner(await people.customer())
    async with httpx.AsyncClient(base_url=url, cookies=signed_in.cookies, verify=False, timeout=patient()) as client:
        yield client, database
    await people.close()
    await database.close()


class TestProxy:
    async def test_pages_and_api_come_with_hsts_and_the_policy(self, owner):
        client, _ = owner
        page, answer = await client.get("/"), await client.get("/api/v1/me")
        assert page.status_code == answer.status_code == 200
        assert "max-age=31536000" in page.headers["strict-transport-security"]
        assert "trusted-types" in page.headers["content-security-policy"]
        assert "uvicorn" not in page.headers.get("server", "")

    async def test_changes_pass_the_check_of_origin_under_the_public_name(self, owner):
        client, _ = owner
        mine = await client.patch(
            "/api/v1/me", json={"theme": "dark"}, headers={"origin": str(client.base_url).rstrip("/")}
        )
        other = await client.patch("/api/v1/me", json={"theme": "dark"}, headers={"origin": "https://evil.example.com"})
        assert (mine.status_code, other.status_code) == (200, 403)

    async def test_address_that_a_client_claims_is_not_believed(self, owner):
        client, database = owner
        body, headers = {"email": "forged@example.com", "password": "wrong"}, {"x-forwarded-for": "203.0.113.66"}
        assert (await client.post("/api/v1/session", json=body, headers=headers)).status_code == 401
        async with database.reading(EMPTY_SCOPE) as connection:
            found = await connection.fetchval(
                "SELECT source_ip FROM audit_entry WHERE actor_name = 'forged@example.com'"
            )
        assert found in {"127.0.0.1", "::1"}

    async def test_events_are_not_held_back(self, owner):
        client, _ = owner
        async with client.stream("GET", "/api/v1/events") as answer:
            assert answer.status_code == 200
            assert await asyncio.wait_for(anext(answer.aiter_bytes()), patient())

    async def test_inner_paths_are_hidden(self, owner):
        client, _ = owner
        for path in ("/metrics", "/healthz", "/readyz"):
            assert (await client.get(path)).status_code == 404

    async def test_http_2_is_spoken_and_old_tls_is_not(self, proxied):
        port = int(proxied[0].rsplit(":", 1)[1])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        _, writer = await asyncio.open_connection("localhost", port, ssl=context, server_hostname="localhost")
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        writer.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("AES128-SHA:AES256-GCM-SHA384:@SECLEVEL=0")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("localhost", port, ssl=old, server_hostname="localhost")
