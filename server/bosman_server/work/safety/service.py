"""Rules of tenants and the freeze: read and changed, always in the caller's transaction and scope."""

import time
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.work import ActionClass
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Connection, Transaction
from bosman_server.kit.http.etag import IfMatch
from bosman_server.work.safety.models import Budget, Freeze, SafetySetting
from bosman_server.work.safety.rules import DEFAULT_RULES, FLEET, BudgetRule, OnOverflow, SafetyRules

CHANGED_SUBJECT = "svc.freeze.changed"
"""Whoever has changed a freeze tells the workers, one of which tells the devices."""

_BUDGETS = "SELECT tenant_id, action_class, per_hour, on_overflow FROM safety_budget WHERE tenant_id = ANY ($1::uuid[])"
_SETTINGS = "SELECT tenant_id, confirm_above, version FROM safety_setting WHERE tenant_id = ANY ($1::uuid[])"


async def rules_of(connection: Connection, tenant_ids: Iterable[UUID]) -> dict[UUID, SafetyRules]:
    """The rules of tenants, in two queries (a bare connection)."""
    wanted = list(tenant_ids)
    budgets = {tenant_id: dict(DEFAULT_RULES.budgets) for tenant_id in wanted}
    for row in await connection.fetch(_BUDGETS, wanted):
        rule = BudgetRule(row["per_hour"], row["on_overflow"])
        budgets[row["tenant_id"]][ActionClass(row["action_class"])] = rule
    found = {
        row["tenant_id"]: (row["confirm_above"], row["version"]) for row in await connection.fetch(_SETTINGS, wanted)
    }
    rules = {}
    for tenant_id in wanted:
        confirm_above, version = found.get(tenant_id, (DEFAULT_RULES.confirm_above, 0))
        rules[tenant_id] = SafetyRules(confirm_above, budgets[tenant_id], version)
    return rules


async def _locked_rules(session: AsyncSession, tenant_id: UUID) -> tuple[SafetySetting, SafetyRules]:
    """The rules of a tenant, which nobody else changes meanwhile."""
    first = insert(SafetySetting).values(tenant_id=tenant_id, confirm_above=DEFAULT_RULES.confirm_above, version=0)
    await session.execute(first.on_conflict_do_nothing())
    query = select(SafetySetting).where(SafetySetting.tenant_id == tenant_id)
    setting = (await session.scalars(query.with_for_update())).one()
    budgets = dict(DEFAULT_RULES.budgets)
    for row in await session.scalars(select(Budget).where(Budget.tenant_id == tenant_id)):
        budgets[ActionClass(row.action_class)] = BudgetRule(row.per_hour, cast("OnOverflow", row.on_overflow))
    return setting, SafetyRules(setting.confirm_above, budgets, setting.version)


async def save_rules(tx: Transaction, tenant_id: TenantId, rules: SafetyRules, seen: IfMatch, actor: Actor) -> None:
    """New rules for a tenant, audited with the old ones. Raises Problem 412, 428."""
    setting, before = await _locked_rules(tx.session, tenant_id)
    seen.check(before.version)
    setting.confirm_above = rules.confirm_above
    setting.version += 1
    for action_class, rule in rules.budgets.items():
        row = insert(Budget).values(
            tenant_id=tenant_id, action_class=action_class.value, per_hour=rule.per_hour, on_overflow=rule.on_overflow
        )
        changed = {"per_hour": row.excluded.per_hour, "on_overflow": row.excluded.on_overflow}
        await tx.session.execute(row.on_conflict_do_update(index_elements=["tenant_id", "action_class"], set_=changed))
    record(
        tx, tenant_id, actor, "safety.update",
        target=("tenant", tenant_id), before=_plain(before), after=_plain(rules),
    )  # fmt: skip


def _plain(rules: SafetyRules) -> dict[str, object]:
    budgets = {
        name.value: {"per_hour": rule.per_hour, "on_overflow": rule.on_overflow}
        for name, rule in sorted(rules.budgets.items())
    }
    return {"confirm_above": rules.confirm_above, "budgets": budgets}


async def set_freeze(tx: Transaction, scope_id: TenantId, *, frozen: bool, reason: str, actor: Actor) -> Freeze:
    """Freeze or unfreeze a tenant, or with `FLEET` everything.

    The caller tells the workers (`CHANGED_SUBJECT`) after the commit; without that they notice within seconds.
    """
    fresh = insert(Freeze).values(
        tenant_id=scope_id, frozen=False, version=0, reason="", changed_by_name="", changed_at=utc_now()
    )
    await tx.session.execute(fresh.on_conflict_do_nothing())
    row = (await tx.session.scalars(select(Freeze).where(Freeze.tenant_id == scope_id).with_for_update())).one()
    before = {"frozen": row.frozen, "reason": row.reason} if row.version else None
    now_ms = time.time_ns() // 1_000_000
    # Above any version that devices may have heard of, even after the database was restored from a backup.
    row.version = max(row.version + 1, now_ms)
    row.frozen = frozen
    row.reason = reason
    row.changed_by = actor.id if actor.kind == "user" else None
    row.changed_by_name = actor.name
    row.changed_at = utc_now()
    action: Action = "safety.freeze" if frozen else "safety.unfreeze"
    after = {"frozen": frozen, "reason": reason}
    target = None if scope_id == FLEET else ("tenant", UUID(str(scope_id)))
    record(tx, scope_id, actor, action, target=target, before=before, after=after)
    await tx.session.flush()
    return row


async def freeze_now(
    database: Database, tenant_id: TenantId | None, *, frozen: bool, reason: str, actor: Actor
) -> None:
    """Freeze or unfreeze a tenant, None = the fleet, in a transaction of its own: for the command line.

    A running worker tells the devices within three seconds.
    """
    scope_id = FLEET if tenant_id is None else tenant_id
    async with database.writing(TenantScope.of([scope_id])) as tx:
        await set_freeze(tx, scope_id, frozen=frozen, reason=reason, actor=actor)
