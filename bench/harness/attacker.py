"""A hostile device: what an attacker can do with one stolen identity, bounded in count and time, on loopback only.

`Attack` starts it as a process of its own; run as a module it is that process.
"""

import asyncio
import contextlib
import os
import ssl
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
import nats
import nats.errors
from nats.aio.client import Client

from bench.simulator.identity import Trust
from bosman_protocol import subjects
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import SoftwareItem, SoftwareReport
from bosman_protocol.uplink import AgentIncident, encoder

LARGE = 250
LARGE_BYTES = 900_000
TROUBLES = 5000
LEASES = 3000
RECONNECTS = 300
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Orders(msgspec.Struct):
    """What the process is told on its standard input."""

    identity: str
    authority_pem: str
    bus_url: str
    device_id: UUID


class Done(msgspec.Struct):
    """What it did, and how long that took."""

    seconds: float
    text: str


class Attack:
    """One run of the attacker."""

    def __init__(self, identity: Path, trust: Trust, device_id: UUID) -> None:
        self._orders = Orders(str(identity), trust.authority_pem, trust.bus_urls[0], device_id)

    async def run(self, limit_seconds: float) -> Done:
        """Attack, at most so long. Raises TimeoutError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.harness.attacker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            answer, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(self._orders)), limit_seconds)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return msgspec.json.decode(answer.splitlines()[-1], type=Done)


class _Attacker:
    def __init__(self, orders: Orders) -> None:
        if urlsplit(orders.bus_url).hostname not in _LOOPBACK:
            raise ValueError("loopback only")
        self._orders = orders
        self._tls = ssl.create_default_context(cadata=orders.authority_pem)
        self._tls.load_cert_chain(orders.identity)

    async def run(self) -> Done:
        began = time.monotonic()
        client = await self._connect()
        await asyncio.gather(self._large(client), self._troubles(client), self._leases(client))
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            await client.flush(30)
        flooded = time.monotonic() - began
        came_in = await self._knock()
        with contextlib.suppress(nats.errors.Error, OSError):
            await client.close()
        text = f"floods {flooded:.1f} s; {came_in} of {RECONNECTS} connections were let in"
        return Done(time.monotonic() - began, text)

    async def _connect(self) -> Client:
        client = Client()
        await asyncio.wait_for(
            client.connect(
                self._orders.bus_url,
                tls=self._tls,
                tls_handshake_first=True,
                allow_reconnect=False,
                connect_timeout=5,
                inbox_prefix=subjects.inbox_prefix(self._orders.device_id),
                error_cb=_ignore,
            ),
            15,
        )
        return client

    async def _large(self, client: Client) -> None:
        item = SoftwareItem("n" * 200, "1" * 100, "p" * 100)
        items = (item,) * (LARGE_BYTES // len(encoder.encode(item)))
        for _ in range(LARGE):
            report = SoftwareReport(uuid4(), datetime.now(UTC), 0, last=False, items=items)
            await self._say(client, subjects.uplink(self._orders.device_id, "facts"), encoder.encode(report))

    async def _troubles(self, client: Client) -> None:
        for number in range(TROUBLES):
            error = ErrorDetail("agent.internal", {"n": number}, "z" * 4000)
            payload = encoder.encode(AgentIncident(datetime.now(UTC), error))
            await self._say(client, subjects.uplink(self._orders.device_id, "event"), payload)

    async def _leases(self, client: Client) -> None:
        subject = subjects.lease_request(self._orders.device_id)
        for number in range(LEASES):
            await self._say(client, subject, b"{", f"{subjects.inbox_prefix(self._orders.device_id)}.{number}")

    @staticmethod
    async def _say(client: Client, subject: str, payload: bytes, reply: str = "") -> None:
        with contextlib.suppress(nats.errors.Error, OSError):
            await client.publish(subject, payload, reply=reply)
            await asyncio.sleep(0)

    async def _knock(self) -> int:
        came_in = 0
        for _ in range(RECONNECTS):
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                client = await self._connect()
                await client.flush(5)
                came_in += 1
                await client.close()
        return came_in


async def _ignore(_: Exception) -> None:
    return


if __name__ == "__main__":
    # An attacker has processors of their own; here they take what the server and the fleet leave of the same ones.
    os.nice(19)
    done = asyncio.run(_Attacker(msgspec.json.decode(sys.stdin.buffer.read(), type=Orders)).run())
    sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
