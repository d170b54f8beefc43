"""The agent's side of the pipe to its watchdog, in a process of its own."""

import subprocess
import sys

from testkit.patience import patient

HUNG = """
import asyncio, time
from bosman_agent.watchdog import client

client.END_SECONDS = 0.3


async def main():
    watch = client.WatchdogClient(active=True)
    watch.watch_for_end(asyncio.get_running_loop(), lambda: print("asked to end", flush=True))
    print("beat", flush=True)
    time.sleep(60)


asyncio.run(main())
"""


def test_agent_that_hangs_ends_by_itself_once_its_watchdog_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", HUNG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == "beat\n"
    assert process.poll() is None

    process.stdin.close()

    # Nobody was there to hear that it shall end, so nothing was said; the way is free for the next agent.
    assert process.wait(patient()) == 1
    with process.stdout:
        assert process.stdout.read() == ""
