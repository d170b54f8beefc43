import asyncio
from typing import Any
from uuid import uuid4

import pytest

from bosman_agent.outbox import progress
from bosman_agent.outbox.progress import ProgressReporter
from bosman_protocol.uplink import TaskProgress


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[TaskProgress]:
    monkeypatch.setattr(progress, "INTERVAL_SECONDS", 0.05)
    return []


class TestProgress:
    async def test_burst_becomes_the_first_and_the_last(self, sent: list[TaskProgress]) -> None:
        report = ProgressReporter(uuid4(), sent.append)
        for percent in range(101):
            report(percent, "apt.installing", package=f"p{percent}")
        await asyncio.sleep(0.2)

        assert [message.percent for message in sent] == [0, 100]
        assert sent[-1].note_params == {"package": "p100"}

    async def test_nothing_leaves_after_the_end(self, sent: list[TaskProgress]) -> None:
        report = ProgressReporter(uuid4(), sent.append)
        report(1)
        report(2)
        report.stop()
        await asyncio.sleep(0.15)

        assert [message.percent for message in sent] == [1]

    @pytest.mark.parametrize(("given", "wanted"), [(-5, 0), (250, 100), (None, None)])
    async def test_percent_stays_in_bounds(self, sent: list[TaskProgress], given: Any, wanted: Any) -> None:
        report = ProgressReporter(uuid4(), sent.append)
        report(given)
        report.stop()

        assert sent[0].percent == wanted
