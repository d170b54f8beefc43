"""A reason for work to wait, declared once by the slice that owns it; `work.tasks.waiting` walks all of them [R15]."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bosman_protocol.work import ActionClass, WaitReason
from bosman_server.core.identity.access import Access
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.values import RowView


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWork:
    """What is being made in one tenant: a job's row is there, its tasks are not yet."""

    tenant_id: TenantId
    job_id: UUID
    action_class: ActionClass | None
    device_count: int
    not_before: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """New work has to wait from the beginning."""

    approval_id: UUID | None = None
    """The request for a second person that its tasks carry."""


@dataclass(frozen=True, slots=True)
class Handout:
    """Tasks of one device that are leased and about to be signed: rows of `work.tasks.sql.LEASE`."""

    tenant_id: UUID
    device_id: UUID
    rows: Sequence[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a page says about a reason; None = not known, or it has none."""

    since: datetime | None = None
    until: datetime | None = None
    by_name: str | None = None
    reason: str | None = None
    per_hour: int | None = None


Enter = Callable[[Transaction, Access, NewWork], Awaitable[Entry | None]]
Hold = Callable[[Connection, Handout], Awaitable[Collection[UUID]]]
Passed = Callable[[Connection, Handout], Awaitable[None]]
Explain = Callable[[Connection, TenantScope, RowView], Awaitable[Explanation]]
Groups = Callable[[Connection], Awaitable[Sequence[Record | None]]]
Due = Callable[[Connection, Record | None], Awaitable[Sequence[Record]]]


async def _enters_freely(_tx: Transaction, _access: Access, _work: NewWork) -> Entry | None:
    return None


async def _holds_nothing(_connection: Connection, _handout: Handout) -> Collection[UUID]:
    return ()


async def _notes_nothing(_connection: Connection, _handout: Handout) -> None:
    return


async def _no_groups(_connection: Connection) -> Sequence[Record | None]:
    return ()


async def _nothing_due(_connection: Connection, _group: Record | None) -> Sequence[Record]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One reason to wait. It picks tasks; their state is the task engine's to change."""

    reason: WaitReason
    explain: Explain
    """What is to be said about a task (as lists show it) that waits for this."""
    enter: Enter = _enters_freely
    """Whether work that is being made waits from the beginning."""
    hold: Hold = _holds_nothing
    """Ids of leased tasks that must not be signed now: they go back to waiting for this."""
    passed: Passed = _notes_nothing
    """Told what is handed out: it was held by no gate."""
    groups: Groups = _no_groups
    """Parts in which it lets go, each in a transaction of its own; what waits for somebody's word has none."""
    due: Due = _nothing_due
    """Of a part: `tenant_id` and `id` of tasks, locked, that need not wait for this any longer."""
