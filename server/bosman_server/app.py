"""The api: what browsers talk to. Stateless, any number of replicas."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from bosman_protocol.progress import ProgressNote
from bosman_protocol.work import RESULTS
from bosman_server import __version__, slices
from bosman_server.core.audit.refusals import register_refusal_audit
from bosman_server.core.identity.attempts import Counts
from bosman_server.core.identity.login_throttle import LoginThrottle
from bosman_server.core.identity.passwords import Hasher
from bosman_server.core.identity.rate_limits import UNLOCK_SUBJECT, RateLimits
from bosman_server.core.identity.stream_guard import caller
from bosman_server.kit.bus.connection import Lifeline, connect_as
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.crypto.master_key import open_master_keys
from bosman_server.kit.crypto.pki import fingerprint_sha256
from bosman_server.kit.db import barriers
from bosman_server.kit.db.database import Database
from bosman_server.kit.http.compression import PackedReadsMiddleware
from bosman_server.kit.http.fair import FairShareMiddleware
from bosman_server.kit.http.health import healthz, readyz
from bosman_server.kit.http.middleware import EdgeMiddleware
from bosman_server.kit.http.openapi import Structs, describe
from bosman_server.kit.http.static import mount_web
from bosman_server.kit.http.strict import refuse_unknown
from bosman_server.kit.live import Change, OutputEnd
from bosman_server.kit.live_hub import LiveHub
from bosman_server.kit.problems import PROBLEM_RESPONSES, register_problem_handlers
from bosman_server.kit.runtime import Parts, Runtime
from bosman_server.settings import Settings

WEB_FOLDER = Path(__file__).parent / "web_dist"


def _operation_id(route: APIRoute) -> str:
    return route.name


@asynccontextmanager
async def open_runtime(settings: Settings, keyring: Keyring, parts: Parts) -> AsyncIterator[Runtime]:
    """The connections of one api process."""
    assert settings.database_url is not None, "BOSMAN_DATABASE_URL"
    assert settings.bus_url is not None, "BOSMAN_BUS_URL"
    lifeline = Lifeline()
    database = await Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size).open()
    bus = await connect_as("api", keyring, settings.bus_url, on_closed=lifeline.lost)
    database.speak_through(bus.publish)
    fingerprint = fingerprint_sha256(keyring.authority_certificate())
    try:
        await barriers.check(database, accept=settings.unsafe_database)
        cipher = EnvelopeCipher(open_master_keys(settings, keyring.master_file), database)
        yield Runtime(settings, database, bus, LiveHub(bus), cipher, fingerprint, parts)
    finally:
        lifeline.let_go()
        await bus.close()
        await database.close()


def _lifespan(
    settings: Settings, keyring: Keyring | None, parts: Parts
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    throttle, counts = parts.of(LoginThrottle), parts.of(Counts)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        assert keyring is not None
        async with open_runtime(settings, keyring, parts) as runtime:
            app.state.runtime = runtime
            await runtime.bus.subscribe(UNLOCK_SUBJECT, cb=parts.of(RateLimits).on_unlock)
            app.state.hasher = Hasher(settings.password_hash_memory_kib)
            throttle.stamps.use(await runtime.cipher.stamp_key())
            await throttle.known.refresh(runtime.database)
            keeping = [
                asyncio.create_task(throttle.known.keep_fresh(runtime.database)),
                asyncio.create_task(counts.keep(runtime.database)),
            ]
            yield
            for task in keeping:
                task.cancel()
            with suppress(Exception):
                await counts.flush(runtime.database)

    return lifespan


def create_app(settings: Settings, keyring: Keyring | None = None) -> FastAPI:
    """The app. Without a keyring it can only describe itself (OpenAPI)."""
    slices.check()
    parts = Parts()
    app = FastAPI(
        title="Bosman",
        dependencies=[Depends(refuse_unknown)],
        version=__version__,
        lifespan=_lifespan(settings, keyring, parts),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        responses=PROBLEM_RESPONSES,
    )
    register_problem_handlers(app)
    described: Structs = (Change, OutputEnd, ProgressNote, *RESULTS.values())
    describe(app, described, {"TaskResults": {kind.value: result for kind, result in RESULTS.items()}})
    register_refusal_audit(app, slices.targets())
    app.add_middleware(PackedReadsMiddleware)
    app.add_middleware(FairShareMiddleware, who=caller)
    app.add_middleware(
        EdgeMiddleware,
        secure=settings.browser_url.startswith("https://"),
        throttle=parts.of(LoginThrottle).check,
        on_foreign=parts.of(Counts).note_foreign,
    )
    for one in slices.SLICES:
        for router in one.routers:
            app.include_router(router, prefix="/api/v1")
        for router in one.root_routers:
            app.include_router(router)
    app.add_route("/healthz", healthz, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)
    mount_web(app, WEB_FOLDER)
    return app
