"""The device's clock is two days off: the agent works on, and says so once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bosman_agent.cli.status import gather_status, render_text
from bosman_agent.telemetry.status_file import read_status
from bosman_protocol.codes import Code
from bosman_protocol.uplink import AgentIncident, EnvelopeRefused
from testkit.agent_harness import agent_in_this_process

DAYS = timedelta(days=2)


@pytest.fixture
def start(agent_folder: Any) -> Any:
    """Starts an agent whose clock is off; the certificates of the tests would not be valid by a process's own."""

    def make(off: timedelta) -> Any:
        data, config = agent_folder()
        return data, agent_in_this_process(data, config, clock=lambda: datetime.now(UTC) + off)

    return make


async def troubles(backend: Any) -> list[AgentIncident]:
    await backend.wait_for(lambda m: isinstance(m, AgentIncident))
    return list(backend.of(AgentIncident))


class TestTwoDaysBehind:
    async def test_fresh_work_runs_expired_work_does_not_and_the_difference_is_told_once(
        self, start: Any, backend: Any
    ) -> None:
        data, agent = start(-DAYS)
        async with agent:
            first = await backend.finished(await backend.send())
            # Expired for a day, which a clock two days behind cannot see.
            await backend.send(expires_at=datetime.now(UTC) - timedelta(days=1))
            refused = await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused))
            second = await backend.finished(await backend.send())
            told, status = await troubles(backend), read_status(data)
            text = render_text(gather_status(data))

        assert (first.state, second.state) == ("succeeded", "succeeded")
        assert refused.code == Code.ENVELOPE_EXPIRED
        assert [trouble.error.code for trouble in told] == [Code.AGENT_CLOCK_WRONG]
        assert abs(told[0].error.params["seconds"] + DAYS.total_seconds()) < 60  # type: ignore[operator]
        assert status is not None and status.clock_off_seconds == told[0].error.params["seconds"]
        assert str(status.clock_off_seconds) in text


class TestTwoDaysAhead:
    async def test_work_with_time_to_spare_runs_and_what_has_expired_by_this_clock_is_refused(
        self, start: Any, backend: Any
    ) -> None:
        _, agent = start(DAYS)
        async with agent:
            await backend.send(expires_at=datetime.now(UTC) + timedelta(hours=1))
            refused = await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused))
            finished = await backend.finished(await backend.send(expires_at=datetime.now(UTC) + timedelta(days=7)))
            told = await troubles(backend)

        assert refused.code == Code.ENVELOPE_EXPIRED
        assert finished.state == "succeeded"
        assert [trouble.error.code for trouble in told] == [Code.AGENT_CLOCK_WRONG]
        assert told[0].error.params["seconds"] > 0  # type: ignore[operator]


class TestRightClock:
    async def test_nothing_is_told(self, start: Any, backend: Any) -> None:
        data, agent = start(timedelta(minutes=4))
        async with agent:
            await backend.finished(await backend.send())
            await backend.read()
            status = read_status(data)

        assert backend.of(AgentIncident) == []
        assert status is not None and status.clock_off_seconds is None
