"""A thousand reconnects leave no handles and no memory behind on Windows' event loop, which has other handles."""

import logging
from typing import Any

import pytest

from testkit.agent_harness import agent_in_this_process
from testkit.reconnects import reconnect, usage, without_pauses

WARM_UP = 300
TIMES = 1000
ALLOWED_HANDLES = 1.05
ALLOWED_MEMORY = 1.15
"""Under Wine memory goes up and down between 107 and 120 MB without a trend.

4,000 reconnects ended below where 500 had been, so two single looks may differ by 12 % with nothing lost. What this
finds is a loss of 16 KiB a reconnect or more: any TLS buffer is larger.
"""


class TestReconnect:
    @pytest.mark.timeout(240)
    async def test_thousand_lost_connections_leave_neither_handles_nor_memory(
        self, agent_folder: Any, backend: Any, record_property: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        # nats-py's protocol makes asyncio warn at every end of a TLS connection; a thousand captured lines are memory.
        caplog.set_level(logging.ERROR, logger="asyncio")
        data, config = agent_folder(reconnect_lease_jitter_seconds=0)
        async with without_pauses() as connections, agent_in_this_process(data, config) as agent:
            marks = []
            # Twice in the warm-up: what measuring itself takes is taken then.
            for times in (WARM_UP // 2, WARM_UP // 2, TIMES // 2, TIMES // 2):
                await reconnect(agent, connections, times)
                backend.requests.clear()
                marks.append(usage())
            _, before, _, after = marks

        record_property("handles", f"{before.handles} -> {after.handles}")
        record_property("rss_bytes", f"{before.rss_bytes} -> {after.rss_bytes}")
        print(marks)  # noqa: T201 - pytest shows it where somebody asks (-s)
        assert before.handles > 0
        assert after.handles <= before.handles * ALLOWED_HANDLES
        assert after.rss_bytes <= before.rss_bytes * ALLOWED_MEMORY
