"""What one entry may hold."""

from typing import cast

import msgspec

from bosman_server.core.audit.service import PLATFORM_TENANT, SYSTEM, record
from bosman_server.kit.db.transaction import Transaction


class Waiting:
    """What a transaction is given to write before its commit."""

    def __init__(self):
        self.rows = []

    def defer(self, _write, row):
        self.rows.append(row)


def written(**values):
    transaction = Waiting()
    record(cast("Transaction", transaction), PLATFORM_TENANT, SYSTEM, "site.update", **values)
    (entry,) = transaction.rows
    return entry


class TestSize:
    def test_what_is_small_stays_as_it_is(self):
        assert written(after={"name": "a", "list": [1, 2]}).after == {"name": "a", "list": [1, 2]}

    def test_what_is_too_large_is_left_out_and_named(self):
        after = {"kind": "updates.install", "params": {"updates": ["x" * 200] * 2000}, "count": 1}
        found = written(before=after, after=after)
        for side in (found.before, found.after):
            assert side == {"kind": "updates.install", "count": 1, "left_out": ["params"]}

    def test_many_middling_values_are_bounded_too(self):
        found = written(after={f"field_{number}": "x" * 5000 for number in range(20)}).after
        assert len(msgspec.json.encode(found)) < 33_000 and len(found["left_out"]) == 14
