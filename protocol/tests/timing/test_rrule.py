"""Rules: what is refused, and that the dates are those of python-dateutil."""

import datetime as dt
import random
import sys
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from dateutil import rrule as reference

from bosman_protocol.timing.recurrence import HORIZON, PatchTuesday, RuleDates
from bosman_protocol.timing.rrule import WEEKDAYS, RuleInvalidError, parse_rule
from testkit.hostile_rules import HOSTILE, hostile_rules

START = date(2026, 1, 1)


def dates(text, start=START, low=date(1990, 1, 1), high=date(2030, 1, 1)):
    found = RuleDates(parse_rule(text), start).between(low.toordinal(), high.toordinal())
    return [date.fromordinal(day) for day in found]


class TestRefused:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "FREQ=DAILY;",
            "RRULE:FREQ=DAILY",
            "FREQ=HOURLY",
            "FREQ=daily",
            "INTERVAL=2",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;INTERVAL=1001",
            "FREQ=DAILY;INTERVAL=-1",
            "FREQ=DAILY;INTERVAL=2.0",
            "FREQ=DAILY;INTERVAL=",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=5001",
            "FREQ=DAILY;COUNT=3;UNTIL=20270101",
            "FREQ=DAILY;UNTIL=20270230",
            "FREQ=DAILY;UNTIL=2027-01-01",
            "FREQ=DAILY;UNTIL=20270101T250000",
            "FREQ=DAILY;BYHOUR=3",
            "FREQ=DAILY;BYSETPOS=1",
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=MONTHLY;BYMONTHDAY=1,",
            "FREQ=MONTHLY;BYMONTHDAY=١",
            "FREQ=YEARLY;BYMONTH=13",
            "FREQ=YEARLY;BYMONTH=-1",
            "FREQ=WEEKLY;BYDAY=2TU",
            "FREQ=DAILY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYDAY=0MO",
            "FREQ=YEARLY;BYDAY=54MO",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;WKST=XX",
            "FREQ=DAILY\n;COUNT=3",
            "FREQ=DAILY; COUNT=3",
            "FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 2000),
        ],
    )
    def test_what_breaks_the_grammar(self, text):
        with pytest.raises(RuleInvalidError):
            parse_rule(text)

    @pytest.mark.parametrize(
        "text",
        [
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=4",
            "FREQ=YEARLY;INTERVAL=1000;BYMONTH=1;BYMONTHDAY=1;BYDAY=MO",
            "FREQ=DAILY;UNTIL=20251231",
            "FREQ=MONTHLY;BYDAY=MO,2TU",
            "FREQ=MONTHLY;BYDAY=6MO",
            "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
        ],
    )
    def test_rule_without_a_date_is_empty(self, text):
        assert RuleDates(parse_rule(text), START).is_empty()

    def test_rule_that_comes_within_thirty_years_is_not_empty(self):
        rule = parse_rule("FREQ=YEARLY;INTERVAL=30;BYMONTH=2;BYMONTHDAY=1")
        assert not RuleDates(rule, date(2000, 2, 1)).is_empty()
        assert not RuleDates(parse_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), date(2096, 2, 29)).is_empty()


class TestDates:
    def test_start_counts_only_where_it_matches(self):
        assert dates("FREQ=WEEKLY;BYDAY=MO;COUNT=2") == [date(2026, 1, 5), date(2026, 1, 12)]

    def test_start_says_what_no_part_says(self):
        start = date(2026, 1, 31)
        assert dates("FREQ=MONTHLY;COUNT=3", start) == [start, date(2026, 3, 31), date(2026, 5, 31)]
        assert dates("FREQ=YEARLY;COUNT=2", date(2024, 2, 29)) == [date(2024, 2, 29), date(2028, 2, 29)]

    def test_week_start_decides_which_weeks_are_left_out(self):
        start = date(1997, 8, 5)
        text = "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST="
        assert [day.day for day in dates(f"{text}MO", start)] == [5, 10, 19, 24]
        assert [day.day for day in dates(f"{text}SU", start)] == [5, 17, 19, 31]

    def test_until_counts_by_its_date_alone(self):
        for until in ("20260103", "20260103T000000", "20260103T235959Z", "20260103Z"):
            assert dates(f"FREQ=DAILY;UNTIL={until}")[-1] == date(2026, 1, 3)

    def test_count_far_before_the_range(self):
        found = RuleDates(parse_rule("FREQ=DAILY;COUNT=5000"), date(1990, 1, 1))
        assert found.last() == date(1990, 1, 1).toordinal() + 4999
        assert found.between(date(2026, 1, 1).toordinal(), HORIZON) == []

    def test_last_date_of_until_is_one_that_occurs(self):
        rule = parse_rule("FREQ=YEARLY;INTERVAL=20;UNTIL=20991231")
        assert RuleDates(rule, date(1991, 5, 5)).last() == date(2091, 5, 5).toordinal()

    def test_rule_without_an_end_has_no_last_date(self):
        assert RuleDates(parse_rule("FREQ=DAILY"), START).last() is None
        assert RuleDates(parse_rule("FREQ=DAILY;UNTIL=99991231"), START).last() is None


class TestPatchTuesday:
    def test_days_after_the_second_tuesday(self):
        found = PatchTuesday(START.toordinal(), 3).between(START.toordinal(), date(2026, 4, 30).toordinal())
        assert [date.fromordinal(day).isoformat() for day in found] == [
            "2026-01-16",
            "2026-02-13",
            "2026-03-13",
            "2026-04-17",
        ]

    def test_offset_that_crosses_into_the_next_month(self):
        low, high = date(2026, 2, 1).toordinal(), date(2026, 2, 28).toordinal()
        found = PatchTuesday(date(2026, 1, 20).toordinal(), 30).between(low, high)
        assert [date.fromordinal(day) for day in found] == [date(2026, 2, 12)]


@pytest.fixture
def bounded_reference(monkeypatch):
    """dateutil walks to the year 9999 where nothing more comes; here it stops earlier."""
    monkeypatch.setattr(reference, "datetime", SimpleNamespace(**{**vars(dt), "MAXYEAR": 2045}))


def random_rule(source, start):
    frequency = source.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}", f"INTERVAL={source.choice([1, 1, 1, 2, 3, 5, 7, 13, 30])}"]
    if source.random() < 0.5:
        numbers = [1, 2, 4, 5, -1, -2, -5] + ([10, 20, 52, 53, -53] if frequency == "YEARLY" else [])
        is_numbered = frequency in {"MONTHLY", "YEARLY"} and source.random() < 0.6
        days = [
            f"{source.choice(numbers) if is_numbered else ''}{source.choice(WEEKDAYS)}"
            for _ in range(source.randint(1, 4))
        ]
        parts.append(f"BYDAY={','.join(days)}")
    if source.random() < 0.3:
        chosen = source.choices([1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -15, -31], k=source.randint(1, 4))
        parts.append(f"BYMONTHDAY={','.join(map(str, chosen))}")
    if source.random() < 0.3:
        parts.append(f"BYMONTH={','.join(str(source.randint(1, 12)) for _ in range(source.randint(1, 4)))}")
    if len(parts) > 2 and source.random() < 0.3:
        parts.append(f"BYSETPOS={','.join(map(str, source.choices([1, 2, -1, -2, 5, 50, -366], k=2)))}")
    parts.append(f"WKST={source.choice(WEEKDAYS)}")
    end = source.choice(["", f"COUNT={source.randint(1, 60)}", "UNTIL"])
    if end == "UNTIL":
        end = f"UNTIL={start + timedelta(days=source.randint(0, 2000)):%Y%m%d}"
    source.shuffle(parts)
    return ";".join(parts), end


class TestAgainstTheReference:
    @pytest.mark.slow(reason="dateutil itself takes milliseconds for each rule")
    @pytest.mark.parametrize("seed", range(4))
    def test_thousands_of_rules_give_the_same_dates(self, seed, bounded_reference):
        source = random.Random(seed)
        compared = 0
        for _ in range(150):
            start = date(2020, 1, 1) + timedelta(days=source.randint(0, 2000))
            text, end = random_rule(source, start)
            horizon = start + timedelta(days=4300)
            until = end if end.startswith("UNTIL") else f"UNTIL={horizon:%Y%m%d}"
            begin = datetime.combine(start, time())
            try:
                want = [one.toordinal() for one in reference.rrulestr(f"{text};{until}T000000", dtstart=begin)]
            except IndexError:  # its own defect: a 53rd weekday of a month late in the year
                continue
            compared += 1
            if end.startswith("COUNT"):
                want = want[: int(end[6:])]
            found = RuleDates(parse_rule(f"{text};{end}" if end else text), start)
            assert found.between(0, horizon.toordinal()) == want, (text, end, start)
            low = start.toordinal() + source.randint(-300, 3000)
            high = low + source.randint(0, 900)
            assert found.between(low, high) == [day for day in want if low <= day <= high], (text, end, start)
            if end.startswith("UNTIL"):
                assert found.last() == (want[-1] if want else None)
        assert compared > 100


class TestHostile:
    def test_there_are_two_hundred(self):
        assert len(set(hostile_rules())) >= 200 and set(HOSTILE) <= set(hostile_rules())

    def test_each_answers_or_is_refused_with_little_work(self):
        # Work, not time: so many calls and returns take about 30 ms (bench.rrules).
        for text in hostile_rules():
            calls = 0

            def count(*_):
                nonlocal calls
                calls += 1

            sys.setprofile(count)
            try:
                ask(text)
            finally:
                sys.setprofile(None)
            assert calls < 200_000, (text, calls)


def ask(text):
    """What a preview asks of a rule: whether it is empty, its last date, and two months far away."""
    try:
        rule = parse_rule(text)
    except RuleInvalidError:
        return
    found = RuleDates(rule, date(1990, 1, 1))
    if not found.is_empty():
        found.last()
        found.between(date(2100, 1, 1).toordinal(), date(2100, 3, 1).toordinal())
