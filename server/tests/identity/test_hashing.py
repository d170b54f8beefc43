"""Hashing in turn: a bounded queue, with places for those who are known."""

import asyncio
import threading

import pytest

from bosman_server.core.identity import passwords
from bosman_server.core.identity.passwords import Hasher
from bosman_server.kit.problems import Problem
from testkit.patience import patient


@pytest.fixture
async def held():
    """A hasher whose thread is busy until the test lets it go."""
    hasher, gate = Hasher(64), threading.Event()
    blocker = asyncio.get_running_loop().run_in_executor(passwords._pool, gate.wait, patient())
    yield hasher, gate
    gate.set()
    await blocker


def start(hasher, count, **options):
    return [asyncio.create_task(hasher.verify(None, "x", **options)) for _ in range(count)]


class TestQueue:
    async def test_strangers_beyond_their_places_are_sent_away_at_once(self, held):
        hasher, gate = held
        waiting = start(hasher, passwords._STRANGERS)
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refusal:
            await hasher.verify(None, "x")
        assert refusal.value.status == 429 and refusal.value.headers["retry-after"] == "2"
        gate.set()
        assert await asyncio.gather(*waiting) == [False] * passwords._STRANGERS
        assert await hasher.verify(None, "x") is False, "places are free again"

    async def test_known_browsers_find_a_place_where_strangers_find_none(self, held):
        hasher, gate = held
        waiting = start(hasher, passwords._STRANGERS) + start(hasher, 3, known=True)
        await asyncio.sleep(0)
        with pytest.raises(Problem):
            await hasher.verify(None, "x")
        gate.set()
        assert await asyncio.gather(*waiting) == [False] * (passwords._STRANGERS + 3)

    async def test_not_even_they_are_without_end(self, held):
        hasher, gate = held
        waiting = start(hasher, passwords._EVERYBODY, known=True)
        await asyncio.sleep(0)
        for attempt in (hasher.verify(None, "x", known=True), hasher.hash("x")):
            with pytest.raises(Problem):
                await attempt
        gate.set()
        await asyncio.gather(*waiting)

    async def test_whoever_leaves_keeps_their_place_until_the_thread_is_done(self, held):
        hasher, gate = held
        waiting = start(hasher, passwords._STRANGERS)
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(Problem):
            await hasher.verify(None, "x")
        gate.set()
        while hasher._waiting:  # noqa: ASYNC110 - the thread sets no event
            await asyncio.sleep(0.01)
        assert await hasher.verify(None, "x") is False
