"""Whatever the windows: every minute of a year is open exactly when a naive walk through it says so."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bosman_protocol.documents.errors import Problems
from bosman_protocol.windows.document import Zones, read_windows
from bosman_protocol.windows.occurrences import Span, occurrence_on, seconds
from bosman_protocol.windows.opening import Opening
from bosman_protocol.work import WindowClass
from testkit.window_oracle import Oracle

# Samoa skipped 30 December 2011 and changed its clocks twice in that year.
YEARS = {
    "Europe/Warsaw": 2026,
    "America/New_York": 2026,
    "Asia/Kolkata": 2026,
    "Pacific/Apia": 2011,
    "Australia/Lord_Howe": 2026,
}
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=9",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,12;BYMONTHDAY=29,30",
]
NIGHTS = ["00:00", "00:30", "01:30", "01:45", "02:00", "02:10", "02:20", "02:30", "02:59", "03:00", "03:30"]


@st.composite
def documents(draw, zone):
    year = YEARS[zone]
    days = st.integers(-40, 364).map(lambda n: date(year, 1, 1) + timedelta(days=n))
    # Near changes of clocks more often than chance would have it.
    days = st.one_of(days, st.sampled_from([date(year, m, d) for m in (3, 4, 9, 10, 11, 12) for d in (1, 25, 29)]))
    found = []
    for index in range(draw(st.integers(1, 5))):
        starts_on = draw(days)
        start, end = (draw(st.sampled_from([*NIGHTS, "09:00", "21:00", "23:30"])) for _ in range(2))
        recurrence = draw(
            st.one_of(
                st.none(),
                st.integers(0, 30).map(lambda n: {"patch_tuesday_offset_days": n}),
                st.sampled_from(RULES).map(lambda rule: {"rrule": rule}),
                st.integers(0, 90).map(partial(until, starts_on)),
            )
        )
        window = {
            "name": f"w{index}",
            "kind": draw(st.sampled_from(["window", "window", "window", "extra", "blackout"])),
            "scope": {"kind": draw(st.sampled_from(["device", "group", "site", "tenant"]))},
            "classes": draw(st.lists(st.sampled_from(["update", "restart"]), min_size=1, max_size=2)),
            "recurrence": recurrence,
            "starts_on": starts_on.isoformat(),
            "ends_on": draw(st.one_of(st.none(), st.integers(0, 60).map(partial(iso, starts_on)))),
            "start": start,
            "end": end,
            "zone": draw(st.sampled_from(["device", "device", zone])),
            "except_dates": draw(st.lists(st.integers(0, 9).map(partial(iso, starts_on)), max_size=2)),
        }
        if draw(st.booleans()):
            window["end_day_offset"] = draw(st.integers(int(end <= start), 4))
        found.append(window)
    return found


def until(day, more):
    return {"rrule": f"FREQ=DAILY;UNTIL={day + timedelta(days=more):%Y%m%d}"}


def iso(day, more):
    return (day + timedelta(days=more)).isoformat()


def plain(**changed):
    return {
        "name": "n",
        "kind": "window",
        "scope": {"kind": "tenant"},
        "classes": ["update"],
        "recurrence": {"rrule": "FREQ=DAILY"},
        "starts_on": "2011-01-01",
        "ends_on": None,
        "start": "22:00",
        "end": "06:00",
        "zone": "device",
        "except_dates": [],
        **changed,
    }


def read(document, zone):
    problems = Problems()
    found = read_windows(document, Zones(ZoneInfo(zone)), problems)
    assert problems.found == []
    return found


def opening(windows, zone):
    return Opening(read({"windows": windows}, zone), WindowClass.UPDATE)


def runs(marks, begin, low, high):
    """The runs of marked minutes within a range, as spans."""
    found, at = [], low
    while (start := marks.find(1, at, high)) >= 0:
        end = marks.find(0, start, high)
        at = end if end >= 0 else high
        found.append(Span(seconds(begin) + start * 60, seconds(begin) + at * 60))
    return found


class Story:
    def minute(self, oracle, moment):
        return (moment - oracle.wall.begin) // timedelta(minutes=1)

    def check_year(self, windows, zone):
        year = YEARS[zone]
        low, high = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        oracle = Oracle(windows, "update", zone, year)
        want = runs(oracle.open, oracle.wall.begin, self.minute(oracle, low), self.minute(oracle, high))
        assert opening(windows, zone).intervals(seconds(low), seconds(high)) == want

    def check_next_start(self, windows, zone, after):
        year = YEARS[zone]
        low, high = datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=after), datetime(year + 1, 1, 1, tzinfo=UTC)
        oracle = Oracle(windows, "update", zone, year)
        first = oracle.open.find(1, self.minute(oracle, low), self.minute(oracle, high))
        found = opening(windows, zone).next_start(seconds(low))
        if first < 0:
            assert found is None or found >= seconds(high)
        else:
            assert found == seconds(oracle.wall.begin) + first * 60


def days_near_changes(zone):
    """The dates of the year on which, or beside which, the clocks of a zone change."""
    where, year = ZoneInfo(zone), YEARS[zone]
    days = [date(year, 1, 2) + timedelta(days=n) for n in range(362)]

    def offset(day):
        return datetime(day.year, day.month, day.day, 12, tzinfo=where).utcoffset()

    return [d for d in days if offset(d - timedelta(days=2)) != offset(d + timedelta(days=2))] or days[:5]


def made(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow(reason="a table of every minute of a year")
@pytest.mark.parametrize("zone", YEARS)
class TestNights:
    def test_every_pair_of_times_around_changes_of_clocks(self, zone):
        oracle = Oracle([], "update", zone, YEARS[zone])
        compared = 0
        for kind, start, end, days in product(["window", "blackout"], NIGHTS, NIGHTS, range(3)):
            if days == 0 and end <= start:
                continue
            document = plain(kind=kind, start=start, end=end, end_day_offset=days)
            window = read({"windows": [document]}, zone)[0]
            for day in days_near_changes(zone):
                once = {**document, "recurrence": None, "starts_on": day.isoformat()}
                want = [tuple(seconds(oracle.wall.begin) + m * 60 for m in s) for s in oracle.occurrences(once)]
                found = occurrence_on(window, day)
                assert ([(found.start, found.end)] if found else []) == want, (document, day)
                compared += 1
        assert compared > 1000


@pytest.mark.slow(reason="every minute of a year, for many documents")
@pytest.mark.parametrize("zone", YEARS)
class TestYear(Story):
    @made(30)
    @given(data=st.data())
    def test_open_minutes_are_those_of_the_oracle(self, zone, data):
        self.check_year(data.draw(documents(zone)), zone)

    @made(20)
    @given(data=st.data())
    def test_next_start_is_the_first_minute_that_the_oracle_allows(self, zone, data):
        self.check_next_start(data.draw(documents(zone)), zone, data.draw(st.integers(0, 300 * 1440)))

    @made(20)
    @given(data=st.data())
    def test_order_of_windows_is_irrelevant(self, zone, data):
        windows = data.draw(documents(zone))
        shuffled = data.draw(st.permutations(windows))
        begin = seconds(datetime(YEARS[zone], 1, 1, tzinfo=UTC))
        first, second = opening(windows, zone), opening(shuffled, zone)
        assert first.intervals(begin, begin + 366 * 86400) == second.intervals(begin, begin + 366 * 86400)
