"""The installed agent on Windows' CPython under Wine: installation to online, what idling costs, a kill mended.

`python -m bench.windows_agent [--seconds 60]`. Under Wine resident memory counts Wine's own libraries too; the
proportional share (PSS) splits what the agent's two processes have in common.
"""

import argparse
import tempfile
import time
from pathlib import Path

from testkit.owner import Owner
from testkit.stack import temporary_stack
from testkit.wine.agent_build import AgentBuild
from testkit.wine.machine import WindowsMachine, wait_for
from testkit.wine.prefix import WinePrefix

SETTLE_SECONDS = 20
MIB = 1024 * 1024


def pss_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def install(machine: WindowsMachine, owner: Owner, build: AgentBuild) -> float:
    folder = build.release("0.1.0", installer=True)
    token = owner.token()
    began = time.monotonic()
    ran = machine.install(
        next(folder.glob("*.exe")),
        f"/TOKEN={token['token']}",
        f"/SERVER={token['gateway_url']}",
        f"/CAPIN={token['authority_sha256']}",
    )
    assert ran.code == 0, ran
    owner.until(lambda: [device for device in owner.windows_devices() if device["online"]], 120)
    return time.monotonic() - began


def measure(machine: WindowsMachine, seconds: float) -> None:
    time.sleep(SETTLE_SECONDS)
    (agent,), (service,) = machine.agent_pids(), machine.service_pids()
    cpu = {pid: machine.cpu_seconds(pid) for pid in (agent, service)}
    time.sleep(seconds)
    for name, pid in (("agent", agent), ("service", service)):
        used = (machine.cpu_seconds(pid) - cpu[pid]) / seconds * 100
        rss, pss = machine.rss_bytes(pid) / MIB, pss_bytes(pid) / MIB
        print(f"{name}: RSS {rss:.1f} MiB, PSS {pss:.1f} MiB, {used:.2f} % of a core over {seconds:.0f} s")
    total = sum(pss_bytes(pid) for pid in (agent, service)) / MIB
    print(f"both together, shared pages once: {total:.1f} MiB")


def mend(machine: WindowsMachine) -> float:
    before = machine.status()["started_at"]
    began = time.monotonic()
    machine.kill(machine.agent_pids()[0])
    wait_for("another agent", lambda: machine.status()["started_at"] != before and machine.connected(), 60)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, temporary_stack() as stack:
        prefix = WinePrefix(Path(folder) / "prefix").start()
        try:
            machine, owner = WindowsMachine(prefix), Owner(stack)
            print(f"installation to online: {install(machine, owner, AgentBuild(Path(folder) / 'build')):.1f} s")
            measure(machine, seconds)
            print(f"killed agent working again: {mend(machine):.1f} s")
            owner.close()
        finally:
            prefix.stop()


if __name__ == "__main__":
    main()
