"""Load on one GET route by wrk, and what it costs the processes that answer."""

import asyncio
import os
import re
import shutil
import subprocess

import msgspec

from bench.harness.processes import group_cost

_CONNECTIONS = 16


class Load(msgspec.Struct, frozen=True):
    """What a load did. CPU is the processes' own, whatever else the machine was doing."""

    requests: int
    per_second: float
    failures: int
    cpu_seconds: dict[str, float]


def available() -> bool:
    """Whether wrk is there, installing the Debian package where we may."""
    if shutil.which("wrk") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "wrk"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=False, timeout=180, env=environment, stdout=subprocess.DEVNULL)
    return shutil.which("wrk") is not None


async def measure(url: str, cookie: str, seconds: int, groups: dict[str, list[int]]) -> Load:
    """Ask as fast as 16 connections can, after two seconds of warm-up."""
    await _wrk(url, cookie, 2)
    before = {name: group_cost(pids).cpu_seconds for name, pids in groups.items()}
    report = await _wrk(url, cookie, seconds)
    used = {name: group_cost(pids).cpu_seconds - before[name] for name, pids in groups.items()}
    return parse_report(report, used)


async def _wrk(url: str, cookie: str, seconds: int) -> str:
    process = await asyncio.create_subprocess_exec(
        "wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "-H", f"Cookie: {cookie}", url,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), seconds + 30)
    return output.decode()


def parse_report(report: str, cpu_seconds: dict[str, float]) -> Load:
    """Read what wrk prints. Raises ValueError for anything else."""
    total = re.search(r"(\d+) requests in", report)
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", report)
    if total is None or rate is None:
        raise ValueError(report[:300])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    failures = (int(bad[1]) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0)
    return Load(int(total[1]), float(rate[1]), failures, cpu_seconds)
