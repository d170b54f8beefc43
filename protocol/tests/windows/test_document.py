"""What documents of windows are refused, and why; everything at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bosman_protocol.documents.errors import DocumentRefusedError, Problems
from bosman_protocol.windows.document import Zones, read_windows
from bosman_protocol.windows.occurrences import FOREVER, in_force, occurrence_on, seconds
from bosman_protocol.windows.opening import Opening, preview
from bosman_protocol.work import WindowClass

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")


def window(**changed):
    whole = {
        "name": "n",
        "kind": "window",
        "scope": {"kind": "tenant"},
        "classes": ["update"],
        "recurrence": {"rrule": "FREQ=DAILY"},
        "starts_on": "2026-01-01",
        "ends_on": None,
        "start": "22:00",
        "end": "06:00",
        "zone": "device",
        "except_dates": [],
    }
    return {name: value for name, value in {**whole, **changed}.items() if value is not ...}


def read(*windows, zone=WARSAW, site=None):
    problems = Problems()
    found = read_windows({"windows": list(windows)}, Zones(zone, site), problems)
    problems.refuse_if_any()
    return found


def errors(document):
    problems = Problems()
    read_windows(document, Zones(WARSAW), problems)
    return sorted((error.path, error.code.value) for error in problems.found)


def moment(text):
    return seconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def spans(found):
    return [(datetime.fromtimestamp(one.start, UTC), datetime.fromtimestamp(one.end, UTC)) for one in found]


class TestRefused:
    @pytest.mark.parametrize(
        ("changed", "path", "code"),
        [
            ({"name": ""}, "name", "value.range"),
            ({"name": ...}, "name", "field.required"),
            ({"kind": "windows"}, "kind", "value.range"),
            ({"kind": None}, "kind", "field.type"),
            ({"scope": "tenant"}, "scope", "field.type"),
            ({"scope": {}}, "scope.kind", "field.required"),
            ({"scope": {"kind": "baseline"}}, "scope.kind", "value.range"),
            ({"scope": {"kind": "tenant", "x": 1}}, "scope.x", "field.unknown"),
            ({"classes": "update"}, "classes", "field.type"),
            ({"classes": ["update", 5]}, "classes[1]", "field.type"),
            ({"recurrence": "FREQ=DAILY"}, "recurrence", "field.type"),
            ({"recurrence": {}}, "recurrence.rrule", "field.required"),
            ({"recurrence": {"rrule": 5}}, "recurrence.rrule", "field.type"),
            ({"recurrence": {"rrule": ""}}, "recurrence.rrule", "rrule.invalid"),
            ({"recurrence": {"rrule": "FREQ=DAILY", "count": 1}}, "recurrence.count", "field.unknown"),
            (
                {"recurrence": {"patch_tuesday_offset_days": 31}},
                "recurrence.patch_tuesday_offset_days",
                "value.range",
            ),
            (
                {"recurrence": {"patch_tuesday_offset_days": True}},
                "recurrence.patch_tuesday_offset_days",
                "field.type",
            ),
            ({"starts_on": "1989-12-31"}, "starts_on", "value.range"),
            ({"starts_on": "2101-01-01"}, "starts_on", "value.range"),
            ({"starts_on": "2026-1-1"}, "starts_on", "date.invalid"),
            ({"starts_on": "20260101"}, "starts_on", "date.invalid"),
            ({"starts_on": None}, "starts_on", "field.type"),
            ({"ends_on": "2025-12-31"}, "ends_on", "value.range"),
            ({"ends_on": ...}, "ends_on", "field.required"),
            ({"start": "9:00"}, "start", "time.invalid"),
            ({"end": "24:00"}, "end", "time.invalid"),
            ({"end": "06:00:00"}, "end", "time.invalid"),
            ({"start": "٠٩:٠٠"}, "start", "time.invalid"),
            ({"end_day_offset": 0}, "end_day_offset", "value.range"),
            ({"end_day_offset": 32}, "end_day_offset", "value.range"),
            ({"end_day_offset": -1}, "end_day_offset", "value.range"),
            ({"end_day_offset": 1.0}, "end_day_offset", "field.type"),
            ({"zone": "europe/warsaw"}, "zone", "zone.unknown"),
            ({"zone": "localtime"}, "zone", "zone.unknown"),
            ({"zone": "../etc/passwd"}, "zone", "zone.unknown"),
            ({"zone": ""}, "zone", "zone.unknown"),
            ({"except_dates": ["2026-02-29"]}, "except_dates[0]", "date.invalid"),
            ({"except_dates": None}, "except_dates", "field.type"),
        ],
    )
    def test_one_wrong_field_is_named(self, changed, path, code):
        assert errors({"windows": [window(**changed)]}) == [(f"windows[0].{path}", code)]

    def test_everything_is_told_at_once(self):
        wrong = window(start="x", end="y", zone="z", recurrence={"rrule": "FREQ=HOURLY"}, starts_on="2026-02-30")
        assert errors({"windows": [window(name="m"), wrong], "more": 1}) == [
            ("more", "field.unknown"),
            ("windows[1].end", "time.invalid"),
            ("windows[1].recurrence.rrule", "rrule.invalid"),
            ("windows[1].start", "time.invalid"),
            ("windows[1].starts_on", "date.invalid"),
            ("windows[1].zone", "zone.unknown"),
        ]

    def test_name_that_comes_again_is_told_at_the_later_ones(self):
        assert errors({"windows": [window(), window(), window(name="m"), window()]}) == [
            ("windows[1].name", "duplicate"),
            ("windows[3].name", "duplicate"),
        ]

    @pytest.mark.parametrize("document", [{}, {"windows": None}, {"windows": {}}])
    def test_document_without_windows(self, document):
        assert [path for path, _ in errors(document)] == ["windows"]

    def test_errors_are_sorted_by_path(self):
        with pytest.raises(DocumentRefusedError) as refused:
            read(window(zone="x", end="x"))
        assert [error.path for error in refused.value.errors] == ["windows[0].end", "windows[0].zone"]


class TestZones:
    def test_site_without_a_zone_has_its_devices(self):
        assert read(window(zone="site"))[0].zone is WARSAW
        assert read(window(zone="site"), site=LONDON)[0].zone is LONDON


class TestOccurrence:
    def occurrence(self, day, **changed):
        found = occurrence_on(read(window(**changed))[0], date.fromisoformat(day))
        return found and spans([found])[0]

    def test_night_of_changing_clocks_is_an_hour_shorter_or_longer(self):
        start, end = self.occurrence("2026-03-28")
        assert (end - start).total_seconds() == 7 * 3600
        start, end = self.occurrence("2026-10-24")
        assert (end - start).total_seconds() == 9 * 3600

    def test_start_that_does_not_exist_is_read_with_the_offset_before(self):
        start, _ = self.occurrence("2026-03-29", start="02:30", end="05:00")
        assert start == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    def test_what_ends_before_it_starts_does_not_occur(self):
        # 02:30 is read as 03:30.
        assert self.occurrence("2026-03-29", start="02:30", end="03:15") is None
        assert self.occurrence("2026-03-30", start="02:30", end="03:15") is not None

    def test_end_that_comes_twice(self):
        at = {"start": "01:00", "end": "02:30"}
        assert self.occurrence("2026-10-25", **at)[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        late = self.occurrence("2026-10-25", kind="blackout", **at)
        assert late[1] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    def test_days_of_the_end_are_counted_on_the_calendar(self):
        start, end = self.occurrence("2026-03-27", start="10:00", end="10:00", end_day_offset=31)
        assert (end - start).total_seconds() == 31 * 86400 - 3600


class TestInForce:
    def force(self, **changed):
        found = in_force(read(window(**changed))[0])
        return found.start, found.end

    def test_for_ever_without_a_last_date(self):
        assert self.force() == (moment("2025-12-31T23:00"), FOREVER)
        assert self.force(ends_on="9999-12-31")[1] == FOREVER

    def test_to_midnight_after_the_last_date_even_if_nothing_occurs_on_it(self):
        assert self.force(recurrence={"rrule": "FREQ=WEEKLY"}, ends_on="2026-01-07", end="23:00")[1] == moment(
            "2026-01-07T23:00"
        )

    def test_to_the_end_of_the_last_occurrence(self):
        assert self.force(recurrence={"rrule": "FREQ=DAILY;COUNT=2"})[1] == moment("2026-01-03T05:00")

    def test_last_date_counts_though_it_is_left_out(self):
        left_out = {"recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}, "except_dates": ["2026-01-02"]}
        assert self.force(**left_out)[1] == moment("2026-01-02T23:00")
        # The one before ends later than that.
        assert self.force(**left_out, end_day_offset=5)[1] == moment("2026-01-06T05:00")


class TestOpening:
    def test_once_that_is_left_out_still_shadows_its_day(self):
        found = Opening(
            read(
                window(start="10:00", end="11:00"),
                window(
                    name="d",
                    scope={"kind": "device"},
                    recurrence=None,
                    starts_on="2026-06-02",
                    except_dates=["2026-06-02"],
                ),
            ),
            WindowClass.UPDATE,
        ).intervals(moment("2026-06-01T00:00"), moment("2026-06-04T00:00"))
        assert [start.day for start, _ in spans(found)] == [1, 3]

    def test_intervals_that_touch_are_joined_and_cut_to_the_range(self):
        found = Opening(
            read(window(start="10:00", end="11:00"), window(name="m", start="11:00", end="12:00")), WindowClass.UPDATE
        ).intervals(moment("2026-06-01T08:30"), moment("2026-06-01T23:00"))
        assert [(one.start, one.end) for one in found] == [(moment("2026-06-01T08:30"), moment("2026-06-01T10:00"))]

    def test_nothing_ever_opens_without_a_window(self):
        assert Opening(read(window(classes=["backup"])), WindowClass.UPDATE).next_open(0) is None
        closed = read(window(), window(name="b", kind="blackout", start="00:00", end="00:00", end_day_offset=1))
        assert Opening(closed, WindowClass.UPDATE).next_open(moment("2026-06-01T00:00")) is None

    def test_next_opening_has_its_true_end(self):
        found = read(window(recurrence={"rrule": "FREQ=YEARLY"}, end_day_offset=31))
        after = Opening(found, WindowClass.UPDATE).next_open(moment("2026-03-01T00:00"))
        assert spans([after])[0] == (
            datetime(2027, 1, 1, 21, tzinfo=UTC),
            datetime(2027, 2, 1, 5, tzinfo=UTC),
        )

    def test_range_without_length_holds_nothing(self):
        at = moment("2026-06-01T23:00")
        assert (
            preview(read(window()), at, at) == []
            and Opening(read(window()), WindowClass.UPDATE).intervals(at, at) == []
        )
