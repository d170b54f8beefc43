"""Reasons for work to wait: one gate for each, walked in one order."""

from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest

from bosman_protocol.work import WaitReason
from bosman_server import slices
from bosman_server.core.specs.gate_spec import Explanation, Gate
from bosman_server.work.tasks import waiting


@pytest.fixture(autouse=True)
def _real_gates_afterwards():
    yield
    slices.check()


async def _explain(_connection, _scope, _task):
    return Explanation(by_name="a gate of a test")


def gate(reason, **parts):
    return Gate(reason=reason, explain=_explain, **parts)


def holding(*ids, reason, seen):
    async def hold(_connection, handout):
        seen[reason] = [row["id"] for row in handout.rows]
        return ids

    return hold


class Statements:
    """A connection that only notes what is written."""

    def __init__(self):
        self.held = []

    async def execute(self, _statement, _tenant_id, ids, reason):
        self.held.append((ids, reason))


class TestInstall:
    def test_every_reason_has_a_gate_of_some_slice(self):
        found = [one.reason for each in slices.SLICES for one in each.gates]
        assert sorted(found) == sorted(WaitReason)

    def test_reason_without_a_gate_is_found_at_the_start(self):
        with pytest.raises(LookupError, match="budget"):
            waiting.install(gate(reason) for reason in WaitReason if reason is not WaitReason.BUDGET)

    def test_reason_with_two_gates_is_found_at_the_start(self):
        with pytest.raises(ValueError, match="time"):
            waiting.install([*(gate(reason) for reason in WaitReason), gate(WaitReason.TIME)])


class TestAdmit:
    async def test_a_task_waits_for_the_first_gate_that_holds_it_and_later_ones_do_not_see_it(self):
        seen: dict[WaitReason, list[int]] = {}
        passed: list[int] = []

        async def note(_connection, handout):
            passed.extend(row["id"] for row in handout.rows)

        held = {WaitReason.APPROVAL: [1], WaitReason.BUDGET: [2]}
        gates = {
            reason: gate(reason, hold=holding(*held.get(reason, ()), reason=reason, seen=seen))
            for reason in reversed(WaitReason)
        }
        hold_nothing = holding(reason=WaitReason.FREEZE, seen=seen)
        gates[WaitReason.FREEZE] = gate(WaitReason.FREEZE, hold=hold_nothing, passed=note)
        waiting.install(gates.values())
        connection: Any = Statements()
        rows: Any = [{"id": number} for number in (1, 2, 3)]
        left = await waiting.admit(connection, uuid4(), uuid4(), rows)
        assert [row["id"] for row in left] == passed == [3]
        assert list(seen) == list(WaitReason)
        assert seen[WaitReason.FREEZE] == seen[WaitReason.APPROVAL] == [1, 2, 3]
        assert seen[WaitReason.TIME] == seen[WaitReason.BUDGET] == [2, 3]
        assert connection.held == [([1], "approval"), ([2], "budget")]


class TestSchema:
    async def test_database_takes_every_reason_that_makes_a_task_wait(self, worker_database):
        async with worker_database.unscoped() as connection:
            condition = await connection.fetchval(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_tasks_task_waiting_for'"
            )
        # Frozen work stays queued: its devices do not ask for it.
        known = {reason for reason in WaitReason if f"'{reason}'" in condition}
        assert known == set(WaitReason) - {WaitReason.FREEZE}, "a migration has to widen ck_tasks_task_waiting_for"

    async def test_api_may_wish_for_work_that_waits_for_a_gate_which_work_enters(self, worker_database):
        async with worker_database.unscoped() as connection:
            source = await connection.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'tasks_task_wished'")
        freely = next(one.default for one in fields(Gate) if one.name == "enter")
        entered = {one.reason for each in slices.SLICES for one in each.gates if one.enter is not freely}
        known = {reason for reason in WaitReason if f"'{reason}'" in source}
        assert known == entered, "a migration has to replace the function tasks_task_wished"
