"""Percentiles, bars and the reading of wrk's report."""

import math

import pytest

from bench.harness.figures import Figure, percentile, table
from bench.harness.listing import parse_report

REPORT = """Running 10s test @ http://127.0.0.1:8080/api/v1/devices
  1 threads and 16 connections
  3341 requests in 10.01s, 121.21MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:    333.76
Transfer/sec:     12.11MB
"""


class TestPercentile:
    def test_nearest_rank(self) -> None:
        assert percentile([5, 1, 3, 2, 4], 0.5) == 3
        assert percentile(list(range(1, 101)), 0.95) == 95
        assert percentile([7], 0.99) == 7

    def test_no_values_give_nan(self) -> None:
        assert math.isnan(percentile([], 0.5))


class TestVerdict:
    @pytest.mark.parametrize(
        ("value", "at_least", "verdict"),
        [
            (9, False, "ok"),
            (11, False, "MISSED"),
            (11, True, "ok"),
            (9, True, "MISSED"),
            (math.nan, False, "NOT MEASURED"),
        ],
    )
    def test_bar_is_a_limit_from_its_side(self, value: float, verdict: str, *, at_least: bool) -> None:
        assert Figure("x", value, "ms", 10, at_least=at_least).verdict == verdict

    def test_table_names_a_missed_bar(self) -> None:
        text = table("title", [Figure("round trip", 12.5, "ms", 10)])
        assert "round trip" in text
        assert "≤ 10.0 ms" in text
        assert "MISSED" in text


class TestParseReport:
    def test_counts_rate_and_failures(self) -> None:
        load = parse_report(REPORT, {"api": 1.0})
        assert (load.requests, load.per_second, load.failures) == (3341, 333.76, 7)

    def test_other_text_is_refused(self) -> None:
        with pytest.raises(ValueError, match="unable to connect"):
            parse_report("unable to connect to 127.0.0.1:1", {})
