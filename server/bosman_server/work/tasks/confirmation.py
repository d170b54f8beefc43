"""What guarded work asks of whoever wants it, by one running account per person or API key [R10].

What counts is what somebody has wished within the last minutes, not what one request says: sixty wishes for one
device each are one wish for sixty devices. The account is written in the transaction that makes the work, and
whoever counts holds the account's lock, so that wishes at the same time cannot each see a part.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.work import ActionClass, TaskKind
from bosman_server.core.identity.access import Access, Subject
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import Quota
from bosman_server.work.safety.rules import SafetyRules

WINDOW = timedelta(minutes=5)
"""How long wishes of a person are added up: as long as a second factor counts as fresh."""
KEY_WINDOW = timedelta(hours=1)
"""The same for an API key, whose budget is by the hour."""

_LOCK = "SELECT tasks_lock_account($1)"
# clock_timestamp: whoever waited for the lock began before the other's wish, and must count it all the same.
_RECENT = """
SELECT coalesce(sum(device_count), 0)::bigint FROM tasks_act
WHERE actor_id = $1 AND action_class = ANY ($2::text[]) AND at > clock_timestamp() - $3::interval
"""
_NOTE = """
INSERT INTO tasks_act (id, actor_id, action_class, device_count, at) VALUES ($1, $2, $3, $4, clock_timestamp())
"""
_ALL_CLASSES = [one.value for one in ActionClass]
_MOST_KIB = 300_000
_KIB_PER_SECOND = 200.0
_volume = Quota(_MOST_KIB, _KIB_PER_SECOND)
"""What somebody may have sent: a job keeps its parameters once, but every device is sent them, so one request of half
a megabyte for thousands of devices is gigabytes. Counted for all kinds, those that only read as well; per process."""


async def require_confirmation(
    connection: Connection,
    access: Access,
    kind: TaskKind,
    params: Mapping[str, object],
    *,
    count: int,
    confirmed_count: int | None,
    rules: Iterable[SafetyRules],
) -> None:
    """Put guarded work on the account of whoever wants it, if they may.

    Raises Problem 409 `job.confirm_required` with the number to type in (all devices of the last five minutes),
    403 `session.step_up_required`; for an API key 429 `api_key.budget_spent`; 422 `job.too_large` or
    429 `session.rate_limited` for more than may be written.
    """
    spec = spec_of(kind)
    action_class = spec.action_class
    subject = access.subject
    actor = subject.key_id or subject.user_id
    if action_class is None:
        check_volume(actor, params, count)
        return
    kib_of(params, count)
    await connection.execute(_LOCK, actor)
    if subject.key_id is not None:
        # A program types no numbers and has no second factor: a person gave one for it, and a budget.
        await _check_budget(connection, subject, actor, count)
    else:
        total = count + await connection.fetchval(_RECENT, actor, [action_class.value], WINDOW)
        threshold = min(rule.confirm_above for rule in rules)
        if total > threshold and confirmed_count != total:
            raise Problem(409, Code.JOB_CONFIRM_REQUIRED, {"count": total})
        if spec.freshness(params) == "always" or total > threshold:
            access.check_fresh()
    # Last: what is asked about first, and refused until it is answered, is paid for once.
    check_volume(actor, params, count)
    await connection.execute(_NOTE, uuid7(), actor, action_class.value, count)


class Asked(msgspec.Struct, frozen=True):
    """What guarded work would ask of a person."""

    count: int | None
    """The number to type; None = none."""
    step_up: bool
    """Whether it wants a second factor of the last minutes, whoever gave one or not."""


async def what_is_asked(
    connection: Connection,
    access: Access,
    kind: TaskKind,
    params: Mapping[str, object],
    *,
    count: int,
    rules: Iterable[SafetyRules],
) -> Asked:
    """What `require_confirmation` would ask for now, told before somebody wishes. An API key is asked nothing."""
    spec = spec_of(kind)
    action_class = spec.action_class
    if action_class is None or access.subject.key_id is not None:
        return Asked(None, step_up=False)
    recent = await connection.fetchval(_RECENT, access.subject.user_id, [action_class.value], WINDOW)
    total = count + recent
    is_many = total > min(rule.confirm_above for rule in rules)
    return Asked(total if is_many else None, step_up=is_many or spec.freshness(params) == "always")


def kib_of(params: Mapping[str, object], count: int) -> int:
    """What so many tasks take up, in KiB. Raises Problem 422 `job.too_large` where that can never be sent."""
    each = 1 + len(msgspec.json.encode(params)) // 1024
    if each * count > _MOST_KIB:
        raise Problem(422, Code.JOB_TOO_LARGE, {"max": _MOST_KIB // each})
    return each * count


def check_volume(actor: UUID, params: Mapping[str, object], count: int, *, volume: Quota = _volume) -> None:
    """Put what so many tasks take up on the account of whoever wishes them.

    Raises what `kib_of` raises, Problem 429 `session.rate_limited` where it cannot be sent yet.
    """
    kib = kib_of(params, count)
    if not volume.take(actor, kib):
        wait = max(1, round(kib / _KIB_PER_SECOND))
        headers = {"retry-after": str(wait)}
        raise Problem(429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": wait}, headers=headers)


async def _check_budget(connection: Connection, subject: Subject, actor: UUID, count: int) -> None:
    used = await connection.fetchval(_RECENT, actor, _ALL_CLASSES, KEY_WINDOW)
    if used + count > subject.key_per_hour:
        raise Problem(429, Code.API_KEY_BUDGET_SPENT, {"per_hour": subject.key_per_hour, "used": used})
