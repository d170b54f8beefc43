"""What the server knows about a kind of task; what the wire agrees on is `bosman_protocol.work.KINDS`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from bosman_protocol.work import KINDS, ActionClass, TaskKind
from bosman_server.core.identity.permissions import Permission
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.values import JsonObject, JsonView

Params: TypeAlias = JsonObject
"""Parameters as JSON has them, accepted by the kind's declared type before."""
Fresh = Literal["always", "many"]
Keep = Callable[[Connection, TenantId, UUID, UUID, datetime, JsonView], Awaitable[None]]
"""Of tenant, device and task: what it brought, and when it was finished by the device's clock."""
Enrich = Callable[[Connection, TenantId, Params, Sequence[UUID]], Awaitable[Params]]

_DAY_SECONDS = 24 * 3600


def _nothing_more(_params: JsonView) -> tuple[Permission, ...]:
    return ()


def _accept(_params: JsonView) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """One kind of task. Guarded kinds have an action class, told on the wire: budgets and freezes are about it."""

    kind: TaskKind
    timeout_seconds: int
    """How long it may run unless the wish says otherwise; the agent's own limits must be shorter."""
    permission: Permission = Permission.TASK_CREATE
    """What it needs beside `task:create`; asked when it is wished and again before it is signed."""
    also_needs: Callable[[JsonView], tuple[Permission, ...]] = _nothing_more
    """What its parameters need beside that."""
    fresh: Fresh = "always"
    """When guarded work wants a fresh second factor: from one device on, or beyond the number to be typed in."""
    default_expiry_seconds: int = 7 * _DAY_SECONDS
    longest_expiry_seconds: int = 90 * _DAY_SECONDS
    check: Callable[[JsonView], None] = _accept
    """What the type of its parameters cannot say. Raises Problem 422."""
    enrich: Enrich | None = None
    """Completes parameters with what the tenant's devices have reported, for whoever reads them later."""
    keep: Keep | None = None
    """Keeps what a task that succeeded has brought, beside the task, which is deleted one day; None = nothing."""
    audit_view: Callable[[Params], Params] = dict
    """Parameters as the trail keeps them: what is long is named by its hash."""
    wished_by_people: bool = True
    """Whether the general routes take it; else the owning slice has a route of its own."""
    wanted_by_system: Callable[[Connection, TenantId, JsonView], Awaitable[bool]] | None = None
    """Whether a tenant agrees to such work that nobody asked for; None = nobody may do without a person."""

    @property
    def action_class(self) -> ActionClass | None:
        """The class of its budget; None = it only reads."""
        return KINDS[self.kind].action_class

    def freshness(self, params: JsonView) -> Fresh | None:
        """When such work wants a fresh second factor; None = never. What may restart a device always wants one."""
        if self.action_class is None:
            return None
        if params.get("restart", "never") != "never" or self.also_needs(params):
            return "always"
        return self.fresh

    def needed(self, params: JsonView) -> tuple[Permission, ...]:
        """All that work needs beside `task:create`."""
        return (self.permission, *self.also_needs(params))


_declared: dict[TaskKind, KindSpec] = {}


def declare(*specs: KindSpec) -> tuple[KindSpec, ...]:
    """Make kinds known. Raises ValueError for one that is known already."""
    for spec in specs:
        if spec.kind in _declared:
            raise ValueError(f"{spec.kind} is declared twice")
        _declared[spec.kind] = spec
    return specs


def spec_of(kind: TaskKind) -> KindSpec:
    """The declaration of a kind. Raises LookupError where its slice was not loaded."""
    return _declared[kind]


def declared() -> Mapping[TaskKind, KindSpec]:
    """All kinds that are known."""
    return _declared
