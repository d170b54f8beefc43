"""Many devices in one process: switched on, watched, switched off."""

import asyncio
import random
import resource
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit, urlunsplit

import msgspec

from bench.simulator.catalogue import CUSTOMERS, make_profile
from bench.simulator.catalogue.customers import Customer, Place
from bench.simulator.device import Behaviour, Device
from bench.simulator.identity import Identity, IdentityStore
from bench.simulator.machine import Machine, utc_now
from bench.simulator.tls import ClientTls

_ABREAST = 64
"""Connections that are being opened at the same time when a fleet is switched on."""


class Planned(msgspec.Struct, frozen=True):
    """A device to be: its name in the fleet, its place, its number there."""

    name: str
    customer: Customer
    place: Place
    number: int

    def machine(self, seed: str) -> Machine:
        """The computer, the same for the same seed."""
        profile = make_profile(seed, self.number, self.customer, self.place, utc_now())
        return Machine(profile, random.Random(f"{seed}/{self.name}"))


def plan(count: int) -> list[Planned]:
    """Spread exactly `count` devices over the customers and their places by their shares."""
    places = [(customer, place) for customer in CUSTOMERS for place in customer.places]
    shares = [count * customer.share * place.share for customer, place in places]
    sizes = [int(share) for share in shares]
    by_remainder = sorted(range(len(places)), key=lambda index: shares[index] - sizes[index], reverse=True)
    for index in by_remainder[: count - sum(sizes)]:
        sizes[index] += 1
    planned = []
    numbers = dict.fromkeys((customer.code for customer in CUSTOMERS), 0)
    for (customer, place), size in zip(places, sizes, strict=True):
        for _ in range(size):
            numbers[customer.code] += 1
            number = numbers[customer.code]
            planned.append(Planned(f"{customer.code}-{place.code}-{number:04d}", customer, place, number))
    return planned


def raise_file_limit() -> None:
    """As many sockets as this process may have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Fleet:
    """Devices with their running tasks."""

    def __init__(self, store: IdentityStore, behaviour: Callable[[str, dict[str, bytes]], Behaviour]) -> None:
        trust = store.trust()
        keys = {key.key_id: key.public_key for key in trust.signing_keys}
        self._store = store
        self._tls = ClientTls(trust.authority_pem)
        self._behaviour = behaviour(_first_address(trust.bus_urls[0]), keys)
        self._running: dict[str, asyncio.Task[None]] = {}
        self.devices: dict[str, Device] = {}

    def add(self, identity: Identity, make: Callable[[], Machine]) -> Device:
        """A device, still switched off."""
        file = self._store.identity_file(identity)
        device = Device(identity, file, self._tls, self._behaviour, make)
        self.devices[identity.name] = device
        return device

    async def switch_on(self, names: Iterable[str], abreast: int = _ABREAST) -> None:
        """Connect these; returns when each has connected or was refused once."""
        limit = asyncio.Semaphore(abreast)

        async def start(name: str) -> None:
            async with limit:
                device = self.devices[name]
                self._running[name] = asyncio.create_task(device.run())
                await device.tried.wait()

        await asyncio.gather(*(start(name) for name in names if name not in self._running))

    async def switch_off(self, names: Iterable[str]) -> None:
        """Disconnect these."""
        tasks = [self._running.pop(name) for name in list(names) if name in self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def broken(self) -> list[BaseException]:
        """Devices whose task ended, which none should: faults of the simulator."""
        return [task.exception() or RuntimeError("ended") for task in self._running.values() if task.done()]

    @property
    def connected(self) -> int:
        """How many are connected now."""
        return sum(device.connected for device in self.devices.values())


def _first_address(url: str) -> str:
    """`localhost` as 127.0.0.1: a fleet must not ask a resolver thread for each of its connections."""
    parts = urlsplit(url)
    if parts.hostname != "localhost":
        return url
    return urlunsplit(parts._replace(netloc=f"127.0.0.1:{parts.port}"))
