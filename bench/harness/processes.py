"""What processes cost: memory and processor time of whole trees."""

import asyncio
import contextlib
import platform
from collections.abc import Iterable

import msgspec
import psutil

MIB = 1024**2


class Cost(msgspec.Struct, frozen=True):
    """Processor seconds used so far and resident memory."""

    cpu_seconds: float
    rss_bytes: int


def tree(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; none if it has gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def cost(processes: Iterable[psutil.Process]) -> Cost:
    """The sum over processes; the time of children that have ended counts with the parent that reaped them."""
    cpu = 0.0
    rss = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            rss += process.memory_info().rss
    return Cost(cpu, rss)


async def cores_used(groups: dict[str, list[int]], seconds: float) -> dict[str, float]:
    """Share of one core that each group of process trees uses, in percent, over some time."""
    before = {name: _sum(pids) for name, pids in groups.items()}
    await asyncio.sleep(seconds)
    return {name: 100 * (_sum(pids).cpu_seconds - before[name].cpu_seconds) / seconds for name, pids in groups.items()}


def _sum(pids: list[int]) -> Cost:
    return cost([process for pid in pids for process in tree(pid)])


def group_cost(pids: list[int]) -> Cost:
    """The cost so far of some trees."""
    return _sum(pids)


def machine(seconds: float = 2.0) -> str:
    """What figures depend on: the cores, and how busy others keep them right now."""
    busy = psutil.cpu_percent(interval=seconds) * (psutil.cpu_count() or 1)
    return f"{psutil.cpu_count()} cores ({platform.machine()}), others used {busy:.0f} % of a core before the start"
