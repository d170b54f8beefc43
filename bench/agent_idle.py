"""What an idle agent costs, and how long an echo takes from nudge to result on the wire.

Run with the workspace's Python: `python -m bench.agent_idle [--seconds 60] [--echoes 200]`.
Uses the harness of the agent's tests: a real nats-server with TLS, the real agent process.
"""

import argparse
import asyncio
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bosman_protocol.uplink import TaskFinished, decode_uplink

HARNESS = Path(__file__).parents[1] / "agent/tests/conftest.py"


def load_harness() -> Any:
    spec = importlib.util.spec_from_file_location("agent_harness", HARNESS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["agent_harness"] = module
    spec.loader.exec_module(module)
    return module


async def measure_echo(backend: Any, count: int) -> list[float]:
    ended: asyncio.Queue[float] = asyncio.Queue()

    async def on_uplink(message: Any) -> None:
        if isinstance(decode_uplink(message.data), TaskFinished):
            ended.put_nowait(time.perf_counter())

    await backend.client.subscribe(f"up.{backend.device_id}.task", cb=on_uplink)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        await backend.send(params={"text": "hi"})
        times.append((await asyncio.wait_for(ended.get(), 10) - began) * 1000)
    return sorted(times)


async def run(seconds: float, echoes: int) -> dict[str, float]:
    harness = load_harness()
    with tempfile.TemporaryDirectory() as folder:
        server = harness.NatsServer(Path(folder) / "nats", harness.Authority())
        server.start()
        client = await harness.connect_backend(server)
        backend = harness.Backend(client, harness.DEVICES[0], server.authority)
        await backend.start()
        data, _ = harness.prepare(Path(folder) / "agent", server, backend, automatic_reports=False)
        agent = harness.AgentProcess(data).start()
        try:
            await backend.finished(await backend.send())
            process = psutil.Process(agent.pid)
            await asyncio.sleep(2)
            before = process.cpu_times()
            await asyncio.sleep(seconds)
            after = process.cpu_times()
            idle = process.memory_full_info()
            times = await measure_echo(backend, echoes)
            return {
                "idle_rss_mib": round(idle.rss / 2**20, 1),
                "idle_pss_mib": round(idle.pss / 2**20, 1),
                "idle_cpu_percent": round(100 * (after.user + after.system - before.user - before.system) / seconds, 3),
                "threads": process.num_threads(),
                "echo_p50_ms": round(statistics.median(times), 2),
                "echo_p95_ms": round(times[int(len(times) * 0.95)], 2),
                "rss_after_echoes_mib": round(process.memory_info().rss / 2**20, 1),
            }
        finally:
            agent.end()
            await client.close()
            server.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--echoes", type=int, default=200)
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(run(arguments.seconds, arguments.echoes)), indent=2))
