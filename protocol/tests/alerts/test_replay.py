"""When alerts are raised and cleared."""

import random

import pytest

from bosman_protocol.alerts.document import read_alerts
from bosman_protocol.alerts.replay import replay
from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import print_instant


def rule(**changed):
    return {
        "name": "r",
        "metric": "m",
        "op": ">",
        "threshold": 80,
        "for_seconds": 60,
        "clear": 70,
        "clear_for_seconds": 60,
        "max_gap_seconds": 30,
        **changed,
    }


def samples(*values, every=30, metric="m"):
    return [
        {"at": f"2026-11-02T08:{n * every // 60:02d}:{n * every % 60:02d}Z", "metric": metric, "value": value}
        for n, value in enumerate(values)
    ]


def events(rules, given):
    problems = Problems()
    found = read_alerts({"rules": rules, "samples": given}, problems)
    problems.refuse_if_any()
    return [(one.rule, print_instant(one.at)[14:19], one.kind) for one in replay(*found)]


def errors(rules, given):
    problems = Problems()
    read_alerts({"rules": rules, "samples": given}, problems)
    return sorted((error.path, error.code.value) for error in problems.found)


class TestRaised:
    def test_by_the_first_sample_that_ends_a_long_enough_run(self):
        assert events([rule()], samples(81, 81, 81, 81)) == [("r", "01:00", "raised")]

    def test_equal_to_the_threshold_is_not_beyond(self):
        assert events([rule()], samples(81, 80, 81, 81)) == []

    def test_one_sample_is_enough_for_no_seconds(self):
        assert events([rule(for_seconds=0)], samples(81)) == [("r", "00:00", "raised")]

    def test_gap_breaks_a_run_and_null_is_no_reading(self):
        assert events([rule(max_gap_seconds=30)], samples(81, None, 81, 81)) == []
        assert events([rule(max_gap_seconds=60)], samples(81, None, 81)) == [("r", "01:00", "raised")]

    def test_below(self):
        low = rule(op="<", threshold=10, clear=20)
        assert events([low], samples(9, 9, 9, 20, 20, 20)) == [("r", "01:00", "raised"), ("r", "02:30", "cleared")]


class TestCleared:
    def test_equal_counts_as_cleared_and_the_band_does_not(self):
        assert events([rule()], samples(81, 81, 81, 75, 70, 70, 70)) == [
            ("r", "01:00", "raised"),
            ("r", "03:00", "cleared"),
        ]

    def test_without_a_limit_of_its_own_the_threshold_counts(self):
        assert events([rule(clear=None)], samples(81, 81, 81, 80, 80, 80))[-1] == ("r", "02:30", "cleared")

    def test_run_begins_after_the_last_event(self):
        quick = rule(for_seconds=0, clear_for_seconds=0, clear=None)
        assert [kind for *_, kind in events([quick], samples(81, 79, 81))] == ["raised", "cleared", "raised"]


class TestOrder:
    def test_samples_come_in_any_order_and_events_are_sorted(self):
        given = samples(*[81] * 10) + samples(*[81] * 10, metric="n")
        rules = [rule(name="b"), rule(name="a", metric="n"), rule(name="c", for_seconds=0)]
        want = [("c", "00:00", "raised"), ("a", "01:00", "raised"), ("b", "01:00", "raised")]
        for seed in range(5):
            random.Random(seed).shuffle(given)
            assert events(rules, given) == want


class TestRefused:
    @pytest.mark.parametrize(
        ("changed", "path", "code"),
        [
            ({"op": "="}, "op", "value.range"),
            ({"threshold": True}, "threshold", "field.type"),
            ({"threshold": None}, "threshold", "field.type"),
            ({"clear": 80.5}, "clear", "value.range"),
            ({"op": "<", "clear": 79}, "clear", "value.range"),
            ({"for_seconds": -1}, "for_seconds", "value.range"),
            ({"clear_for_seconds": 1.5}, "clear_for_seconds", "field.type"),
            ({"max_gap_seconds": 0}, "max_gap_seconds", "value.range"),
            ({"x": 1}, "x", "field.unknown"),
        ],
    )
    def test_one_wrong_field_of_a_rule_is_named(self, changed, path, code):
        assert errors([rule(**changed)], []) == [(f"rules[0].{path}", code)]

    def test_samples(self):
        given = samples(1, "x", None)
        twice = {**given[0], "value": 2}
        nothing = {**given[0], "value": None}
        bad = {"at": "2026-11-02 08:00:00", "metric": "m", "value": 1}
        assert errors([rule(), rule()], [*given, twice, nothing, bad]) == [
            ("rules[1].name", "duplicate"),
            ("samples[1].value", "field.type"),
            ("samples[3]", "duplicate"),
            ("samples[5].at", "time.invalid"),
        ]
