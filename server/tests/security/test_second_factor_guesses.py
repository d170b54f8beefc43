"""The second factor: one account of guesses per person, and nobody replaces it without it."""

import asyncio
import secrets
import time

import httpx
import pyotp
import pytest

from bosman_server.core.identity.permissions import Role
from bosman_server.kit.quota import network_of
from testkit.patience import eventually, patient
from testkit.second_api import second_api

PASSWORD = "Siedem-zielonych-lodzi"
FRESH = "Osiem-niebieskich-rowerow"


class Person:
    """Somebody with password, authenticator and mailbox."""

    def __init__(self, people, mailbox, client, email, secret, codes):
        self.people, self.mailbox, self.client = people, mailbox, client
        self.email, self.secret, self.codes = email, secret, codes
        self.password = PASSWORD
        self._addresses = 0

    def elsewhere(self):
        """Another browser, at another address each time: limits by address are not what is tested."""
        self._addresses += 1
        client = self.people.anonymous()
        client.headers["x-forwarded-for"] = f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{self._addresses}"
        return client

    async def past_the_password(self):
        client = self.elsewhere()
        answer = await client.post("session", json={"email": self.email, "password": self.password})
        assert answer.json() == {"state": "totp_required"}, answer.text
        return client

    async def reset_password(self):
        before = len(self.mailbox.to(self.email))
        assert (await self.elsewhere().post("password-reset", json={"email": self.email})).status_code == 202
        while True:
            mail = await self.mailbox.next_to(self.email, after=before)
            if "reset-password#" in mail.text:
                break
            before += 1
        client = self.elsewhere()
        self.password = secrets.token_urlsafe(20)
        body = {"token": mail.link.split("#")[1], "password": self.password}
        assert (await client.post("password-reset/complete", json=body)).status_code == 204
        return client

    async def code(self):
        """One that was not used yet."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + 30)


@pytest.fixture
async def person(people, acme, mailbox):
    owner, email = await people.owner(acme), f"{secrets.token_hex(6)}@example.com"
    body = {"tenant_id": str(acme.id), "email": email, "role": "owner", "sites": "all"}
    assert (await owner.post("invitations", json=body)).status_code == 201
    token = (await mailbox.next_to(email)).link.split("#")[1]
    client = people.anonymous()
    body = {"token": token, "name": "Ewa Lis", "password": PASSWORD}
    assert (await client.post("invitations/accept", json=body)).status_code == 200
    secret = (await client.post("session/totp/enrollment")).json()["secret"]
    answer = await client.post("session/totp/enrollment/confirm", json={"code": pyotp.TOTP(secret).now()})
    return Person(people, mailbox, client, email, secret, answer.json()["recovery_codes"])


async def guess(client, times, path="session/totp"):
    return [(await client.post(path, json={"code": "000000"})).status_code for _ in range(times)]


async def move_back(database, email, seconds):
    """Time passes."""
    async with database.unscoped() as connection:
        await connection.execute(
            "UPDATE identity_second_factor_guesses SET locked_until = locked_until - make_interval(secs => $2)"
            " WHERE user_id = (SELECT id FROM identity_user WHERE email = $1)",
            email,
            seconds,
        )


async def notices(mailbox, email, words):
    return await eventually(lambda: [mail for mail in mailbox.to(email) if words in mail.text])


class TestGuesses:
    async def test_browsers_sessions_and_step_ups_share_one_account(self, person):
        statuses = []
        for _ in range(3):
            statuses += await guess(await person.past_the_password(), 2)
        assert statuses == [401] * 6
        assert await guess(await person.past_the_password(), 1) == [429]
        assert await guess(person.client, 1, "session/step-up") == [429], "in a browser that is known, too"
        body = {"recovery_code": person.codes[0]}
        assert (await person.client.post("session/step-up", json=body)).status_code == 429
        assert (await person.client.post("me/recovery-codes", json=body)).status_code == 429
        assert (await person.client.post("me/totp/replace", json=body)).status_code == 429

    async def test_password_resets_give_no_fresh_guesses(self, person, worker_database):
        checked = 0
        for _ in range(3):
            await person.reset_password()
            checked += (await guess(await person.past_the_password(), 8)).count(401)
        assert checked == 6

    async def test_reset_makes_no_browser_known_and_forgives_no_mails(self, person, worker_database):
        client = await person.reset_password()
        assert "bosman_browser" not in client.cookies
        async with worker_database.unscoped() as connection:
            known = await connection.fetchval(
                "SELECT count(*) FROM identity_known_browser b JOIN identity_user u ON u.id = b.user_id"
                " WHERE u.email = $1",
                person.email,
            )
        assert known == 1, "the one where the second factor was given"
        await person.reset_password()
        await person.reset_password()
        before = len(person.mailbox.to(person.email))
        assert (await person.elsewhere().post("password-reset", json={"email": person.email})).status_code == 202
        await asyncio.sleep(1.5)
        assert not [m for m in person.mailbox.to(person.email)[before:] if "reset-password#" in m.text]

    async def test_lock_doubles_and_only_a_right_code_clears_it(self, person, worker_database):
        client = await person.past_the_password()
        await guess(client, 6)
        waits = []
        for _ in range(9):
            answer = await client.post("session/totp", json={"code": "000000"})
            waits.append(answer.json()["params"]["retry_after_seconds"])
            await move_back(worker_database, person.email, waits[-1] + 1)
            assert await guess(client, 1) == [401]
        assert [round(wait, -1) for wait in waits] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
        await move_back(worker_database, person.email, 3700)
        right = await client.post("session/totp", json={"recovery_code": person.codes[0]})
        assert right.json() == {"state": "complete"}
        assert await guess(client, 5, "session/step-up") == [401] * 5, "all is well again"

    async def test_owner_hears_of_it_once_after_ten(self, person, worker_database):
        client = await person.past_the_password()
        for _ in range(12):
            await guess(client, 1)
            await move_back(worker_database, person.email, 4000)
        assert len(await notices(person.mailbox, person.email, "wrong codes")) == 1

    @pytest.mark.slow(reason="a second api is started")
    async def test_it_outlives_the_process(self, person, stack):
        await guess(await person.past_the_password(), 6)
        with second_api(stack) as url:
            async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=patient()) as client:
                await client.post("session", json={"email": person.email, "password": PASSWORD})
                assert await guess(client, 1) == [429]

    async def test_old_password_is_guessed_by_account_not_by_session(self, person):
        first, second = await person.past_the_password(), await person.past_the_password()
        await first.post("session/totp", json={"recovery_code": person.codes[0]})
        await second.post("session/totp", json={"recovery_code": person.codes[1]})
        body = {"current_password": "wrong", "new_password": FRESH}
        in_turn = (first, second) * 4
        statuses = [(await client.post("me/password", json=body)).status_code for client in in_turn]
        assert statuses == [403] * 6 + [429] * 2


class TestReplace:
    async def test_stolen_session_alone_replaces_nothing(self, people, acme):
        """Its second factor is as fresh as can be."""
        thief = await people.client({acme.id: Role.OWNER})
        for path in ("me/totp/replace", "me/recovery-codes"):
            assert (await thief.post(path)).status_code == 422
            assert (await thief.post(path, json={})).status_code == 401
            assert (await thief.post(path, json={"code": "000000"})).status_code == 401

    async def test_old_factor_is_good_until_the_new_one_is_confirmed(self, person):
        answer = await person.client.post("me/totp/replace", json={"recovery_code": person.codes[0]})
        fresh = answer.json()["secret"]
        other = await person.past_the_password()
        assert (await other.post("session/totp", json={"code": await person.code()})).json() == {"state": "complete"}
        unconfirmed = await person.past_the_password()
        wrong = await unconfirmed.post("session/totp", json={"code": pyotp.TOTP(fresh).now()})
        assert wrong.status_code == 401
        assert (await other.post("me/totp/replace/confirm", json={"code": pyotp.TOTP(fresh).now()})).status_code == 401
        code = {"code": pyotp.TOTP(fresh).now()}
        assert (await person.client.post("me/totp/replace/confirm", json=code)).status_code == 200
        assert (await other.get("me")).status_code == 401, "every other session has ended"
        after = await person.past_the_password()
        assert (await after.post("session/totp", json={"recovery_code": person.codes[1]})).status_code == 401
        code = {"code": pyotp.TOTP(fresh).at(int(time.time()) + 30)}
        assert (await after.post("session/totp", json=code)).json() == {"state": "complete"}

    async def test_replacement_that_nobody_confirmed_in_time_is_over(self, person, worker_database):
        answer = await person.client.post("me/totp/replace", json={"recovery_code": person.codes[0]})
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE identity_pending_factor SET created_at = now() - interval '11 minutes'")
        code = {"code": pyotp.TOTP(answer.json()["secret"]).now()}
        assert (await person.client.post("me/totp/replace/confirm", json=code)).status_code == 401

    async def test_owner_hears_of_everything_that_touches_the_factor(self, person):
        answer = await person.client.post("me/totp/replace", json={"recovery_code": person.codes[0]})
        code = {"code": pyotp.TOTP(answer.json()["secret"]).now()}
        codes = (await person.client.post("me/totp/replace/confirm", json=code)).json()["recovery_codes"]
        assert (await person.client.post("session/step-up", json={"recovery_code": codes[0]})).status_code == 204
        assert (await person.client.post("me/recovery-codes", json={"recovery_code": codes[1]})).status_code == 200
        assert len(await notices(person.mailbox, person.email, "Another authenticator app was set up")) == 1
        assert len(await notices(person.mailbox, person.email, "New recovery codes were made")) == 1
        assert len(await notices(person.mailbox, person.email, "A recovery code was used")) == 3


class TestNetwork:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::99%eth0", "2001:db8:1:2::/64"),
            ("", ""),
            (None, ""),
            ("unix", "unix"),
        ],
    )
    def test_limits_count_what_one_caller_has(self, address, network):
        assert network_of(address) == network

    async def test_addresses_of_one_64_share_the_limit(self, people):
        codes = []
        prefix = f"2001:db8:{secrets.randbelow(9999)}:1"
        for number in range(25):
            client = people.anonymous()
            client.headers["x-forwarded-for"] = f"{prefix}::{number + 1:x}"
            body = {"email": f"{secrets.token_hex(5)}@example.com", "password": "x"}
            codes.append((await client.post("session", json=body)).json()["code"])
        assert codes[0] == "session.bad_credentials" and codes[-1] == "session.rate_limited"
