"""What may be deleted."""

import random

import pytest

from bosman_protocol.documents.errors import Problems
from bosman_protocol.retention.document import read_stock
from bosman_protocol.retention.expire import expire

SILENT = {"keep_last": None, "keep_days": None}


def point(name, at, kind="full", chain=None, verified=True):
    return {"id": name, "chain": chain or name, "kind": kind, "at": f"2026-{at}:00:00Z", "verified": verified}


def document(*points, full=SILENT, incremental=SILENT, gfs=None, zone="UTC", now="11-27T12"):
    rule = {"full": full, "incremental": incremental, "gfs": gfs, "zone": zone}
    return {"rule": rule, "now": f"2026-{now}:00:00Z", "points": list(points)}


def gone(*points, **more):
    problems = Problems()
    shuffled = random.Random(1).sample(points, len(points))
    stock = read_stock(document(*shuffled, **more), problems)
    problems.refuse_if_any()
    assert stock is not None
    return expire(stock)


def errors(given):
    problems = Problems()
    read_stock(given, problems)
    return sorted((error.path, error.code.value) for error in problems.found)


DAYS = [point(f"p{day:02d}", f"11-{day:02d}T01") for day in range(1, 27)]


class TestExpire:
    def test_newest_verified_ones_are_kept(self):
        assert gone(*DAYS[:3], point("bad", "11-20T01", verified=False), full={"keep_last": 2}) == ["p01"]

    def test_younger_than_so_many_times_24_hours(self):
        kept = {p["id"] for p in DAYS} - {*gone(*DAYS, full={"keep_days": 3}, now="11-26T01")}
        assert kept == {"p24", "p25", "p26"}

    def test_kind_of_which_nothing_speaks_is_kept_whole(self):
        assert gone(*DAYS) == []
        assert gone(*DAYS, gfs={"daily": None}) == []
        changes = [point(f"i{n}", f"11-0{n}T02", "incremental", "c") for n in range(1, 4)]
        assert gone(*changes, *DAYS, full={"keep_last": 1}) == [p["id"] for p in DAYS[:-1]]

    def test_slots_are_local_and_have_one_each(self):
        late = [point("a", "11-20T22"), point("b", "11-20T23"), point("c", "11-21T01"), point("d", "11-21T10")]
        assert gone(*late, gfs={"daily": 2}, zone="UTC") == ["a", "c"]
        # 23:00 UTC is the next day in Warsaw.
        assert gone(*late, gfs={"daily": 2}, zone="Europe/Warsaw") == ["b", "c"]

    def test_only_slots_with_a_verified_point_count(self):
        given = [point("a", "11-20T01"), point("b", "11-21T01", verified=False), point("c", "11-22T01")]
        assert gone(*given, gfs={"daily": 2}) == ["b"]

    def test_iso_weeks_across_the_new_year(self):
        given = [point("a", "01-01T01"), point("b", "01-04T01"), point("c", "01-05T01")]
        assert gone(*given, gfs={"weekly": 2}) == ["a"]

    def test_newest_of_all_and_newest_verified_are_always_kept(self):
        given = [point("a", "11-01T01"), point("b", "11-02T01"), point("c", "11-03T01", verified=False)]
        assert gone(*given, full={"keep_days": 1}) == ["a"]

    def test_of_two_at_one_instant_the_larger_id_is_newer(self):
        assert gone(point("a", "11-01T01"), point("b", "11-01T01"), full={"keep_last": 1}) == ["a"]

    def test_full_stays_while_its_chain_keeps_anything(self):
        given = [
            point("f1", "11-01T01", chain="c1"),
            point("i1", "11-02T01", "incremental", "c1"),
            point("i2", "11-03T01", "incremental", "c1"),
            point("f2", "11-04T01", chain="c2"),
        ]
        assert gone(*given, full={"keep_last": 1}, incremental={"keep_last": 1}) == ["i1"]

    def test_later_than_now_is_kept_and_counts_for_nothing_else(self):
        given = [
            point("a", "11-01T01"),
            point("b", "11-02T01", chain="c"),
            point("d", "11-03T01"),
            point("f", "12-01T01", "incremental", "c"),
        ]
        assert gone(*given, full={"keep_last": 1}, incremental={"keep_last": 1}) == ["a"]


class TestRefused:
    @pytest.mark.parametrize("number", [0, -1])
    def test_numbers_begin_with_one(self, number):
        wrong = document(full={"keep_last": number}, gfs={"daily": number})
        assert errors(wrong) == [("rule.full.keep_last", "value.range"), ("rule.gfs.daily", "value.range")]

    def test_everything_at_once(self):
        wrong = document(point("a", "11-01T01"), {**point("a", "11-01T01"), "verified": 1, "x": 1}, zone="x", gfs=[])
        assert errors(wrong) == [
            ("points[1].id", "duplicate"),
            ("points[1].verified", "field.type"),
            ("points[1].x", "field.unknown"),
            ("rule.gfs", "field.type"),
            ("rule.zone", "zone.unknown"),
        ]
