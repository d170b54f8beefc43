"""When schedules fire, and which are refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bosman_protocol.documents.errors import Problems
from bosman_protocol.schedules.document import read_schedules
from bosman_protocol.schedules.firing import firings, next_firing, preview
from bosman_protocol.timing.zones import date_range

WARSAW = ZoneInfo("Europe/Warsaw")


def schedule(cron="0 3 * * *", **more):
    return {"name": "s", "zone": "device", **({} if cron is None else {"cron": cron}), **more}


def read(*schedules, zone=WARSAW):
    problems = Problems()
    found = read_schedules({"schedules": list(schedules)}, zone, problems)
    problems.refuse_if_any()
    return found


def errors(*schedules):
    problems = Problems()
    read_schedules({"schedules": list(schedules)}, WARSAW, problems)
    return sorted((error.path, error.code.value) for error in problems.found)


def fired(first, days, *schedules, zone=WARSAW):
    found = preview(read(*schedules, zone=zone), *date_range(date.fromisoformat(first), days, zone))
    return [one.at.astimezone(zone).strftime("%d %H:%M %z") for one in found]


class TestCron:
    def test_job_whose_time_is_skipped_runs_at_once_after_the_gap(self):
        assert fired("2026-03-29", 1, schedule("30 2 * * *")) == ["29 03:00 +0200"]
        assert fired("2026-03-29", 1, schedule("10,30 2 * * *")) == ["29 03:00 +0200"]

    def test_job_whose_time_comes_twice_runs_once(self):
        assert fired("2026-10-25", 1, schedule("30 2 * * *")) == ["25 02:30 +0200"]

    def test_field_that_begins_with_a_star_follows_real_time(self):
        assert len(fired("2026-10-25", 1, schedule("30 * * * *"))) == 25
        assert len(fired("2026-03-29", 1, schedule("30 * * * *"))) == 23
        assert len(fired("2026-10-25", 1, schedule("*/30 2 * * *"))) == 4

    def test_neither_day_with_a_star_means_either(self):
        assert len(fired("2026-06-01", 30, schedule("0 0 1 * 1"))) == 5
        assert len(fired("2026-06-01", 30, schedule("0 0 */2 * 1"))) == 3

    def test_names_and_seven_for_sunday(self):
        assert fired("2026-06-01", 14, schedule("0 0 * jun sun")) == fired("2026-06-01", 14, schedule("0 0 * 6 7"))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "0 0 * *",
            "0 0 * * * *",
            "@daily",
            "0 0 L * *",
            "0 0 LW * *",
            "0 0 * * 5L",
            "0 0 * * MON#2",
            "0 0 ? * *",
            "60 0 * * *",
            "0 24 * * *",
            "0 0 0 * *",
            "0 0 32 * *",
            "0 0 * 13 *",
            "0 0 * 0 *",
            "0 0 * * 8",
            "*/70 * * * *",
            "*/0 * * * *",
            "5/10 * * * *",
            "1-5/6 * * * *",
            "5-1 * * * *",
            "1, * * * *",
            "-1 * * * *",
            "+1 * * * *",
            "1.0 * * * *",
            "٥ * * * *",
            "0 0 30 2 *",
            "0 0 31 4,6 *",
            "0 0 31 4 */2",
            "MON 0 * * *",
        ],
    )
    def test_what_is_refused(self, text):
        assert errors(schedule(text)) == [("schedules[0].cron", "cron.invalid")]

    @pytest.mark.parametrize("text", ["0 0 30 2 1", "0 0 29 2 *", "0\t0  1 1 *", "*/59 * * * *", "0 0 * * sun-tue"])
    def test_what_is_not(self, text):
        assert errors(schedule(text)) == []


class TestOnce:
    def test_wall_time_that_does_not_exist_and_one_that_comes_twice(self):
        assert fired("2026-03-29", 1, schedule(None, once="2026-03-29T02:30")) == ["29 03:30 +0200"]
        assert fired("2026-10-25", 1, schedule(None, once="2026-10-25T02:30")) == ["25 02:30 +0200"]

    @pytest.mark.parametrize("text", ["2026-02-30T10:00", "2026-03-01", "2026-03-01T24:00", "2026-03-01T10:00:00Z"])
    def test_what_is_no_wall_time(self, text):
        assert errors(schedule(None, once=text)) == [("schedules[0].once", "time.invalid")]


class TestDates:
    def test_both_ends_are_dates_of_the_schedules_zone(self):
        tokyo = schedule("0 1 * * *", zone="Asia/Tokyo", starts_on="2026-06-02", ends_on="2026-06-03")
        assert fired("2026-06-01", 5, tokyo) == ["01 18:00 +0200", "02 18:00 +0200"]

    def test_first_moment_of_the_first_date_counts(self):
        assert fired("2026-06-01", 3, schedule("0 0 * * *", starts_on="2026-06-02")) == [
            "02 00:00 +0200",
            "03 00:00 +0200",
        ]

    @pytest.mark.parametrize("starts_on", ["0001-01-01", "1969-12-31", "9999-12-31"])
    def test_dates_at_the_ends_of_the_calendar(self, starts_on):
        assert len(fired("2026-06-01", 1, schedule(starts_on=starts_on))) == (0 if starts_on > "2" else 1)

    def test_ends_before_it_starts(self):
        assert errors(schedule(starts_on="2026-06-02", ends_on="2026-06-01")) == [
            ("schedules[0].ends_on", "value.range")
        ]


class TestNext:
    def test_is_later_than_the_instant_even_in_the_second_pass_of_an_hour(self):
        found = read(schedule("45 2 * * *"))[0]
        for minutes in range(0, 180, 5):
            after = datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
            first = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
            assert next_firing(found, after) == (first if after < first else datetime(2026, 10, 26, 1, 45, tzinfo=UTC))

    @pytest.mark.parametrize("zone", ["Europe/Warsaw", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"])
    @pytest.mark.parametrize("cron", ["*/20 1-3 * * *", "15,45 0-3 * * *", "30 */2 * * *", "0 0 * * 0"])
    def test_asked_one_by_one_it_gives_what_a_preview_gives(self, zone, cron):
        where = ZoneInfo(zone)
        found = read(schedule(cron), zone=where)[0]
        for first in (date(2011, 12, 28), date(2026, 3, 6), date(2026, 4, 3), date(2026, 10, 23), date(2026, 10, 30)):
            low, high = date_range(first, 4, where)
            want = [one.at for one in preview([found], low, high)]
            asked, after = [], low - timedelta(seconds=1)
            while (at := next_firing(found, after)) is not None and at < high:
                asked.append(at)
                after = at
            assert asked == want

    def test_once_does_not_come_again(self):
        found = read(schedule(None, once="2026-06-01T10:00"))[0]
        at = next_firing(found, datetime(2026, 1, 1, tzinfo=UTC))
        assert at is not None and next_firing(found, at) is None and list(firings(found, at)) == []


class TestRefused:
    def test_neither_and_both(self):
        assert errors(schedule(None)) == [("schedules[0].cron", "field.required")]
        assert errors(schedule(once="2026-06-01T10:00")) == [("schedules[0].once", "value.range")]

    def test_names_zones_and_unknown_fields(self):
        assert errors(schedule(), schedule(zone="site", x=1)) == [
            ("schedules[1].name", "duplicate"),
            ("schedules[1].x", "field.unknown"),
            ("schedules[1].zone", "zone.unknown"),
        ]
