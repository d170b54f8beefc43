"""Set-up, two factors, sessions: on a stack of its own, since set-up happens once."""

import time
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from testkit.patience import patient
from testkit.stack import Stack

OWNER = {"email": "Ola@Example.com", "name": "Ola Nowak", "password": "Siedem-zielonych-lodzi", "language": "pl"}

CREDENTIALS = {name: OWNER[name] for name in ("email", "password")}


@pytest.fixture(scope="module")
def fresh_stack(new_stack) -> Iterator[Stack]:
    proxies = {"BOSMAN_TRUSTED_PROXIES": '["127.0.0.1"]'}
    with new_stack(environment=proxies) as running:
        yield running


def from_address(stack: Stack, address: str) -> httpx.AsyncClient:
    """A browser that a trusted proxy says is elsewhere."""
    return httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", timeout=patient(), headers={"x-forwarded-for": address})


@pytest.fixture
async def browser(fresh_stack):
    async with httpx.AsyncClient(base_url=f"{fresh_stack.url}/api/v1/", timeout=patient()) as client:
        yield client


@pytest.fixture(scope="module")
def secrets_kept():
    """What the first Owner would keep: TOTP secret and recovery codes, passed along the story."""
    return {}


def next_code(secret: str) -> str:
    """A code that was not used yet: the next step is accepted too (one step of drift)."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30)


class TestStory:
    """One story in order: each step needs the one before."""

    async def test_1_wrong_code_makes_no_owner(self, browser):
        answer = await browser.post("setup", json={**OWNER, "code": "wrong-code-wrong"})
        assert (answer.status_code, answer.json()["code"]) == (403, "setup.bad_code")

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("short", "password.too_short"),
            ("password1234", "password.too_common"),
            ("aaaaaaaaaaaaaa", "password.too_common"),
        ],
    )
    async def test_2_weak_password_is_refused(self, browser, fresh_stack, password, code):
        answer = await browser.post("setup", json={**OWNER, "code": fresh_stack.setup_code, "password": password})
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_3_code_makes_the_first_owner_who_must_enrol_totp(self, browser, fresh_stack, secrets_kept):
        answer = await browser.post("setup", json={**OWNER, "code": fresh_stack.setup_code})
        assert answer.json() == {"state": "totp_enrollment_required"}
        assert (await browser.get("me")).json()["code"] == "session.totp_required"
        enrolment = (await browser.post("session/totp/enrollment")).json()
        assert enrolment["qr_svg"].startswith("<svg") and "script" not in enrolment["qr_svg"]
        secret = enrolment["secret"]
        wrong = await browser.post("session/totp/enrollment/confirm", json={"code": "000000"})
        assert wrong.json()["code"] == "session.bad_code"
        confirmed = await browser.post("session/totp/enrollment/confirm", json={"code": pyotp.TOTP(secret).now()})
        secrets_kept.update(secret=secret, codes=confirmed.json()["recovery_codes"])
        assert len(set(secrets_kept["codes"])) == 10
        me = (await browser.get("me")).json()
        assert (me["email"], me["language"], me["memberships"][0]["role"]) == ("ola@example.com", "pl", "owner")

    async def test_4_set_up_is_gone_afterwards(self, browser, fresh_stack):
        assert (await browser.get("setup")).status_code == 404
        answer = await browser.post("setup", json={**OWNER, "code": fresh_stack.setup_code})
        assert (answer.status_code, answer.json()["code"]) == (404, "setup.closed")

    async def test_5_password_alone_opens_nothing(self, browser):
        answer = await browser.post("session", json=CREDENTIALS)
        assert answer.json() == {"state": "totp_required"}
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie
        for path in ("me", "devices", "tenants"):
            assert (await browser.get(path)).json()["code"] == "session.totp_required"

    async def test_6_second_factor_changes_the_token_and_works_once(self, browser, secrets_kept):
        await browser.post("session", json=CREDENTIALS)
        before = browser.cookies["bosman_session"]
        code = next_code(secrets_kept["secret"])
        assert (await browser.post("session/totp", json={"code": code})).json() == {"state": "complete"}
        assert browser.cookies["bosman_session"] != before
        assert (await browser.get("devices")).status_code == 200
        await browser.post("session", json=CREDENTIALS)
        again = await browser.post("session/totp", json={"code": code})
        assert (again.status_code, again.json()["code"]) == (401, "session.bad_code")

    async def test_7_recovery_code_works_once(self, browser, secrets_kept):
        code = {"recovery_code": secrets_kept["codes"][0].upper()}
        await browser.post("session", json=CREDENTIALS)
        assert (await browser.post("session/totp", json=code)).json() == {"state": "complete"}
        await browser.post("session", json=CREDENTIALS)
        assert (await browser.post("session/totp", json=code)).status_code == 401

    async def test_8_sign_out_ends_the_session_on_the_server(self, browser, secrets_kept):
        await browser.post("session", json=CREDENTIALS)
        await browser.post("session/totp", json={"recovery_code": secrets_kept["codes"][1]})
        token = browser.cookies["bosman_session"]
        assert (await browser.delete("session")).status_code == 204
        browser.cookies.set("bosman_session", token)
        assert (await browser.get("me")).json()["code"] == "session.required"

    async def test_9_unknown_person_and_wrong_password_look_alike(self, browser):
        answers = [
            await browser.post("session", json={"email": email, "password": "wrong"})
            for email in ("ola@example.com", "nobody@example.com")
        ]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "session.bad_credentials")}

    async def test_10_guessing_from_one_address_is_slowed_down(self, fresh_stack):
        async with from_address(fresh_stack, "203.0.113.1") as stranger:
            codes = [
                (await stranger.post("session", json={"email": f"v{n}@example.com", "password": "x"})).json()["code"]
                for n in range(25)
            ]
        assert codes[0] == "session.bad_credentials" and codes[-1] == "session.rate_limited"

    async def test_11_guessing_from_everywhere_locks_out_strangers_but_no_browser_that_the_account_knows(
        self, browser, fresh_stack, secrets_kept
    ):
        await browser.post("session", json=CREDENTIALS)
        code = {"recovery_code": secrets_kept["codes"][2]}
        assert (await browser.post("session/totp", json=code)).json() == {"state": "complete"}
        codes = []
        for number in range(25):
            async with from_address(fresh_stack, f"198.51.100.{number}") as stranger:
                answer = await stranger.post("session", json={**CREDENTIALS, "password": "guess"})
                codes.append(answer.json()["code"])
        assert codes[0] == "session.bad_credentials" and codes[-1] == "session.account_limited"
        async with from_address(fresh_stack, "198.51.100.99") as stranger:
            stranger.cookies.set("bosman_browser", "x" * 43)
            assert (await stranger.post("session", json=CREDENTIALS)).json()["code"] == "session.account_limited"
        assert (await browser.post("session", json=CREDENTIALS)).json() == {"state": "totp_required"}


class TestProfile:
    async def test_language_and_theme_are_kept(self, people, acme):
        client = await people.owner(acme)
        assert (await client.patch("me", json={"language": "pl", "theme": "dark"})).json()["theme"] == "dark"
        assert (await client.get("me")).json()["language"] == "pl"

    async def test_unknown_language_is_refused(self, people, acme):
        client = await people.owner(acme)
        assert (await client.patch("me", json={"language": "xx"})).status_code == 422


class TestEdge:
    async def test_foreign_origin_may_not_change_anything(self, people, acme):
        client = await people.owner(acme)
        answer = await client.patch("me", json={"theme": "dark"}, headers={"origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (403, "request.bad_origin")

    async def test_oversized_body_is_refused_also_without_a_length(self, people, acme):
        client = await people.owner(acme)

        async def endless():
            for _ in range(40):
                yield b"x" * 65536

        answer = await client.post("tenants", content=endless(), headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")

    async def test_answers_carry_the_security_headers_and_an_id(self, people):
        answer = await people.anonymous().get("setup")
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
