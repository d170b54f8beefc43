"""Jobs as technicians would make them, through the real API: some succeed, some fail, expire, wait, or still run."""

import asyncio
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.harness.api import Api
from bench.harness.watch import until
from bench.simulator.device import Device

_SETTLE_SECONDS = 120.0


class History:
    """Makes jobs over the devices of a fleet."""

    def __init__(self, api: Api, seed: str, *, online: list[Device], offline: list[Device]) -> None:
        self._api = api
        self._rng = random.Random(f"history {seed}")
        self._online = sorted(online, key=lambda device: device.identity.name)
        self._offline = sorted(offline, key=lambda device: device.identity.name)

    async def finished(self) -> None:
        """Work that comes to an end: scans, inventories, installations, restarts."""
        await self._job("updates.scan", self._some("FZ", 60), {"refresh": True})
        await self._job("inventory.collect", self._some("HFL", 40))
        await self._job("updates.scan", self._some("KSG", 30))
        await self._job("diagnostics.echo", self._some("", 4), {"text": "Zażółć gęślą jaźń", "repeat": 5})
        await self._job("updates.install", self._pending("FZ", 24), {"select": "security"})
        await self._job("updates.install", self._pending("HFL", 16), {"select": "all", "restart": "if_required"})
        await self._job("system.restart", self._some("HFL", 5), {"delay_seconds": 5, "reason": "Planned maintenance"})
        await self._chosen(self._pending("KSG", 1))
        slow = {"text": "Pinging 10.14.0.1 with 32 bytes of data", "repeat": 60, "interval_seconds": 1}
        await self._job("diagnostics.echo", self._some("", 2), slow, timeout_seconds=5)
        await self._settle()

    async def stopped(self) -> None:
        """Work that people call off, before it began and in the middle of it."""
        await self._call_off(await self._job("updates.install", self._offline[:6], {"select": "all"}))
        long = {"text": "Copying profile ...", "repeat": 3600, "interval_seconds": 1}
        job = await self._job("diagnostics.echo", self._some("KSG", 2), long, timeout_seconds=7200)
        await asyncio.sleep(4)
        await self._call_off(job)

    async def pending(self) -> None:
        """Work for devices that are away: some of it runs out within a minute, some waits for them or for the night."""
        await self._job("updates.scan", self._offline[:10], expires_in_seconds=60)
        await self._job("updates.install", self._offline[10:22], {"select": "security"})
        tonight = (datetime.now(UTC) + timedelta(days=1)).replace(hour=21, minute=0, second=0, microsecond=0)
        await self._job(
            "updates.install", self._some("FZ", 20), {"select": "all", "restart": "if_required"},
            not_before=tonight.isoformat(),
        )  # fmt: skip

    async def running(self) -> None:
        """Work that goes on as long as the fleet is connected."""
        params = {"text": "Sprawdzanie integralności kopii … OK", "repeat": 5000, "interval_seconds": 3}
        await self._job("diagnostics.echo", self._some("FZ", 3), params, timeout_seconds=6 * 3600)
        await self._job("diagnostics.echo", self._some("HFL", 2), params | {"text": "Verifying archive … ok"},
                        timeout_seconds=6 * 3600)  # fmt: skip

    def _some(self, code: str, count: int) -> list[Device]:
        """Connected devices of one customer (or of all)."""
        found = [device for device in self._online if device.identity.name.startswith(code)]
        return self._rng.sample(found, min(count, len(found)))

    def _pending(self, code: str, count: int) -> list[Device]:
        """Connected devices of a customer that lack updates."""
        found = [
            device
            for device in self._online
            if device.identity.name.startswith(code) and device.machine.profile.pending
        ]
        return self._rng.sample(found, min(count, len(found)))

    async def _chosen(self, devices: Iterable[Device]) -> None:
        """Two updates of one device, picked by name."""
        for device in devices:
            picked = device.machine.profile.pending[:2]
            updates = [{"name": item.name, "version": item.available_version} for item in picked]
            await self._job("updates.install", [device], {"select": "chosen", "updates": updates})

    async def _job(
        self, kind: str, devices: list[Device], params: dict[str, Any] | None = None, **when: Any
    ) -> dict[str, Any] | None:
        """The job; None where a small fleet has no such devices."""
        if not devices:
            return None
        target = {"device_ids": [str(device.id) for device in devices]}
        body = {"kind": kind, "params": params or {}, "target": target, **when}
        job: dict[str, Any] = await self._api.wish("/jobs", body)
        return job

    async def _call_off(self, job: dict[str, Any] | None) -> None:
        if job is not None:
            await self._api.post(f"/jobs/{job['id']}/cancel")

    async def _settle(self) -> None:
        """Until the devices have done what they were given, or for two minutes."""

        async def idle() -> int:
            return sum(device.idle for device in self._online)

        await until(idle, len(self._online), _SETTLE_SECONDS, first=2)
