"""The worker: everything between the bus and the database, and the agents' HTTPS door.

Runs in any number; what may run only once holds an advisory lock. It alone holds
the CA and the signing key.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
import uvicorn

from bosman_protocol import subjects
from bosman_server import models, slices
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.core.specs.slice_spec import WorkerParts
from bosman_server.fleet.devices.api import REVOKED_SUBJECT
from bosman_server.fleet.devices.bus_monitor import BusMonitor
from bosman_server.fleet.devices.directory import DeviceDirectory
from bosman_server.fleet.devices.presence import PresenceTracker
from bosman_server.fleet.enrollment.admissions import Admissions
from bosman_server.fleet.enrollment.callout import Callout
from bosman_server.fleet.enrollment.flooding import Eviction, QuestionThrottle
from bosman_server.fleet.enrollment.gateway import Trust, create_gateway
from bosman_server.fleet.enrollment.refused import RefusedEnrollments
from bosman_server.fleet.enrollment.renewal import Renewals
from bosman_server.fleet.enrollment.shutout import Shutout
from bosman_server.fleet.ingest.quotas import UplinkQuotas
from bosman_server.fleet.ingest.stream_consumer import StreamConsumer, keep_streams
from bosman_server.fleet.ingest.streams import ensure_streams
from bosman_server.kit.bus.connection import Client, Lifeline, connect_as
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.crypto.master_key import open_master_keys
from bosman_server.kit.crypto.pki import fingerprint_sha256
from bosman_server.kit.crypto.trust import TrustBook
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.pruner import Pruner
from bosman_server.kit.http.door import DoorProtocol, DoorServer
from bosman_server.kit.live_hub import LiveHub
from bosman_server.kit.periodic import Leaders, Periodic
from bosman_server.kit.runtime import Runtime
from bosman_server.settings import Settings
from bosman_server.work.safety.freeze_broadcaster import FreezeBroadcaster
from bosman_server.work.safety.freeze_orders import FreezeOrderSigner
from bosman_server.work.tasks.dispatch import Dispatcher

log = structlog.get_logger()

_GATEWAY_CONNECTIONS = 500
_CONNECTIONS = (
    ("worker", "worker"), ("callout", "callout"), ("sys", "sys"), ("worker", "worker-questions"),
    ("worker", "worker-reports"),
)  # fmt: skip
"""Role and name, in the order of `_Buses`."""


@dataclass(frozen=True, slots=True)
class _Buses:
    main: Client
    callout: Client
    system: Client
    questions: Client
    """Apart from the main one: a flood of questions, which nothing slows down, cuts only this."""
    reports: Client
    """Apart, too: results do not queue up behind megabytes of inventory."""


async def _connect(settings: Settings, keyring: Keyring, role: str, name: str, lifeline: Lifeline) -> Client:
    assert settings.bus_url is not None, "BOSMAN_BUS_URL"
    return await connect_as(role, keyring, settings.bus_url, name=name, on_closed=lifeline.lost)


def trust_of(keyring: Keyring) -> Trust:
    """Whom agents are told to trust. Raises KeyMissingError, TrustBrokenError."""
    return Trust(keyring.authority(), TrustBook(keyring.trust_file, keyring.dispatcher()))


@asynccontextmanager
async def _open(settings: Settings, keyring: Keyring) -> AsyncIterator[tuple[Database, _Buses]]:
    assert settings.worker_database_url is not None, "BOSMAN_WORKER_DATABASE_URL"
    async with AsyncExitStack() as stack:
        dsn = settings.worker_database_url.get_secret_value()
        database = await Database(dsn, pool_size=settings.database_pool_size).open()
        stack.push_async_callback(database.close)
        connections = []
        lifeline = Lifeline()
        for role, name in _CONNECTIONS:
            client = await _connect(settings, keyring, role, name, lifeline)
            stack.push_async_callback(client.close)
            connections.append(client)
        stack.callback(lifeline.let_go)
        yield database, _Buses(*connections)


async def run_worker(settings: Settings, keyring: Keyring) -> None:
    """Serve until cancelled, or until the gateway is told to stop (SIGTERM, SIGINT).

    Raises KeyMissingError, TrustBrokenError.
    """
    slices.check()
    trust = trust_of(keyring)
    async with _open(settings, keyring) as (database, buses):
        database.speak_through(buses.main.publish)
        await ensure_streams(buses.main, settings.ack_wait_seconds)
        directory = DeviceDirectory(database)
        trail = DeviceTrail(database, settings.device_trail_period_seconds)
        monitor = BusMonitor(buses.system)
        presence = PresenceTracker(database, buses.system, monitor)
        admissions = Admissions(database)
        shutout = Shutout(database, monitor, directory, presence, admissions, trail)
        consumers = _consumers(database, buses, directory, trail, settings)
        broadcaster = FreezeBroadcaster(database, buses.main, FreezeOrderSigner(keyring.dispatcher()))
        # The door opens last: whoever comes in finds everything there.
        await presence.start()
        await buses.main.subscribe(REVOKED_SUBJECT, cb=shutout.on_revoked)
        for consumer in consumers:
            await consumer.start()
        callout = Callout(keyring.nkey("callout-issuer"), directory, admissions, shutout, trail)
        eviction = Eviction(database, directory, callout, shutout)
        buses.questions.lets_through = QuestionThrottle(eviction).lets_through
        for consumer in consumers:
            consumer.on_flood = eviction.evict
        await Dispatcher(database, buses.questions, directory, keyring.dispatcher(), trail, trust.book).start()
        await broadcaster.start()
        await Renewals(database, buses.questions, directory, trust, trail).start()
        await callout.start(buses.callout)
        fingerprint = fingerprint_sha256(trust.authority.certificate)
        cipher = EnvelopeCipher(open_master_keys(settings, keyring.master_file), database)
        runtime = Runtime(settings, database, buses.main, LiveHub(buses.main), cipher, fingerprint)
        refused = RefusedEnrollments(database)
        log.info("worker_ready")
        await _serve(
            _gateway(runtime, trust, keyring, refused),
            [
                *(consumer.run() for consumer in consumers),
                presence.run(),
                trail.run(),
                refused.keep(),
                keep_streams(buses.main, consumers, settings.ack_wait_seconds),
                Leaders(database, [shutout.periodic(), *_periodic(WorkerParts(runtime, keyring))]).run(),
            ],
        )


def _consumers(
    database: Database, buses: _Buses, directory: DeviceDirectory, trail: DeviceTrail, settings: Settings
) -> list[StreamConsumer]:
    """One for each stream; what a device may send is counted over both."""
    handlers, quotas = slices.handlers(), UplinkQuotas()
    return [
        StreamConsumer(
            database, bus, directory, handlers, trail,
            stream=stream, quotas=quotas, ack_wait_seconds=settings.ack_wait_seconds,
        )
        for bus, stream in ((buses.main, subjects.UPLINK_STREAM), (buses.reports, subjects.REPORTS_STREAM))
    ]  # fmt: skip


def _periodic(parts: WorkerParts) -> list[Periodic]:
    pruner = Pruner(parts.runtime.database, parts.runtime.settings, models.RETENTIONS)
    return [pruner.periodic(), *(work for one in slices.SLICES for work in one.periodic(parts))]


def _only_modern_tls(_: uvicorn.Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.3, and of 1.2 only what has forward secrecy and authenticated encryption."""
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def _gateway(runtime: Runtime, trust: Trust, keyring: Keyring, refused: RefusedEnrollments) -> uvicorn.Server:
    files = keyring.certificate("server")
    routes = [route for one in slices.SLICES for route in one.gateway_routes(runtime)]
    config = uvicorn.Config(
        create_gateway(runtime, trust, refused, routes),
        host=runtime.settings.gateway_host,
        port=runtime.settings.gateway_port,
        ssl_certfile=str(files.certificate),
        ssl_keyfile=str(files.key),
        ssl_context_factory=_only_modern_tls,
        http=DoorProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=10,
        limit_concurrency=_GATEWAY_CONNECTIONS,
        timeout_graceful_shutdown=2,
    )
    return DoorServer(config, per_address=runtime.settings.gateway_connections_per_address, most=_GATEWAY_CONNECTIONS)


async def _serve(server: uvicorn.Server, coroutines: list[Coroutine[object, None, None]]) -> None:
    """The gateway and the loops; the end of one is the end of all."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    gateway = asyncio.create_task(server.serve())
    try:
        done, _ = await asyncio.wait({gateway, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        server.should_exit = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(gateway, *tasks, return_exceptions=True)
