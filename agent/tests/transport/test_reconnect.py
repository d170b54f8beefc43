"""A bus that comes back meets its whole fleet at once: agents ask for work spread over time, unless nudged."""

import asyncio
from typing import Any

import pytest

from bosman_agent.tasks import lease
from testkit.agent_harness import agent_in_this_process

LONG_SECONDS = 3600.0


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Makes every jittered wait of the requests for work endless; the bounds that were asked for."""
    asked: list[float] = []

    def longest(seconds: float) -> float:
        asked.append(seconds)
        return LONG_SECONDS

    monkeypatch.setattr(lease, "random_part", longest)
    return asked


class TestReconnect:
    async def test_request_waits_for_the_jitter_and_a_nudge_ends_it(
        self, tmp_path: Any, own_nats: Any, own_backend: Any, prepare_folder: Any, until: Any, long_waits: list[float]
    ) -> None:
        settings = {"reconnect_cap_seconds": 0.3, "reconnect_lease_jitter_seconds": 0.2}
        folder = prepare_folder(tmp_path / "agent", own_nats, own_backend, **settings)
        async with agent_in_this_process(*folder) as agent:
            await until(lambda: own_backend.requests)
            waits_at_first = list(long_waits)
            own_nats.kill()
            await until(lambda: not agent._connection_manager.connected.is_set())
            asked = len(own_backend.requests)
            # Somebody may want work while nobody can be asked; that is no nudge.
            agent._lease.ask()
            own_nats.start()
            await until(lambda: long_waits)
            # The wait that was asked for has begun; a request that ignored it would be sent right now.
            await own_backend.client.flush()
            await asyncio.sleep(0.2)
            asked_while_waiting = len(own_backend.requests)

            finished = await own_backend.finished(await own_backend.send())

        assert waits_at_first == [], "the first connection of a process asks at once"
        assert long_waits == [0.2]
        assert asked_while_waiting == asked
        assert finished.state == "succeeded"

    async def test_work_comes_without_a_nudge_once_the_jitter_is_over(
        self, tmp_path: Any, own_nats: Any, own_backend: Any, prepare_folder: Any, until: Any
    ) -> None:
        folder = prepare_folder(tmp_path / "agent", own_nats, own_backend, reconnect_lease_jitter_seconds=0.2)
        async with agent_in_this_process(*folder) as agent:
            await until(lambda: own_backend.requests)
            own_nats.kill()
            await until(lambda: not agent._connection_manager.connected.is_set())
            envelope = own_backend.envelope()
            own_backend.queue.append(own_backend.sign(envelope))
            own_nats.start()

            assert (await own_backend.finished(envelope.task_id)).state == "succeeded"
