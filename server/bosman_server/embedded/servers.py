"""The embedded servers of `bosman up`: started, and started again when they die."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from bosman_server.embedded.nats import EmbeddedNats, NatsEndpoint
from bosman_server.embedded.postgres import EmbeddedPostgres, PostgresEndpoint
from bosman_server.kit.bus import rights
from bosman_server.kit.bus.rights import ServiceUser
from bosman_server.kit.bus.server_config import Listener, NatsServerConfig
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.db.migrate import ensure_roles
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE
from bosman_server.kit.files import write_private
from bosman_server.settings import Settings

log = structlog.get_logger()
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where the embedded servers are."""

    postgres: PostgresEndpoint
    nats: NatsEndpoint
    database_urls: dict[str, str]
    """By role; `owner` for migrations."""


class EmbeddedServers:
    """PostgreSQL and NATS below the state directory."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._postgres = EmbeddedPostgres(settings.state_dir / "postgres")
        self._nats = EmbeddedNats(settings.state_dir / "nats", self._nats_config())

    def _nats_config(self) -> NatsServerConfig:
        files = self._keyring.certificate("server")
        root = (self._settings.state_dir / "nats").absolute()
        return NatsServerConfig(
            server_name="bosman",
            store_dir=root / "jetstream",
            certificate_file=files.certificate.absolute(),
            key_file=files.key.absolute(),
            ca_file=self._keyring.authority_file.absolute(),
            callout_issuer=self._keyring.nkey("callout-issuer").public.encode(),
            callout_user=self._keyring.nkey("callout").public.encode(),
            service_users=(
                ServiceUser(self._keyring.nkey("api").public.encode(), rights.API),
                ServiceUser(self._keyring.nkey("worker").public.encode(), rights.WORKER),
            ),
            system_user=self._keyring.nkey("sys").public.encode(),
            client=Listener(self._settings.bus_host, self._settings.bus_port),
            log_file=root / "nats.log",
        )

    async def start(self) -> Embedded:
        """Start or attach; make the roles of the database."""
        postgres, nats = await asyncio.gather(self._postgres.start(), self._nats.start())
        passwords = self._passwords()
        await ensure_roles(postgres.owner_dsn, passwords)
        urls = {role: postgres.dsn(role, password) for role, password in passwords.items()}
        return Embedded(postgres, nats, {**urls, "owner": postgres.owner_dsn})

    def _passwords(self) -> dict[str, str]:
        path = self._settings.state_dir / "keys" / "database.json"
        if not path.exists():
            fresh = {role: secrets.token_urlsafe(24) for role in (APP_ROLE, WORKER_ROLE)}
            write_private(path, msgspec.json.encode(fresh))
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])

    async def watch(self, endpoints: Embedded) -> None:
        """Look twice a second whether both still listen; start the one that does not."""
        socket = endpoints.postgres.socket_dir / ".s.PGSQL.5432"
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if not await _listens_unix(socket):
                log.warning("postgres_gone")
                await self._again(self._postgres)
            # A look at its port would be a failed TLS handshake in its log, twice a second.
            if not self._nats.is_running:
                log.warning("nats_gone")
                await self._again(self._nats)

    async def _again(self, server: EmbeddedPostgres | EmbeddedNats) -> None:
        try:
            await server.start()
        except Exception:
            log.exception("embedded_start_failed")
            await asyncio.sleep(2)

    async def stop(self) -> None:
        """Stop both, NATS first: nobody must be told that work is stored while PostgreSQL goes."""
        await self._nats.stop()
        await self._postgres.stop()


async def _listens_unix(path: Path) -> bool:
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_unix_connection(path)
        writer.close()
        return True
    return False
