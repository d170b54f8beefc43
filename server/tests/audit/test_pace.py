"""Nobody fills a trail that is kept for ever by doing the same again and again."""

from uuid import uuid4

import pytest

from bosman_server.core.audit.service import SYSTEM, Actor, check_pace, record
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.problems import Problem

MANY = 10_000


def person():
    return Actor("user", uuid4(), "Ola")


async def test_whoever_does_one_thing_without_end_has_to_wait(app_database, acme):
    busy = person()
    for _ in range(MANY):
        check_pace(busy, "task.output_download")
    async with app_database.writing(TenantScope.of([acme.id])) as tx:
        with pytest.raises(Problem) as refusal:
            record(tx, acme.id, busy, "task.output_download")
        # Anything else, and what others do, is told as ever.
        record(tx, acme.id, busy, "safety.freeze")
        record(tx, acme.id, person(), "task.output_download")
    assert (refusal.value.status, refusal.value.code) == (429, "session.rate_limited")


def test_work_for_a_whole_fleet_is_told_at_once():
    busy = person()
    for _ in range(2 * MANY):
        check_pace(busy, "task.cancel")


@pytest.mark.parametrize("actor", [SYSTEM, Actor("device", uuid4(), "pc"), Actor("user", None, "")])
def test_devices_and_the_server_itself_have_limits_of_their_own(actor):
    for _ in range(6 * MANY):
        check_pace(actor, "task.finish")
