"""The throttle: a flood is turned away by looking at headers only, whoever has been here before passes."""

import secrets
from contextlib import suppress
from uuid import uuid4

import pytest

from bosman_server.core.identity import api_key_auth, login_throttle
from bosman_server.core.identity.login_throttle import KnownClients, LoginThrottle
from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit.problems import Problem


def attempt(path="/api/v1/session", method="POST", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


@pytest.fixture
def full():
    """A throttle of which every lane is used up; nobody is known."""
    throttle = LoginThrottle()
    for name, lane in throttle._lanes.items():
        with suppress(Problem):
            for _ in range(1000):
                lane.hit(name)
        with pytest.raises(Problem):
            lane.check(name)
    return throttle


class TestTurnAway:
    @pytest.mark.parametrize("path", login_throttle._PATHS)
    def test_attempts_of_strangers_wait(self, full, path):
        assert full.check(attempt(path))
        assert full.check(attempt(path, cookie=f"bosman_browser={secrets.token_urlsafe(32)}"))

    def test_made_up_keys_wait_on_every_route(self, full):
        for method, path in (("GET", "/api/v1/devices"), ("POST", "/api/v1/session"), ("GET", "/")):
            assert full.check(attempt(path, method, authorization="Bearer bsk_x.y"))

    @pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/session"), ("GET", "/api/v1/devices"), ("GET", "/")])
    def test_what_is_no_attempt_passes(self, full, method, path):
        assert full.check(attempt(path, method, cookie="bosman_session=x")) is None

    def test_lanes_are_apart(self, full):
        full._lanes["password"] = LoginThrottle()._lanes["password"]
        assert full.check(attempt("/api/v1/session")) is None
        assert full.check(attempt("/api/v1/password-reset"))


class TestPass:
    @pytest.mark.parametrize("cookie", ["bosman_browser={}", "a=b; bosman_browser={}; c=d", 'bosman_browser="{}"'])
    def test_known_browser_passes_a_full_lane(self, full, cookie):
        token = secrets.token_urlsafe(32)
        full.known.add(hash_token(token))
        for path in login_throttle._PATHS:
            assert full.check(attempt(path, cookie=cookie.format(token))) is None

    def test_key_that_was_given_out_passes_a_full_lane_after_a_restart_too(self, full):
        before = LoginThrottle().stamps
        before.use(b"k" * 32)
        token = api_key_auth.new_token(before, uuid4())
        assert full.check(attempt("/api/v1/devices", "GET", authorization=f"bearer {token}")), "not without the key"
        full.stamps.use(b"k" * 32)
        assert full.check(attempt("/api/v1/devices", "GET", authorization=f"bearer {token}")) is None
        for made_up in (token[:-1], token + "x", token.replace("bsk_", "bsk_x"), token.rpartition(".")[0], "é" * 20):
            assert full.check(attempt("/api/v1/devices", "GET", authorization=f"bearer {made_up}")), made_up

    def test_memory_is_bounded_and_the_oldest_go_first(self, monkeypatch):
        monkeypatch.setattr(login_throttle, "_KEPT", 3)
        known = KnownClients()
        for name in "abcd":
            known.add(hash_token(name))
        assert "a" not in known and "d" in known and len(known._hashes) == 3


class TestRefresh:
    async def test_browsers_known_to_the_database_are_known_after_a_start(self, people, acme, worker_database):
        await people.owner(acme)
        token = secrets.token_urlsafe(32)
        async with worker_database.unscoped() as connection:
            user_id = await connection.fetchval("SELECT id FROM identity_user LIMIT 1")
            await connection.execute(
                "INSERT INTO identity_known_browser (user_id, token_hash, created_at, last_used_at)"
                " VALUES ($1, $2, now(), now())",
                user_id,
                hash_token(token),
            )
        known = KnownClients()
        await known.refresh(worker_database)
        assert token in known
