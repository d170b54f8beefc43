"""What a flood of wrong attempts to get in does to somebody who is in.

500 attempts a second, each from an address of its own (the server is told to trust the proxy on loopback, and
the flood poses as it): passwords of many accounts and of one, second factors with a stolen password, mailed
resets, made-up API keys. Meanwhile a signed-in client loads a page of devices at a steady rate; its latency
counts from when it wanted to ask. Server, flood and client share this machine: the server gets less of it
than it would have against strangers' machines.
"""

import argparse
import asyncio
import os
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
    only: str | None = None
    """One kind of attempt, to see what each costs."""


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
        kind = self._attack.only or random.choices(list(_SHARES), list(_SHARES.values()))[0]
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
    # Strangers' machines would not take the server's processor away.
    os.nice(15)
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
            rounds = [await one_round(server, cookie, half, options) for _ in range(options.rounds)]
    report(rounds, options.rate)


class Round(msgspec.Struct, frozen=True):
    """Idle, and the same under the flood. CPU in cores, the api's own, whatever else the machine was doing."""

    idle: list[float]
    under: list[float]
    idle_cpu: float
    under_cpu: float
    grown_bytes: int
    outcome: Outcome

    @property
    def ratio(self) -> float:
        """What the flood did to the slowest pages."""
        return percentile(self.under, 0.99) / percentile(self.idle, 0.99)


async def one_round(server: Server, cookie: str, half_session: str, options: argparse.Namespace) -> Round:
    """One measurement without and one with the flood, right after each other."""
    url, seconds = server.about.url, options.seconds
    costs = [group_cost(server.group("api"))]
    idle = await load_pages(url, cookie, seconds)
    costs.append(group_cost(server.group("api")))
    attacking = asyncio.create_task(flood(Attack(url, options.rate, seconds + 4, half_session, options.only)))
    await asyncio.sleep(3)
    costs.append(group_cost(server.group("api")))
    under = await load_pages(url, cookie, seconds)
    costs.append(group_cost(server.group("api")))
    return Round(
        idle=idle,
        under=under,
        idle_cpu=(costs[1].cpu_seconds - costs[0].cpu_seconds) / seconds,
        under_cpu=(costs[3].cpu_seconds - costs[2].cpu_seconds) / seconds,
        grown_bytes=costs[3].rss_bytes - costs[0].rss_bytes,
        outcome=await attacking,
    )


def report(rounds: list[Round], rate: int) -> None:
    """Print the figures of the round in the middle, and what the attempts got in all of them."""
    middle = sorted(rounds, key=lambda one: one.ratio)[len(rounds) // 2]
    answers: Counter[str] = Counter()
    for one in rounds:
        answers.update(one.outcome.answers)
    figures = [
        Figure("attempts", middle.outcome.sent / middle.outcome.seconds, "/s", rate * 0.95, at_least=True),
        Figure("page, p50 idle", percentile(middle.idle, 0.5), "ms"),
        Figure("page, p50 under flood", percentile(middle.under, 0.5), "ms"),
        Figure("page, p99 idle", percentile(middle.idle, 0.99), "ms"),
        Figure("page, p99 under flood", percentile(middle.under, 0.99), "ms"),
        Figure("p99, flood : idle", middle.ratio, "×", 2.0, note=", ".join(f"{one.ratio:.2f}" for one in rounds)),
        Figure("api CPU, idle", middle.idle_cpu, "cores"),
        Figure("api CPU, under flood", middle.under_cpu, "cores", note="with its hashing thread"),
        Figure("api memory, growth", max(one.grown_bytes for one in rounds) / 1024**2, "MiB", 100.0),
    ]
    print(table(f"A flood of wrong attempts, the middle of {len(rounds)} rounds ({machine()})", figures))
    for name, count in sorted(answers.items()):
        print(f"  {count:7}  {name}")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long to measure, idle and under the flood")
    parser.add_argument("--rounds", type=int, default=3, help="how often, in turns")
    parser.add_argument("--rate", type=int, default=500, help="wrong attempts a second")
    parser.add_argument("--only", choices=_SHARES, help="one kind of attempt alone")
    parser.add_argument("--attack", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    uvloop.run(attack() if options.attack else measure(options))


if __name__ == "__main__":
    main()
