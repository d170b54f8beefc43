"""`bosman up`: everything on this machine with one command."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import sys
from pathlib import Path
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import typer

from bosman_server import bootstrap
from bosman_server.cli.release_builder import ReleaseBuilder, builder_root
from bosman_server.cli.supervise import Child, own_command
from bosman_server.embedded.servers import Embedded, EmbeddedServers
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.crypto.pki import fingerprint_sha256
from bosman_server.kit.crypto.trust import ensure_statement
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.migrate import upgrade
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.files import write_private
from bosman_server.kit.logs import configure_logging
from bosman_server.settings import Settings

_READY_SECONDS = 60.0


def up(  # noqa: PLR0913, PLR0917 - one parameter per option
    state_dir: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".bosman"),
    host: Annotated[str, typer.Option(help="Where browsers connect.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for browsers.")] = 8080,
    gateway_host: Annotated[str, typer.Option(help="Where new agents enrol.")] = "127.0.0.1",
    gateway_port: Annotated[int, typer.Option(help="Port where new agents enrol (HTTPS).")] = 8443,
    bus_host: Annotated[str, typer.Option(help="Where agents' connections arrive.")] = "127.0.0.1",
    bus_port: Annotated[int, typer.Option(help="Port of the bus; 0 chooses a free one once.")] = 0,
    public_host: Annotated[str, typer.Option(help="Name under which agents reach this machine.")] = "localhost",
    agent: Annotated[bool, typer.Option(help="Enrol this machine as the first device and run its agent.")] = True,  # noqa: FBT002 - typer makes it --agent/--no-agent
) -> None:
    """Start PostgreSQL, NATS, api, worker and this machine's agent; Ctrl-C stops them all."""
    settings = Settings(
        state_dir=state_dir.absolute(),
        host=host,
        port=port,
        gateway_host=gateway_host,
        gateway_port=gateway_port,
        bus_host=bus_host,
        bus_port=bus_port,
        public_host=public_host,
    )
    configure_logging(settings.log_level, settings.log_format, "up")
    for where, number in ((host, port), (gateway_host, gateway_port)):
        _check_free(where, number)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_Up(settings, with_agent=agent).run())


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            typer.echo(f"Port {port} on {host} cannot be used ({error.strerror}).", err=True)
            typer.echo("Stop what listens there, or choose another with --port / --gateway-port.", err=True)
            raise typer.Exit(2) from None


def _names(settings: Settings) -> list[str]:
    return sorted({settings.public_host, "localhost", "127.0.0.1", socket.gethostname()})


class _Up:
    def __init__(self, settings: Settings, *, with_agent: bool) -> None:
        self._settings = settings
        self._with_agent = with_agent
        self._builder = builder_root()
        self._state = settings.state_dir
        self._pids: dict[str, int] = {}
        self._about: dict[str, object] = {}

    async def run(self) -> None:
        this = asyncio.current_task()
        assert this is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, this.cancel)
        self._state.mkdir(parents=True, exist_ok=True)
        keyring = Keyring(self._state / "keys")
        keyring.initialise(_names(self._settings))
        servers = EmbeddedServers(self._settings, keyring)
        typer.echo("Starting PostgreSQL and NATS …")
        try:
            await self._serve(servers, keyring)
        finally:
            typer.echo("Stopping …")
            await servers.stop()

    async def _serve(self, servers: EmbeddedServers, keyring: Keyring) -> None:
        endpoints = await servers.start()
        if ensure_statement(keyring, [self._agent_bus_url(endpoints)]) is None:
            typer.echo(
                "Keys or addresses have changed, and the root key is not here. Agents go on with what they", err=True
            )
            typer.echo("know. Tell them with: bosman keys trust issue --root-key …", err=True)
        await upgrade(endpoints.database_urls["owner"])
        environment = self._environment(endpoints)
        children = [
            Child("worker", own_command("worker"), environment | self._of_worker(), self._note_pid),
            Child("api", own_command("api"), environment | self._of_api(keyring), self._note_pid),
        ]
        async with asyncio.TaskGroup() as group:
            group.create_task(servers.watch(endpoints))
            for child in children:
                group.create_task(child.keep_alive())
            await self._until_ready()
            await self._introduce(endpoints, fingerprint_sha256(keyring.authority_certificate()), group)

    async def _introduce(self, endpoints: Embedded, fingerprint: str, group: asyncio.TaskGroup) -> None:
        database = await Database(endpoints.database_urls[WORKER_ROLE], pool_size=2).open()
        try:
            tenant_id, site_id = await bootstrap.ensure_first_tenant(database, _local_zone())
            code = await bootstrap.new_setup_code(database)
            if self._with_agent:
                data_dir = self._state / "agent"
                if not (data_dir / "agent.json").exists():
                    token = await bootstrap.new_local_token(database, tenant_id, site_id)
                    await self._enroll(data_dir, token, fingerprint)
                argv = [sys.executable, "-m", "bosman_agent.main", "run", "--data-dir", str(data_dir)]
                group.create_task(Child("agent", argv, {}, self._note_pid).keep_alive())
        finally:
            await database.close()
        if self._builder is not None:
            group.create_task(self._build_releases(endpoints.database_urls[WORKER_ROLE], self._builder))
        self._about |= {
            "url": self._settings.browser_url,
            "gateway_url": self._settings.gateway_url,
            "bus_url": endpoints.nats.url,
            "setup_url": f"{self._settings.browser_url}/setup#{code}" if code else None,
            "authority_fingerprint": fingerprint,
            "database_urls": endpoints.database_urls,
        }
        self._write_about()
        self._greet(code)

    async def _build_releases(self, database_url: str, root: Path) -> None:
        database = await Database(database_url, pool_size=2).open()
        try:
            await ReleaseBuilder(database, root).run()
        finally:
            await database.close()

    async def _enroll(self, data_dir: Path, token: str, fingerprint: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bosman_agent.main", "enroll", "--server", self._settings.gateway_url,
            "--token", token, "--ca-sha256", fingerprint, "--data-dir", str(data_dir),
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        if await asyncio.wait_for(process.wait(), 60) != 0:
            typer.echo("This machine could not be enrolled; its agent does not run. See the message above.", err=True)

    def _environment(self, endpoints: Embedded) -> dict[str, str]:
        settings = self._settings
        return {
            "BOSMAN_STATE_DIR": str(settings.state_dir),
            "BOSMAN_DATABASE_URL": endpoints.database_urls[APP_ROLE],
            "BOSMAN_WORKER_DATABASE_URL": endpoints.database_urls[WORKER_ROLE],
            "BOSMAN_BUS_URL": endpoints.nats.url,
            "BOSMAN_HOST": settings.host,
            "BOSMAN_PORT": str(settings.port),
            "BOSMAN_GATEWAY_HOST": settings.gateway_host,
            "BOSMAN_GATEWAY_PORT": str(settings.gateway_port),
            "BOSMAN_PUBLIC_HOST": settings.public_host,
            "BOSMAN_BUILDS_RELEASES": str(self._builder is not None),
        }

    def _of_worker(self) -> dict[str, str]:
        port = self._settings.metrics_port
        return {} if port is None else {"BOSMAN_METRICS_PORT": str(port + 1)}

    def _of_api(self, keyring: Keyring) -> dict[str, str]:
        """The api has a folder with its own keys only; what it caches lies beside them."""
        return {"BOSMAN_KEYS_DIR": str(keyring.hand_out("api"))}

    def _agent_bus_url(self, endpoints: Embedded) -> str:
        port = endpoints.nats.url.rsplit(":", 1)[1]
        return f"tls://{self._settings.public_host}:{port}"

    def _note_pid(self, name: str, pid: int) -> None:
        self._pids[name] = pid
        if self._about:
            self._write_about()

    def _write_about(self) -> None:
        about = {**self._about, "pid": os.getpid(), "pids": self._pids}
        write_private(self._state / "up.json", msgspec.json.format(msgspec.json.encode(about)))

    async def _until_ready(self) -> None:
        settings = self._settings
        urls = (f"http://{settings.host}:{settings.port}/readyz", f"{_loop(settings)}/readyz")
        async with asyncio.timeout(_READY_SECONDS):
            for url in urls:
                while not await asyncio.to_thread(_answers, url):  # noqa: ASYNC110 - another process sets no event of ours
                    await asyncio.sleep(0.05)

    def _greet(self, code: str | None) -> None:
        url = self._settings.browser_url
        typer.echo("")
        typer.echo(f"  Bosman is up:   {url}")
        if code:
            typer.echo(f"  Set-up, once:   {url}/setup#{code}")
            typer.echo("  Whoever opens this link first becomes the first Owner.")
        typer.echo("  Ctrl-C stops everything; the next start finds its data.")
        typer.echo("")


def _loop(settings: Settings) -> str:
    return f"https://{settings.gateway_host}:{settings.gateway_port}"


def _answers(url: str) -> bool:
    # Only asks our own child whether it is ready; who it is does not matter here.
    context = ssl._create_unverified_context() if url.startswith("https") else None  # noqa: S323, SLF001 - see above
    try:
        with urlopen(url, timeout=2, context=context) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _local_zone() -> str:
    path = Path("/etc/timezone")
    name = path.read_text().strip() if path.exists() else ""
    return name if "/" in name and "Etc" not in name else "Europe/Warsaw"
