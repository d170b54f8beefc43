"""Secrets that went through a whole installation, searched for in everything that it wrote."""

import secrets
from dataclasses import dataclass, field

import asyncpg
import httpx
import pyotp
import pytest

from testkit.device import enrollment_body, new_request, post_enrollment
from testkit.mailbox import Mailbox
from testkit.patience import patient
from testkit.stack import Stack

ADMIN = "admin@example.com"


def password():
    return f"Haslo-{secrets.token_urlsafe(12)}"


@dataclass
class Story:
    """A stack on which people and programs have used every kind of secret, rightly and wrongly."""

    stack: Stack
    used: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: str) -> str:
        assert len(value) >= 8, "too short to be searched for"
        self.used[name] = value
        return value


async def set_up(story: Story, client: httpx.AsyncClient) -> None:
    note = story.note
    wrong = {
        "code": note("wrong setup code", secrets.token_urlsafe(16)),
        "password": note("first password", password()),
    }
    assert (await client.post("setup", json={"email": ADMIN, "name": "Ada", **wrong})).status_code == 403
    code = note("setup code", story.stack.setup_code or "")
    body = {"code": code, "email": ADMIN, "name": "Ada", "password": note("password", password()), "language": "pl"}
    assert (await client.post("setup", json=body)).status_code == 200
    secret = note("totp seed", (await client.post("session/totp/enrollment")).json()["secret"])
    answer = await client.post("session/totp/enrollment/confirm", json={"code": pyotp.TOTP(secret).now()})
    for number, recovery in enumerate(answer.json()["recovery_codes"]):
        note(f"recovery code {number}", recovery)
    note("session cookie", client.cookies["bosman_session"])


async def sign_in_wrongly(story: Story, url: str) -> None:
    note = story.note
    async with httpx.AsyncClient(base_url=url, timeout=patient()) as client:
        for body in (
            {"email": ADMIN, "password": note("wrong password", password())},
            {"email": note("password typed as address", password()), "password": "x"},
            {"email": ADMIN, "password": {"nested": note("password of a wrong shape", password())}},
            {"email": ADMIN, "pasword": note("password in a wrong field", password())},
        ):
            assert (await client.post("session", json=body)).status_code in {401, 422}
        await client.post("session", content=note("broken body", password()).encode())
        answer = await client.post("session", json={"email": ADMIN, "password": story.used["password"]})
        assert answer.json()["state"] == "totp_required"
        note("half a session", client.cookies["bosman_session"])
        wrong = note("wrong recovery code", secrets.token_urlsafe(12))
        assert (await client.post("session/totp", json={"recovery_code": wrong})).status_code in {401, 422}
        body = {"recovery_code": story.used["recovery code 0"]}
        assert (await client.post("session/totp", json=body)).status_code == 200
        note("second session", client.cookies["bosman_session"])
        cookies = {"bosman_session": note("made-up session", secrets.token_urlsafe(32))}
        async with httpx.AsyncClient(base_url=url, cookies=cookies) as stranger:
            assert (await stranger.get("me")).status_code == 401


async def use_programs(story: Story, client: httpx.AsyncClient, url: str, tenant_id: str) -> None:
    note = story.note
    body = {"recovery_code": story.used["recovery code 1"]}
    assert (await client.post("session/step-up", json=body)).status_code == 204
    answer = await client.post(
        "api-keys",
        json={"tenant_id": tenant_id, "name": "script", "scopes": ["device:read"], "sites": "all", "devices": "all"},
    )
    assert answer.status_code == 201, answer.text
    keys = {"api key": answer.json()["token"], "made-up key": "bsk_" + secrets.token_urlsafe(40)}
    for name, status in (("api key", 200), ("made-up key", 401)):
        async with httpx.AsyncClient(
            base_url=url, headers={"authorization": f"Bearer {note(name, keys[name])}"}
        ) as one:
            assert (await one.get("devices")).status_code == status
            await one.get("devices", params={"cursor": note(f"{name} in an address", secrets.token_urlsafe(24))})


async def use_mails(story: Story, client: httpx.AsyncClient, url: str, tenant_id: str, mailbox: Mailbox) -> None:
    note, guest = story.note, "guest@example.com"
    body = {"tenant_id": tenant_id, "email": guest, "role": "viewer", "language": "pl", "sites": "all"}
    assert (await client.post("invitations", json=body)).status_code == 201
    token = note("invitation", (await mailbox.next_to(guest)).link.split("#")[1])
    async with httpx.AsyncClient(base_url=url, timeout=patient()) as stranger:
        await stranger.post(
            "invitations/inspect", json={"token": note("made-up invitation", secrets.token_urlsafe(32))}
        )
        body = {"token": token, "name": "Gość", "password": note("guest's password", password())}
        assert (await stranger.post("invitations/accept", json=body)).status_code == 200
        assert (await stranger.post("password-reset", json={"email": guest})).status_code < 300
        token = note("reset", (await mailbox.next_to(guest, after=1)).link.split("#")[1])
        body = {"token": note("made-up reset", secrets.token_urlsafe(32)), "password": password()}
        assert (await stranger.post("password-reset/complete", json=body)).status_code == 403
        body = {"token": token, "password": note("guest's new password", password())}
        assert (await stranger.post("password-reset/complete", json=body)).status_code < 300


async def enrol(story: Story, client: httpx.AsyncClient, tenant_id: str) -> None:
    site = (await client.get("sites")).json()["items"][0]["id"]
    answer = await client.post("enrollment-tokens", json={"tenant_id": tenant_id, "site_id": site})
    token, gateway = story.note("enrolment token", answer.json()["token"]), story.stack.about()["gateway_url"]
    wrong = f"{token.split('.')[0]}.{story.note('made-up enrolment token', secrets.token_urlsafe(24))}"
    for one, status in ((wrong, 403), (token, 201), (token, 403)):
        assert (await post_enrollment(gateway, enrollment_body(one, new_request()[1]))).status_code == status


@pytest.fixture(scope="module")
async def story(new_stack):
    mailbox = Mailbox().start()
    environment = {**mailbox.environment, "BOSMAN_LOG_LEVEL": "debug", "BOSMAN_LOG_FORMAT": "json"}
    with new_stack(environment=environment) as stack:
        told, url = Story(stack), f"{stack.url}/api/v1/"
        async with httpx.AsyncClient(base_url=url, timeout=patient()) as client:
            await set_up(told, client)
            tenant_id = (await client.get("tenants")).json()["items"][0]["id"]
            await sign_in_wrongly(told, url)
            await use_programs(told, client, url, tenant_id)
            await use_mails(told, client, url, tenant_id, mailbox)
            await enrol(told, client, tenant_id)
        yield told
    mailbox.stop()


class TestWritten:
    async def test_no_log_holds_a_secret(self, story):
        logs = {"processes": story.stack.log()}
        for path in story.stack.state_dir.rglob("*"):
            if path.is_file() and (path.suffix == ".log" or "log" in path.parts):
                logs[str(path.name)] = path.read_text(errors="replace")
        assert len(logs) >= 3, "processes, PostgreSQL and NATS"
        # The set-up link is printed at the console on purpose, once; it is used up by now.
        logs["processes"] = "\n".join(line for line in logs["processes"].splitlines() if "Set-up, once:" not in line)
        assert "session" in logs["processes"] or "worker_ready" in logs["processes"]
        found = [(name, where) for name, value in story.used.items() for where, text in logs.items() if value in text]
        assert not found

    async def test_no_table_holds_a_secret_that_could_be_read(self, story):
        connection = await asyncpg.connect(story.stack.about()["database_urls"]["owner"])
        try:
            tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            query = "SELECT string_agg(t::text, '\n') FROM {} t"
            whole = {name: await connection.fetchval(query.format(name)) for (name,) in tables}
        finally:
            await connection.close()
        assert "session.sign_in" in whole["audit_entry"] and ADMIN in whole["identity_user"]
        found = [
            (name, table)
            for name, value in story.used.items()
            for table, text in whole.items()
            # Addresses are kept in lower case, whatever was typed as one.
            if text and (value.lower() in text.lower() or value.encode().hex() in text)
        ]
        assert not found

    async def test_no_answer_repeats_what_was_typed(self, story):
        async with httpx.AsyncClient(base_url=f"{story.stack.url}/api/v1/") as client:
            for body in (
                {"email": 5, "password": {"x": "Tajne-haslo-1"}},
                {"email": "a", "password": "Tajne-haslo-1" * 90},
            ):
                answer = await client.post("session", json=body)
                assert answer.status_code in {401, 422} and "Tajne-haslo" not in answer.text
