"""The throttle: a flood is turned away by looking at headers only, whoever has been here before passes."""

import secrets
from uuid import uuid4

import pytest

from bosman_server.core.identity import api_key_auth, login_throttle
from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit.tenant_token import Stamps


def attempt(path="/api/v1/session", method="POST", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """Every lane is used up; nobody is known."""
    monkeypatch.setattr(login_throttle, "KNOWN", login_throttle.KnownClients())
    for name, lane in login_throttle._LANES.items():
        monkeypatch.setattr(lane, "_buckets", type(lane._buckets)())
        for _ in range(lane._burst):
            lane.hit(name)


class TestTurnAway:
    @pytest.mark.parametrize("path", login_throttle._PATHS)
    def test_attempts_of_strangers_wait(self, path):
        assert login_throttle.throttle(attempt(path))
        assert login_throttle.throttle(attempt(path, cookie=f"bosman_browser={secrets.token_urlsafe(32)}"))

    def test_made_up_keys_wait_on_every_route(self):
        for method, path in (("GET", "/api/v1/devices"), ("POST", "/api/v1/session"), ("GET", "/")):
            assert login_throttle.throttle(attempt(path, method, authorization="Bearer bsk_x.y"))

    @pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/session"), ("GET", "/api/v1/devices"), ("GET", "/")])
    def test_what_is_no_attempt_passes(self, method, path):
        assert login_throttle.throttle(attempt(path, method, cookie="bosman_session=x")) is None

    def test_lanes_are_apart(self, monkeypatch):
        monkeypatch.setattr(
            login_throttle._LANES["password"], "_buckets", type(login_throttle._LANES["mail"]._buckets)()
        )
        assert login_throttle.throttle(attempt("/api/v1/session")) is None
        assert login_throttle.throttle(attempt("/api/v1/password-reset"))


class TestPass:
    @pytest.mark.parametrize("cookie", ["bosman_browser={}", "a=b; bosman_browser={}; c=d", 'bosman_browser="{}"'])
    def test_known_browser_passes_a_full_lane(self, cookie):
        token = secrets.token_urlsafe(32)
        login_throttle.KNOWN.add(hash_token(token))
        for path in login_throttle._PATHS:
            assert login_throttle.throttle(attempt(path, cookie=cookie.format(token))) is None

    def test_key_that_was_given_out_passes_a_full_lane_after_a_restart_too(self, monkeypatch):
        monkeypatch.setattr(login_throttle, "STAMPS", Stamps("api-key"))
        login_throttle.STAMPS.use(b"k" * 32)
        token = api_key_auth.new_token(uuid4())
        monkeypatch.setattr(login_throttle, "STAMPS", Stamps("api-key"))
        assert login_throttle.throttle(attempt("/api/v1/devices", "GET", authorization=f"bearer {token}")), (
            "not without the key"
        )
        login_throttle.STAMPS.use(b"k" * 32)
        assert login_throttle.throttle(attempt("/api/v1/devices", "GET", authorization=f"bearer {token}")) is None
        for made_up in (token[:-1], token + "x", token.replace("bsk_", "bsk_x"), token.rpartition(".")[0], "é" * 20):
            assert login_throttle.throttle(attempt("/api/v1/devices", "GET", authorization=f"bearer {made_up}")), (
                made_up
            )

    def test_memory_is_bounded_and_the_oldest_go_first(self, monkeypatch):
        monkeypatch.setattr(login_throttle, "_KEPT", 3)
        for name in "abcd":
            login_throttle.KNOWN.add(hash_token(name))
        assert (
            "a" not in login_throttle.KNOWN and "d" in login_throttle.KNOWN and len(login_throttle.KNOWN._hashes) == 3
        )


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
        await login_throttle.KNOWN.refresh(worker_database)
        assert token in login_throttle.KNOWN
