"""A missing permission is an entry, too [R6]: written beside the answer, which stays as it was."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import structlog
from fastapi import FastAPI, Request, Response

from bosman_server.audit.service import PLATFORM_TENANT, record_raw
from bosman_server.identity.access import Denied, Subject
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.limiter import RateLimiter
from bosman_server.kit.metrics import REFUSALS_LEFT_OUT
from bosman_server.kit.problems import Problem, answer
from bosman_server.kit.runtime import runtime_of

log = structlog.get_logger()

_SECONDS = 5.0
_TARGETS: Mapping[str, str] = {
    "device_id": "device",
    "task_id": "task",
    "job_id": "job",
    "token_id": "token",
    "site_id": "site",
    "tenant_id": "tenant",
}
# Thirty at once, then thirty a minute, for each person and permission: nobody fills the disk by being refused.
_limit = RateLimiter(30, 2.0, max_keys=10_000)


def register_refusal_audit(app: FastAPI) -> None:
    """Record every `Denied` of the app."""
    app.add_exception_handler(Denied, _on_denied)


async def _on_denied(request: Request, error: Exception) -> Response:
    assert isinstance(error, Denied)
    subject: Subject | None = getattr(request.state, "subject", None)
    if subject is not None and _may_record(subject, error):
        try:
            async with asyncio.timeout(_SECONDS):
                await _record(request, subject, error)
        except Exception as failure:  # noqa: BLE001 - whatever fails here must not change the answer
            log.warning("refusal_not_recorded", error=repr(failure)[:300])
    return answer(request, error.status, error.code, error.params, headers=error.headers)


def _may_record(subject: Subject, error: Denied) -> bool:
    try:
        _limit.hit(f"{subject.user_id}:{error.permission}")
    except Problem:
        REFUSALS_LEFT_OUT.inc()
        return False
    return True


def _home(subject: Subject, error: Denied) -> TenantId:
    """Where it belongs: the tenant that was asked for, else the only one that the subject is in, else nowhere."""
    if error.tenant_id is not None:
        return TenantId(error.tenant_id)
    return next(iter(subject.grants)) if len(subject.grants) == 1 else TenantId(PLATFORM_TENANT)


def _target(request: Request, error: Denied) -> tuple[str, UUID] | None:
    """What was asked for; only where the tenant is known it is known to exist."""
    for name, kind in _TARGETS.items():
        if error.tenant_id is not None and name in request.path_params:
            return kind, UUID(str(request.path_params[name]))
    return None


async def _record(request: Request, subject: Subject, error: Denied) -> None:
    home = _home(subject, error)
    route = getattr(request.scope.get("route"), "path", "")
    after = {"method": request.method, "route": route, "permission": str(error.permission)}
    async with runtime_of(request).database.writing(TenantScope.of([home])) as connection:
        await record_raw(
            connection, home, subject.actor, "access.refused",
            target=_target(request, error), after=after, refused=error.code.value,
        )  # fmt: skip
