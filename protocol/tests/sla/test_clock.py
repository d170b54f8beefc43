"""What is due when."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bosman_protocol.documents.errors import Problems
from bosman_protocol.documents.reader import print_instant
from bosman_protocol.sla.clock import read_time
from bosman_protocol.sla.document import WEEKDAYS, read_clock
from bosman_protocol.timing.zones import find_zone

OFFICE = {day: [["08:00", "16:00"]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
HOLIDAY = date(2026, 11, 11)


def document(*events, now, target=60, hours=OFFICE, zone="Europe/Warsaw", holidays=None, closed=()):
    return {
        "calendar": {"zone": zone, "hours": hours, "holidays": holidays, "closed": list(closed)},
        "target_minutes": target,
        "events": [event(*one) for one in events],
        "now": at(now),
    }


def at(text):
    return f"2026-{text}:00Z"


def event(when, kind, minutes=None):
    return {"at": at(when), "kind": kind} | ({} if minutes is None else {"minutes": minutes})


def read(*events, **more):
    problems = Problems()
    clock = read_clock(document(*events, **more), problems)
    problems.refuse_if_any()
    assert clock is not None
    found = read_time(clock, lambda _, day: day == HOLIDAY)
    return found.elapsed_minutes, short(found.due_at), short(found.breached_at)


def short(moment):
    return moment and print_instant(moment)[5:16]


def errors(given):
    problems = Problems()
    read_clock(given, problems)
    return sorted({(error.path, error.code.value) for error in problems.found})


START = ("06-01T06:00", "started")
"""08:00 in Warsaw, a Monday."""


class TestClock:
    def test_counts_only_hours_of_the_wall(self):
        assert read(START, now="06-02T06:10", target=500) == (490, "06-02T06:20", None)

    def test_reached_exactly_at_closing_time_is_due_then(self):
        assert read(START, now="06-01T07:00", target=480) == (60, "06-01T14:00", None)

    def test_hour_that_comes_twice_counts_twice_and_a_skipped_one_not(self):
        assert read(("10-24T22:00", "started"), now="10-25T23:00", target=9999, hours=ALWAYS)[0] == 25 * 60
        assert read(("03-28T23:00", "started"), now="03-29T22:00", target=9999, hours=ALWAYS)[0] == 23 * 60
        night = {"sun": [["02:00", "03:00"]]}
        assert read(("10-24T22:00", "started"), now="10-25T23:00", target=9999, hours=night)[0] == 120
        assert read(("03-28T23:00", "started"), now="03-29T22:00", target=9999, hours=night)[0] == 0

    def test_holidays_and_closed_dates(self):
        assert read(("11-11T07:00", "started"), now="11-12T15:00", target=9999, holidays="PL")[0] == 480
        assert read(("11-11T07:00", "started"), now="11-12T15:00", target=9999)[0] == 960
        assert read(("11-11T07:00", "started"), now="11-12T15:00", target=9999, closed=["2026-11-12"])[0] == 480

    def test_paused_has_no_due_time(self):
        assert read(START, ("06-01T06:30", "paused"), now="06-03T06:00") == (30, None, None)

    def test_paused_or_stopped_at_the_very_instant_is_in_time(self):
        for kind in ("paused", "stopped"):
            assert read(START, ("06-01T07:00", kind), now="06-03T06:00") == (60, None, None)

    def test_resumed_after_it_was_reached_breaches_at_once(self):
        given = (START, ("06-01T07:00", "paused"), ("06-01T08:00", "resumed"))
        assert read(*given, now="06-01T08:00") == (60, "06-01T08:00", "06-01T08:00")

    def test_events_of_one_instant_count_together(self):
        given = (START, ("06-01T07:00", "paused"), ("06-01T07:00", "resumed"))
        assert read(*given, now="06-01T07:00") == (60, "06-01T07:00", "06-01T07:00")
        larger = ("06-01T07:00", "target", 120)
        assert read(START, larger, now="06-01T07:00") == (60, "06-01T08:00", None)

    def test_smaller_target_breaches_at_once_and_a_breach_stays(self):
        given = (START, ("06-01T06:50", "target", 30), ("06-01T06:55", "target", 500), ("06-01T07:00", "stopped"))
        assert read(*given, now="06-03T06:00") == (60, "06-01T06:50", "06-01T06:50")

    def test_target_after_the_end_is_no_breach(self):
        assert read(START, ("06-01T06:50", "stopped"), ("06-01T06:55", "target", 1), now="06-01T07:00") == (
            50,
            None,
            None,
        )

    def test_too_far_away_or_never_is_not_due(self):
        assert read(START, now="06-01T06:00", hours={})[1] is None
        once_a_week = {"mon": [["08:00", "08:01"]]}
        # Ten years hold 521 whole weeks.
        assert read(START, now="06-01T06:00", target=521, hours=once_a_week)[1] is not None
        assert read(START, now="06-01T06:00", target=523, hours=once_a_week)[1] is None

    @settings(deadline=None, max_examples=30)
    @given(
        zone=st.sampled_from(["Europe/Warsaw", "America/St_Johns", "Australia/Lord_Howe", "America/Havana"]),
        begin=st.sampled_from([date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 10, 24)]),
        marks=st.lists(st.integers(0, 24 * 60), min_size=2, max_size=4, unique=True),
    )
    def test_elapsed_is_what_counting_every_minute_gives(self, zone, begin, marks):
        edges = [f"{mark // 60:02d}:{mark % 60:02d}" for mark in sorted(marks)][: len(marks) // 2 * 2]
        hours = {day: [list(pair) for pair in list(pairwise(edges))[::2]] for day in WEEKDAYS}
        low = datetime(begin.year, begin.month, begin.day, tzinfo=UTC)
        given = document(now="01-01T00:00", target=10**6, hours=hours, zone=zone)
        given["events"] = [{"at": print_instant(low), "kind": "started"}]
        given["now"] = print_instant(low + timedelta(days=3))
        where = find_zone(zone)
        shown = [(low + timedelta(minutes=n)).astimezone(where).strftime("%H:%M") for n in range(3 * 1440)]
        want = sum(any(start <= clock < end for start, end in hours["mon"]) for clock in shown)
        clock = read_clock(given, Problems())
        assert clock is not None
        assert read_time(clock, lambda *_: False).elapsed_minutes == want


class TestRefused:
    @pytest.mark.parametrize(
        ("events", "path"),
        [
            ([("06-01T06:00", "paused")], "events[0].kind"),
            ([START, START], "events[1].kind"),
            ([START, ("06-01T06:01", "resumed")], "events[1].kind"),
            ([START, ("06-01T06:01", "paused"), ("06-01T06:02", "paused")], "events[2].kind"),
            ([START, ("06-01T06:01", "stopped"), ("06-01T06:02", "resumed")], "events[2].kind"),
            ([START, ("06-01T05:59", "paused")], "events[1].at"),
            ([START, ("06-09T06:00", "paused")], "events[1].at"),
            ([START, ("06-01T06:01", "target", 0)], "events[1].minutes"),
            ([], "events"),
        ],
    )
    def test_events_that_make_no_sense(self, events, path):
        assert errors(document(*events, now="06-02T06:00")) == [(path, "value.range")]

    def test_minutes_belong_to_targets(self):
        given = [START, ("06-01T06:01", "target"), ("06-01T06:02", "paused", 5)]
        assert errors(document(*given, now="06-02T06:00")) == [
            ("events[1].minutes", "field.required"),
            ("events[2].minutes", "field.unknown"),
        ]

    def test_whole_minutes(self):
        given = document(START, now="06-02T06:00")
        given["now"] = "2026-06-02T06:00:30Z"
        assert errors(given) == [("now", "value.range")]

    @pytest.mark.parametrize(
        ("pairs", "path", "code"),
        [
            ([["08:00", "08:00"]], "[0]", "value.range"),
            ([["16:00", "08:00"]], "[0]", "value.range"),
            ([["08:00", "12:00"], ["11:00", "13:00"]], "[1]", "value.range"),
            ([["12:00", "13:00"], ["08:00", "09:00"]], "[1]", "value.range"),
            ([["08:00"]], "[0]", "value.range"),
            (["08:00-09:00"], "[0]", "field.type"),
            ([["24:00", "24:00"]], "[0][0]", "time.invalid"),
            ([["08:00", "24:01"]], "[0][1]", "time.invalid"),
        ],
    )
    def test_hours(self, pairs, path, code):
        given = document(START, now="06-02T06:00", hours={"mon": pairs})
        assert errors(given) == [(f"calendar.hours.mon{path}", code)]

    def test_calendar(self):
        given = document(START, now="06-02T06:00", hours={"Mon": []}, zone="x", holidays="XX", closed=["x"])
        assert errors(given) == [
            ("calendar.closed[0]", "date.invalid"),
            ("calendar.holidays", "value.range"),
            ("calendar.hours.Mon", "field.unknown"),
            ("calendar.zone", "zone.unknown"),
        ]
