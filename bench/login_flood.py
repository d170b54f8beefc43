"""What a flood of wrong attempts to get in does to somebody who is in.

500 attempts a second, each from an address of its own (the server is told to trust the proxy on loopback, and
the flood poses as it): passwords of many accounts and of one, second factors with a stolen password, mailed
resets, made-up API keys. Meanwhile a signed-in client loads a page of devices at a steady rate; its latency
counts from when it wanted to ask. Server, flood and client share this machine: the server gets less of it
than it would have against strangers' machines.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import asyncpg
import msgspec
import uvloop

from bench.harness.api import Api
from bench.harness.figures import Figure, percentile, table
from bench.harness.processes import group_cost, machine
from bench.harness.server import Server

_DEVICES = 2000
_PAGES_PER_SECOND = 20.0
_ACCOUNTS = 200
_TICK_SECONDS = 0.01
_MOST_AT_ONCE = 2000
_PASSWORD = "Siedem-zielonych-lodzi"
_EMAIL = "owner@example.com"
_SHARES = {"password_many": 40, "password_one": 20, "second_factor": 15, "reset": 10, "api_key": 15}
_FILL = """
INSERT INTO tenancy_device (tenant_id, id, site_id, hostname, os_family, agent_version, status, enrolled_at)
SELECT s.tenant_id, gen_random_uuid(), s.id, 'PC-' || n, 'windows', '1.0', 'active', now()
FROM (SELECT tenant_id, id FROM tenancy_site LIMIT 1) s, generate_series(1, $1::int) n
"""


class Attack(msgspec.Struct):
    """What the attacking process is told on its standard input."""

    url: str
    per_second: int
    seconds: float
    half_session: str
    """A cookie of a session that waits for its second factor: the password is known to the attacker."""


class Outcome(msgspec.Struct):
    """What it says when it is done."""

    sent: int
    seconds: float
    answers: dict[str, int]


class Flood:
    """Attempts at a steady rate, whatever becomes of the earlier ones."""

    def __init__(self, attack: Attack, session: aiohttp.ClientSession) -> None:
        self._attack = attack
        self._session = session
        self._answers: Counter[str] = Counter()
        self._open: set[asyncio.Task[None]] = set()

    async def run(self) -> Outcome:
        """Until the time is over."""
        started, sent = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - started) < self._attack.seconds:
            due = int(elapsed * self._attack.per_second)
            while sent < due:
                self._begin()
                sent += 1
            await asyncio.sleep(_TICK_SECONDS)
        await asyncio.gather(*self._open, return_exceptions=True)
        return Outcome(sent, time.perf_counter() - started, dict(self._answers))

    def _begin(self) -> None:
        if len(self._open) >= _MOST_AT_ONCE:
            self._answers["not sent: too many open"] += 1
            return
        kind = random.choices(list(_SHARES), list(_SHARES.values()))[0]
        task = asyncio.create_task(self._attempt(kind))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _attempt(self, kind: str) -> None:
        headers = {"X-Forwarded-For": ".".join(str(random.randrange(1, 255)) for _ in range(4))}
        path, body, method = "session", {"email": _EMAIL, "password": secrets.token_hex(8)}, "POST"
        if kind == "password_many":
            body["email"] = f"somebody-{random.randrange(_ACCOUNTS)}@example.com"
        elif kind == "second_factor":
            headers["Cookie"] = self._attack.half_session
            path, body = "session/totp", {"code": f"{random.randrange(10**6):06}"}
        elif kind == "reset":
            path, body = "password-reset", {"email": f"somebody-{random.randrange(_ACCOUNTS)}@example.com"}
        elif kind == "api_key":
            headers["Authorization"] = f"Bearer bsk_{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}"
            path, body, method = "devices", {}, "GET"
        try:
            url = f"{self._attack.url}/api/v1/{path}"
            async with self._session.request(method, url, json=body or None, headers=headers) as answer:
                await answer.read()
                self._answers[f"{kind} {answer.status}"] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            self._answers[f"{kind} {type(error).__name__}"] += 1


async def attack() -> None:
    """The attacking process: reads its orders, prints what came of them."""
    orders = msgspec.json.decode(sys.stdin.buffer.read(), type=Attack)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as one:
        outcome = await Flood(orders, one).run()
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


async def load_pages(url: str, cookie: str, seconds: float) -> list[float]:
    """Milliseconds per page of devices, counted from when each was due."""
    found: list[float] = []
    timeout = aiohttp.ClientTimeout(total=60)

    async def one(session: aiohttp.ClientSession, due: float) -> None:
        async with session.get(f"{url}/api/v1/devices?limit=50") as answer:
            answer.raise_for_status()
            await answer.read()
        found.append((time.perf_counter() - due) * 1000)

    async with (
        aiohttp.ClientSession(timeout=timeout, headers={"Cookie": cookie}) as session,
        asyncio.TaskGroup() as group,
    ):
        started = time.perf_counter()
        for number in range(int(seconds * _PAGES_PER_SECOND)):
            due = started + number / _PAGES_PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(session, due))
    return found


async def prepare(server: Server) -> tuple[str, str]:
    """Devices, accounts, the Owner's cookie and one that waits for its second factor."""
    about = server.about
    async with Api(about.url) as owner, Api(about.url) as thief:
        assert about.setup_code is not None
        await owner.set_up(about.setup_code, email=_EMAIL, name="Owner", password=_PASSWORD)
        await thief.post("/session", {"email": _EMAIL, "password": _PASSWORD})
        connection = await asyncpg.connect(about.database_urls["owner"])
        try:
            await connection.execute(_FILL, _DEVICES)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        return owner.cookie, thief.cookie


async def flood(orders: Attack) -> Outcome:
    """The attack in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.login_flood", "--attack",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(orders)), orders.seconds + 120)
    return msgspec.json.decode(output, type=Outcome)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bosman-flood-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user below it
        yield folder


async def measure(options: argparse.Namespace) -> None:
    """Idle, then under the flood, on one fresh server."""
    with _folder() as folder:
        environment = {"BOSMAN_TRUSTED_PROXIES": '["127.0.0.1"]', "BOSMAN_LOG_LEVEL": "warning"}
        async with Server(folder / "state", environment=environment) as server:
            cookie, half = await prepare(server)
            url = server.about.url
            await load_pages(url, cookie, 3)
            before = group_cost(server.group("api"))
            idle = await load_pages(url, cookie, options.seconds)
            between = group_cost(server.group("api"))
            orders = Attack(url, options.rate, options.seconds + 4, half)
            attacking = asyncio.create_task(flood(orders))
            await asyncio.sleep(3)
            started = group_cost(server.group("api"))
            under = await load_pages(url, cookie, options.seconds)
            after = group_cost(server.group("api"))
            outcome = await attacking
    cpu = Cpu(
        (between.cpu_seconds - before.cpu_seconds) / options.seconds,
        (after.cpu_seconds - started.cpu_seconds) / options.seconds,
    )
    report(idle, under, outcome, after.rss_bytes - between.rss_bytes, cpu, options.rate)


class Cpu(msgspec.Struct, frozen=True):
    """Cores that the api used: its own, whatever else the machine was doing."""

    idle: float
    under: float


def report(idle: list[float], under: list[float], outcome: Outcome, grown: int, cpu: Cpu, rate: int) -> None:
    """Print the figures and what the attempts got."""
    ratio = percentile(under, 0.99) / percentile(idle, 0.99)
    figures = [
        Figure("attempts", outcome.sent / outcome.seconds, "/s", rate * 0.95, at_least=True),
        Figure("page, p50 idle", percentile(idle, 0.5), "ms"),
        Figure("page, p50 under flood", percentile(under, 0.5), "ms"),
        Figure("page, p99 idle", percentile(idle, 0.99), "ms"),
        Figure("page, p99 under flood", percentile(under, 0.99), "ms"),
        Figure("p99, flood : idle", ratio, "×", 2.0),
        Figure("api CPU, idle", cpu.idle, "cores"),
        Figure("api CPU, under flood", cpu.under, "cores", note="with its hashing thread"),
        Figure("api memory, growth", grown / 1024**2, "MiB", 100.0),
    ]
    print(table(f"A flood of wrong attempts ({machine()})", figures))
    for name, count in sorted(outcome.answers.items()):
        print(f"  {count:7}  {name}")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to measure, idle and under the flood")
    parser.add_argument("--rate", type=int, default=500, help="wrong attempts a second")
    parser.add_argument("--attack", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    uvloop.run(attack() if options.attack else measure(options))


if __name__ == "__main__":
    main()
