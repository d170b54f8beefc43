"""Fills a running server: three tenants, six sites, 300 simulated devices with a history; keeps the devices connected.

Start `bosman up` first. A second run finds its tenants and devices again.
"""

import argparse
import asyncio
import signal
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from bench.harness.api import Api, ApiError, Credentials
from bench.harness.provision import ensure_enrolled
from bench.harness.server import About, read_about
from bench.harness.watch import until
from bench.seeding.history import History
from bench.seeding.owner import OwnerUnknownError, sign_in
from bench.seeding.roles import Role, cast_roles
from bench.simulator.device import Behaviour, Device
from bench.simulator.fleet import Fleet, Planned, plan, raise_file_limit
from bench.simulator.identity import Identity, IdentityStore
from bench.simulator.machine import utc_now
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import UpdatesReport

_SETTLE_SECONDS = 120.0
_ENOUGH_JOBS = 8
"""With that many jobs there, a history was made before."""


class Seeding:
    """One run against one server."""

    def __init__(self, api: Api, about: About, store: IdentityStore, arguments: argparse.Namespace) -> None:
        self._api = api
        self._about = about
        self._store = store
        self._seed: str = arguments.seed
        self._planned = plan(arguments.devices)
        self._roles = cast_roles((item.name for item in self._planned), self._seed)
        self._failure_rate: float = arguments.failure_rate

    async def run(self) -> Fleet:
        """Make everything; the fleet that it leaves connected. Raises ApiError."""
        identities = await ensure_enrolled(self._api, self._about.gateway_url, self._store, self._planned, self._seed)
        fleet = self._fleet(identities)
        revoked_before = {item["id"] for item in await self._api.all("/devices", status="revoked")}
        able = [name for name, role in self._roles.items() if role != "never_connected"]
        able = [name for name in able if str(fleet.devices[name].id) not in revoked_before]
        print(f"{len(identities)} devices enrolled, connecting {len(able)} …", flush=True)
        await fleet.switch_on(able)
        for name in able:
            self._report(fleet.devices[name], self._roles[name])
        await _quiet(fleet, able)
        await self._revoke(fleet, [name for name in able if self._roles[name] == "revoked"])
        away = [name for name in able if self._roles[name] == "offline"]
        online = [fleet.devices[name] for name in able if self._roles[name] in {"online", "scan_failed"}]
        await self._work(fleet, online, away)
        await self._tokens()
        return fleet

    def _fleet(self, identities: dict[str, Identity]) -> Fleet:
        fleet = Fleet(
            self._store, lambda url, keys: Behaviour(url, keys, failure_rate=self._failure_rate, restart_seconds=15)
        )
        planned: dict[str, Planned] = {item.name: item for item in self._planned}
        for name, identity in identities.items():
            fleet.add(identity, lambda item=planned[name]: item.machine(self._seed))  # type: ignore[misc]
        return fleet

    def _report(self, device: Device, role: Role) -> None:
        """What a device tells on its first day."""
        machine = device.machine
        for message in machine.inventory():
            device.say(message)
        if role == "never_scanned":
            return
        age = timedelta(hours=machine.rng.choice((0.2, 1, 3, 9, 20, 26, 50, 170)))
        report = machine.updates_report(age=age)
        device.say(report)
        if role == "scan_failed":
            error = ErrorDetail(Code.APT_LOCKED if machine.profile.os_family == "linux" else Code.AGENT_INTERNAL)
            later = UpdatesReport(machine.updates_report().report_id, utc_now(), 0, last=True, items=(), error=error)
            device.say(later)

    async def _revoke(self, fleet: Fleet, names: list[str]) -> None:
        for name in names:
            await self._api.post(f"/devices/{fleet.devices[name].id}/revoke")
        await asyncio.sleep(2)  # long enough to be cut off, to come back, and to be refused: that is audited
        await fleet.switch_off(names)

    async def _work(self, fleet: Fleet, online: list[Device], away: list[str]) -> None:
        history = History(self._api, self._seed, online=online, offline=[fleet.devices[name] for name in away])
        first_time = (await self._api.get("/jobs", limit=1))["total"] < _ENOUGH_JOBS
        if first_time:
            print("making a history (about a minute) …", flush=True)
            await history.finished()
        await fleet.switch_off(away)
        if first_time:
            await history.stopped()
            await history.pending()
        await history.running()

    async def _tokens(self) -> None:
        """Tokens in other states than used: one active, one revoked."""
        sites = await self._api.all("/sites")
        labels = {item["label"] for item in await self._api.all("/enrollment-tokens")}
        for label in ("Laptopy zarządu", "New starters, December"):
            if label in labels:
                continue
            site = sites[len(label) % len(sites)]
            data = {"tenant_id": site["tenant_id"], "site_id": site["id"], "label": label, "max_uses": 5}
            token = await self._api.post("/enrollment-tokens", data)
            if label.startswith("New"):
                await self._api.post(f"/enrollment-tokens/{token['id']}/revoke")


async def _quiet(fleet: Fleet, names: list[str]) -> None:
    async def said() -> int:
        return sum(fleet.devices[name].outbox.empty for name in names)

    await until(said, len(names), _SETTLE_SECONDS)


async def _summary(api: Api) -> str:
    devices = await api.all("/devices")
    tasks = Counter(item["state"] for item in await api.all("/tasks"))
    online = sum(item["online"] for item in devices)
    revoked = sum(item["status"] == "revoked" for item in devices)
    unscanned = sum(item["last_scan_at"] is None for item in devices)
    states = ", ".join(f"{count} {state}" for state, count in sorted(tasks.items()))
    return (
        f"  devices: {len(devices)}, {online} online, {len(devices) - online} offline, {revoked} revoked, "
        f"{unscanned} never scanned\n  tasks:   {states}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.seed", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=Path(".bosman"), help="that of the running `bosman up`")
    parser.add_argument("--url", help="address of the api, if not as up.json says")
    parser.add_argument("--gateway-url", help="address of the gateway, if not as up.json says")
    parser.add_argument("--setup-code", help="to become the first Owner, if not as up.json says")
    parser.add_argument("--email", help="sign in as this Owner instead")
    parser.add_argument("--password")
    parser.add_argument("--totp-secret")
    parser.add_argument("--devices", type=int, default=300)
    parser.add_argument("--seed", default="bosman", help="another word makes other devices")
    parser.add_argument("--failure-rate", type=float, default=0.12, help="share of scans and installations that fail")
    parser.add_argument("--detach-after", type=float, help="disconnect after so many seconds; else at Ctrl-C")
    return parser.parse_args()


def _credentials(arguments: argparse.Namespace) -> Credentials | None:
    if not arguments.email:
        return None
    return Credentials(arguments.email, arguments.password or "", arguments.totp_secret or "")


def _about(arguments: argparse.Namespace) -> About:
    """Where the server is. Raises OSError when neither up.json nor the options say it."""
    if arguments.url and arguments.gateway_url:
        code = f"#{arguments.setup_code}" if arguments.setup_code else None
        return About(arguments.url.rstrip("/"), arguments.gateway_url.rstrip("/"), "", "", {}, 0, {}, code)
    about = read_about(arguments.state_dir)
    about.setup_url = f"#{arguments.setup_code}" if arguments.setup_code else about.setup_url
    return about


async def _wait(seconds: float | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _main(arguments: argparse.Namespace, about: About) -> int:
    folder: Path = arguments.state_dir.absolute() / "seed"
    async with Api(about.url) as api:
        credentials, fresh = await sign_in(
            api, folder / "owner.json", setup_code=about.setup_code, given=_credentials(arguments)
        )
        if fresh:
            # Before anything else: if the rest fails, these must not be lost.
            _show(credentials)
        fleet = await Seeding(api, about, IdentityStore(folder / "devices"), arguments).run()
        print(f"\nSeeded: {about.url}\n{await _summary(api)}")
        _show(credentials)
        print("The devices stay connected until Ctrl-C." if arguments.detach_after is None else "", flush=True)
        await _wait(arguments.detach_after)
        await fleet.switch_off(list(fleet.devices))
    return 0


def _show(credentials: Credentials) -> None:
    print(f"  Owner:    {credentials.email}\n  password: {credentials.password}")
    print(f"  TOTP:     {credentials.totp_secret}", flush=True)


def main() -> int:
    """Entry point."""
    arguments = _arguments()
    raise_file_limit()
    try:
        about: Any = _about(arguments)
    except (OSError, msgspec.MsgspecError):
        print(f"No running server below {arguments.state_dir}; start `bosman up` or give --url.", file=sys.stderr)
        return 2
    try:
        return uvloop.run(_main(arguments, about))
    except OwnerUnknownError:
        print("Set-up is done already: give --email, --password and --totp-secret of an Owner.", file=sys.stderr)
    except ApiError as error:
        print(f"The server refused: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
