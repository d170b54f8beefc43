"""The agents' own HTTPS door, apart from the browsers': the CA to pin, enrolment; what else agents fetch is added.

Runs in the worker, which holds the CA; the api has no key that could make a device.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI, Request, Response
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bosman_protocol.codes import Code
from bosman_protocol.enrollment import AUTHORITY_PATH, ENROLL_PATH, EnrollReply, EnrollRequest
from bosman_protocol.trust import TRUST_PATH
from bosman_server.fleet.enrollment import service, tokens
from bosman_server.fleet.enrollment.refused import RefusedEnrollments
from bosman_server.kit.crypto.pki import Authority
from bosman_server.kit.crypto.trust import TrustBook
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.health import healthz, readyz
from bosman_server.kit.http.middleware import EdgeMiddleware
from bosman_server.kit.live import Change
from bosman_server.kit.problems import Problem, register_problem_handlers
from bosman_server.kit.quota import RateLimiter, network_of
from bosman_server.kit.runtime import Runtime

log = structlog.get_logger()
_VERSION_DIGITS = 16


class _RefusalLimit(RateLimiter):
    """By network. Only refusals use it up: a whole company may enrol from behind one address."""

    def __init__(self) -> None:
        super().__init__(100, 1.0)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom new agents are told to trust, and where they connect."""

    authority: Authority
    book: TrustBook


def create_gateway(runtime: Runtime, trust: Trust, refused: RefusedEnrollments, routes: Sequence[Route]) -> FastAPI:
    """The app behind `gateway_port`; `routes` are those of other slices."""
    app = FastAPI(title="Bosman gateway", openapi_url=None, docs_url=None, redoc_url=None, routes=[*routes])
    app.state.runtime = runtime
    register_problem_handlers(app)
    app.add_middleware(EdgeMiddleware, secure=True)
    authority_pem = trust.authority.certificate_pem

    async def authority(_: Request) -> Response:
        return PlainTextResponse(authority_pem, media_type="application/x-pem-file")

    async def enroll(request: Request) -> Response:
        return await _enroll(request, runtime, trust, refused)

    async def statements(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= _VERSION_DIGITS):
            raise Problem(422, Code.REQUEST_INVALID)
        content = msgspec.json.encode(trust.book.chain().after(int(after)))
        return Response(content, media_type="application/json")

    app.add_route(TRUST_PATH, statements, methods=["GET"])
    app.add_route(AUTHORITY_PATH, authority, methods=["GET"])
    app.add_route(ENROLL_PATH, enroll, methods=["POST"])
    app.add_route("/healthz", healthz)
    app.add_route("/readyz", readyz)
    return app


async def _enroll(request: Request, runtime: Runtime, trust: Trust, refused: RefusedEnrollments) -> Response:
    source_ip = request.client.host if request.client else None
    limit = runtime.parts.of(_RefusalLimit)
    limit.check(network_of(source_ip))
    try:
        wanted = msgspec.json.decode(await request.body(), type=EnrollRequest)
    except msgspec.MsgspecError:
        raise Problem(422, Code.REQUEST_INVALID) from None
    tenant_id = TenantId(tokens.tenant_of(wanted.token))
    scope = TenantScope.of([tenant_id])
    try:
        async with asyncio.timeout(20), runtime.database.writing(scope) as tx:
            device, certificate, token = await service.enroll(tx, tenant_id, trust.authority, wanted, source_ip)
            change = Change("token", tenant_id, token.id, device.id, hostname=device.hostname)
            tx.announce(change)
            tx.announce(Change("device", tenant_id, device.id, device.id))
    except Problem as problem:
        limit.hit(network_of(source_ip))
        log.warning("enrollment_refused", code=problem.code.value, source_ip=source_ip)
        await refused.note(tenant_id, problem.code, source_ip)
        raise
    reply = EnrollReply(
        device_id=device.id,
        tenant_id=tenant_id,
        certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
        authority_pem=trust.authority.certificate_pem.decode(),
        trust=trust.book.chain().signed,
    )
    return Response(msgspec.json.encode(reply), media_type="application/json", status_code=201)
