"""What a slice gives to the processes. `slices.py` names all slices; app, worker and tests walk that list."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fastapi import APIRouter
from starlette.routing import Route

from bosman_protocol.uplink import UplinkMessage
from bosman_server.core.specs.gate_spec import Gate
from bosman_server.core.specs.kind_spec import KindSpec
from bosman_server.kit.crypto.keyring import Keyring
from bosman_server.kit.periodic import Periodic
from bosman_server.kit.runtime import Runtime

MessageHandler: TypeAlias = Callable[..., Awaitable[None]]
"""`fleet.ingest.batch.Handler`: a slice below ingest could not name its types."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What a worker makes periodic work from. It alone has the keys."""

    runtime: Runtime
    keyring: Keyring


@dataclass(frozen=True, slots=True)
class PathTarget:
    """What a parameter of a path names, for the trail's entry about a refusal."""

    kind: str
    """The entry's `target_kind`."""
    tenant_query: str | None = None
    """SQL that finds its tenant by its id ($1), in the scope of whoever asked; None = it is not looked up."""


def _no_routes(_runtime: Runtime) -> Iterable[Route]:
    return ()


def _nothing(_parts: WorkerParts) -> Iterable[Periodic]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One capability."""

    routers: tuple[APIRouter, ...] = ()
    """Below `/api/v1`."""
    root_routers: tuple[APIRouter, ...] = ()
    """At the root, for addresses that people paste."""
    gateway_routes: Callable[[Runtime], Iterable[Route]] = _no_routes
    """On the agents' own HTTPS door."""
    handlers: Mapping[type[UplinkMessage], MessageHandler] = field(default_factory=dict[Any, Any])
    """Who stores what devices say, by the type of the message."""
    periodic: Callable[[WorkerParts], Iterable[Periodic]] = _nothing
    """What one worker of the installation does again and again."""
    kinds: tuple[KindSpec, ...] = ()
    """Kinds of tasks that it declares."""
    gates: tuple[Gate, ...] = ()
    """Reasons for work to wait."""
    targets: Mapping[str, PathTarget] = field(default_factory=dict)
    """What the parameters of its paths name."""
