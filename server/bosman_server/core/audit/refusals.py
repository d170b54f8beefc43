"""A missing permission is an entry, too [R6]: written beside the answer, which stays as it was."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

import structlog
from fastapi import FastAPI, Request, Response

from bosman_server.core.audit.service import PLATFORM_TENANT, record
from bosman_server.core.identity.access import Denied, Subject
from bosman_server.core.specs.slice_spec import PathTarget
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.metrics import REFUSALS_LEFT_OUT
from bosman_server.kit.problems import Problem, answer
from bosman_server.kit.quota import RateLimiter
from bosman_server.kit.runtime import runtime_of

log = structlog.get_logger()

_SECONDS = 5.0


class _RefusalLimit(RateLimiter):
    """Thirty at once, then thirty a minute, for each person and permission: nobody fills the disk by being refused."""

    def __init__(self) -> None:
        super().__init__(30, 2.0, max_keys=10_000)


def register_refusal_audit(app: FastAPI, targets: Mapping[str, PathTarget]) -> None:
    """Record every `Denied` of the app. `targets`: what the parameters of paths name, the most particular first."""
    app.state.path_targets = targets
    app.add_exception_handler(Denied, _on_denied)


async def _on_denied(request: Request, error: Exception) -> Response:
    assert isinstance(error, Denied)
    subject: Subject | None = getattr(request.state, "subject", None)
    if subject is not None and _may_record(runtime_of(request).parts.of(_RefusalLimit), subject, error):
        try:
            async with asyncio.timeout(_SECONDS):
                await _record(request, subject, error)
        except Exception as failure:  # noqa: BLE001 - whatever fails here must not change the answer
            log.warning("refusal_not_recorded", error=repr(failure)[:300])
    return answer(request, error.status, error.code, error.params, headers=error.headers)


def _may_record(limit: RateLimiter, subject: Subject, error: Denied) -> bool:
    try:
        limit.hit(f"{subject.user_id}:{error.permission}")
    except Problem:
        REFUSALS_LEFT_OUT.inc()
        return False
    return True


async def _home(request: Request, subject: Subject, error: Denied) -> tuple[TenantId, tuple[str, UUID] | None]:
    """The tenant where it belongs, and what was asked for as far as the subject may know that it exists.

    The tenant that was named or whose object was asked for, else the only one that the subject is in, else nowhere.
    """
    target = _named(request)
    if target is not None:
        found = error.tenant_id or await _tenant_of(request, subject, *target)
        if found is not None:
            return TenantId(found), (target[0].kind, target[1])
    if error.tenant_id is not None:
        return TenantId(error.tenant_id), None
    only = next(iter(subject.grants)) if len(subject.grants) == 1 else TenantId(PLATFORM_TENANT)
    return only, None


def _named(request: Request) -> tuple[PathTarget, UUID] | None:
    """What the path names; nobody has checked it yet."""
    targets: Mapping[str, PathTarget] = request.app.state.path_targets
    for name, target in targets.items():
        if name in request.path_params:
            with suppress(ValueError):
                return target, UUID(str(request.path_params[name]))
    return None


async def _tenant_of(request: Request, subject: Subject, target: PathTarget, object_id: UUID) -> UUID | None:
    """The tenant of what a path names, where the subject could see it."""
    if target.tenant_query is None:
        return object_id if target.kind == "tenant" and object_id in subject.grants else None
    async with runtime_of(request).database.reading(subject.scope_of(subject.grants)) as connection:
        found: UUID | None = await connection.fetchval(target.tenant_query, object_id)
        return found


async def _record(request: Request, subject: Subject, error: Denied) -> None:
    home, target = await _home(request, subject, error)
    route = getattr(request.scope.get("route"), "path", "")
    after = {"method": request.method, "route": route, "permission": str(error.permission)}
    async with runtime_of(request).database.writing(TenantScope.of([home])) as tx:
        record(tx, home, subject.actor, "access.refused", target=target, after=after, refused=error.code.value)
