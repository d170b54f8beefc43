"""One session does not take the api from others: long answers are counted, requests wait for their turn (L7)."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from starlette.requests import Request

from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.stream_guard import caller
from bosman_server.kit.http import fair
from bosman_server.kit.http.fair import STREAMS_PER_PERSON, STREAMS_PER_SESSION, FairShareMiddleware, LongAnswer, Places
from bosman_server.kit.problems import Problem
from testkit.routes import api_routes
from testkit.scene import make_scene

LONG = {
    "/events",
    "/tasks/{task_id}/output/stream",
    "/tasks/{task_id}/output.txt",
    "/audit/export",
}
"""Routes whose answers last: they take a place. Installers have places of their own (`features/agents/serving.py`)."""


class TestTable:
    def test_every_route_that_streams_takes_a_place(self):
        returns = {route.path: route.endpoint.__annotations__.get("return") for route in api_routes()}
        assert {path for path, kind in returns.items() if kind is LongAnswer} == LONG
        assert not [path for path, kind in returns.items() if "StreamingResponse" in str(kind)]


class TestStreams:
    async def test_session_has_only_so_many_and_gets_them_back(self, people, acme, eventually):
        client, other = await people.owner(acme), await people.owner(acme)
        async with AsyncExitStack() as open_ones:
            for _ in range(STREAMS_PER_SESSION):
                answer = await open_ones.enter_async_context(client.stream("GET", "events"))
                assert answer.status_code == 200
            refused = await client.get("events")
            assert (refused.status_code, refused.json()["code"]) == (429, "stream.limit_reached")
            assert int(refused.headers["retry-after"]) > 0
            assert (await client.get("audit/export")).json()["code"] == "stream.limit_reached"
            assert (await client.get("devices")).status_code == 200
            async with other.stream("GET", "events") as answer:
                assert answer.status_code == 200

        async def open_again():
            async with client.stream("GET", "events") as answer:
                return answer.status_code == 200

        await eventually(open_again)

    async def test_output_of_tasks_counts_as_well(self, people, worker_database):
        scene = await make_scene(worker_database)
        client = await people.client({scene.tenant_id: Role.VIEWER})
        async with AsyncExitStack() as open_ones:
            for _ in range(STREAMS_PER_SESSION):
                await open_ones.enter_async_context(client.stream("GET", f"tasks/{scene.open_task_id}/output/stream"))
            for place in ("output/stream", "output.txt"):
                refused = await client.get(f"tasks/{scene.task_id}/{place}")
                assert refused.json()["code"] == "stream.limit_reached"


class TestPlaces:
    def test_person_and_process_have_limits_too(self):
        places, person = Places(100), ("person:1", STREAMS_PER_PERSON)
        for number in range(STREAMS_PER_PERSON):
            places.take([(f"session:{number}", STREAMS_PER_SESSION), person])
        with pytest.raises(Problem):
            places.take([("session:new", STREAMS_PER_SESSION), person])
        for number in range(100 - STREAMS_PER_PERSON):
            places.take([(f"session:x{number}", STREAMS_PER_SESSION), (f"person:x{number}", STREAMS_PER_PERSON)])
        with pytest.raises(Problem):
            places.take([("session:y", STREAMS_PER_SESSION), ("person:y", STREAMS_PER_PERSON)])
        places.give([("session:0", STREAMS_PER_SESSION), person])
        places.take([("session:y", STREAMS_PER_SESSION), ("person:y", STREAMS_PER_PERSON)])
        assert len(places) == 100


class Slow:
    """An app whose requests end when they are told to."""

    def __init__(self):
        self.running = 0
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.running += 1
        self.most = max(self.most, self.running)
        await self.go.wait()
        self.running -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(app, who):
    statuses = []

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": "/api/v1/x", "headers": [], "query_string": b"", "state": {}}
    await app(scope | {"who": who}, receive, send)
    return statuses[0]


class TestTurns:
    async def test_requests_of_one_caller_wait_behind_their_own_only(self):
        slow = Slow()
        app = FairShareMiddleware(slow, who=lambda scope: scope["who"])
        greedy = [asyncio.create_task(ask(app, "greedy")) for _ in range(50)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert slow.running == fair.RUNNING
        honest = asyncio.create_task(ask(app, "honest"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert slow.running == fair.RUNNING + 1
        slow.go.set()
        assert await asyncio.gather(honest, *greedy) == [200] * 51
        assert slow.most == fair.RUNNING + 1

    async def test_line_has_an_end_and_nothing_is_kept_afterwards(self):
        slow = Slow()
        app = FairShareMiddleware(slow, who=lambda scope: scope["who"])
        asked = [asyncio.create_task(ask(app, "greedy")) for _ in range(fair.RUNNING + fair.WAITING)]
        await asyncio.sleep(0)
        assert await ask(app, "greedy") == 429
        slow.go.set()
        assert set(await asyncio.gather(*asked)) == {200}
        assert not app._lanes

    async def test_request_that_fails_gives_its_turn_back(self):
        async def broken(scope, receive, send):
            raise ValueError

        app = FairShareMiddleware(broken, who=lambda scope: scope["who"])
        for _ in range(fair.RUNNING * 2):
            with pytest.raises(ValueError):  # noqa: PT011
                await ask(app, "x")
        assert not app._lanes

    def test_caller_is_who_authorisation_takes_them_for(self):
        def scope(*headers, path="/api/v1/x"):
            return {"type": "http", "path": path, "headers": list(headers)}

        plain = caller(scope((b"cookie", b"bosman_session=abc")))
        assert plain is not None
        assert caller(scope((b"cookie", b'x=1; bosman_session="abc"'))) == plain
        assert caller(scope((b"cookie", b"bosman_session=zzz; bosman_session=abc"))) == plain
        assert caller(scope((b"cookie", b"bosman_session=abc"), (b"authorization", b"Bearer key"))) != plain
        assert caller(scope()) is None
        assert caller(scope((b"cookie", b"bosman_session=abc"), path="/healthz")) is None
        assert Request(scope((b"cookie", b"bosman_session=abc"))).cookies["bosman_session"] == "abc"

    async def test_many_readers_of_one_session_are_all_answered(self, people, acme):
        client = await people.owner(acme)
        answers = await asyncio.gather(*(client.get("devices") for _ in range(60)))
        assert {answer.status_code for answer in answers} == {200}
