"""What 1,000 reconnects leave behind: handles and memory of the agent after 100, 500 and 1,000.

Run with the workspace's Python: `python -m bench.agent_reconnects [--times 1000]`.
A real nats-server with TLS, the whole agent inside this process, no pause between two connections.
"""

import argparse
import asyncio
import json
import logging
import tempfile
import time
from pathlib import Path

from testkit.agent_backend import Backend
from testkit.agent_harness import agent_in_this_process, prepare
from testkit.authority import Authority
from testkit.bus import DEVICES, NatsServer, connect_backend
from testkit.reconnects import Usage, reconnect, usage, without_pauses

WARM_UP = 100


def growth_percent(before: int, after: int) -> float:
    return round(100 * (after - before) / before, 2)


def figures(marks: list[tuple[int, Usage]], ms: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for times, held in marks:
        found[f"handles_after_{times}"] = held.handles
        found[f"rss_mib_after_{times}"] = round(held.rss_bytes / 2**20, 2)
    last = marks[-1]
    for times, held in marks[:-1]:
        found[f"handles_growth_percent_{times}_to_{last[0]}"] = growth_percent(held.handles, last[1].handles)
        found[f"rss_growth_percent_{times}_to_{last[0]}"] = growth_percent(held.rss_bytes, last[1].rss_bytes)
    return found | {"ms_per_reconnect": round(ms, 2)}


async def run(times: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        server = NatsServer(Path(folder) / "nats", Authority())
        server.start()
        client = await connect_backend(server)
        try:
            backend = Backend(client, DEVICES[0], server.authority)
            await backend.start()
            data, config = prepare(Path(folder) / "agent", server, backend, reconnect_lease_jitter_seconds=0)
            began, done, marks = time.perf_counter(), 0, []
            async with without_pauses() as connections, agent_in_this_process(data, config) as agent:
                for mark in (WARM_UP, times // 2, times):
                    await reconnect(agent, connections, mark - done)
                    done = mark
                    # The other side's own notes are not the agent's.
                    backend.requests.clear()
                    marks.append((mark, usage()))
            return figures(marks, 1000 * (time.perf_counter() - began) / times)
        finally:
            await client.close()
            server.kill()


if __name__ == "__main__":
    # nats-py's protocol says so at every end of a TLS connection.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1000)
    print(json.dumps(asyncio.run(run(parser.parse_args().times)), indent=2))
