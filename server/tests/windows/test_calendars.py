"""What the server says of a device and a class is what the protocol's windows say, worked out once for many devices."""

import json
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bosman_protocol.documents.errors import Problems
from bosman_protocol.windows.document import Zones, read_windows
from bosman_protocol.windows.occurrences import in_force, occurrences
from bosman_protocol.windows.opening import Opening
from bosman_protocol.work import WindowClass
from bosman_server.work.windows import calendars
from bosman_server.work.windows.calendars import Calendar, Place, Stored, document_of
from testkit.window_bodies import timing

SITE, DEVICE = uuid4(), uuid4()
HERE = Place(DEVICE, SITE, "Europe/Warsaw", "America/New_York")
BEGIN = 1_790_000_000
"""September 2026: a year from here both zones change their clocks twice."""
times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
days = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True)
rules = st.one_of(
    st.builds(lambda names: {"rrule": f"FREQ=WEEKLY;BYDAY={','.join(names)}"}, days),
    st.builds(lambda offset: {"patch_tuesday_offset_days": offset}, st.integers(0, 20)),
    st.just({"rrule": "FREQ=DAILY"}),
    st.none(),
)


NO_MARGIN = st.just(0)


@st.composite
def windows(draw, margins=NO_MARGIN):
    start = f"2026-{draw(st.integers(8, 12)):02}-{draw(st.integers(1, 28)):02}"
    when = timing(
        draw(times), draw(times), recurrence=draw(rules), starts_on=start,
        ends_on=draw(st.sampled_from([None, "2027-03-15"])),
        zone=draw(st.sampled_from(["site", "device", "Australia/Lord_Howe"])),
    )  # fmt: skip
    scope = draw(st.sampled_from(["tenant", "site", "device"]))
    return Stored(
        uuid4(), draw(st.sampled_from("abc")), draw(st.sampled_from(["window", "window", "extra", "blackout"])), scope,
        SITE if scope == "site" else None, DEVICE if scope == "device" else None, frozenset({"update"}),
        json.dumps(when), draw(margins),
    )  # fmt: skip


def windows_of(stored):
    """As the protocol alone reads them."""
    device, site = ZoneInfo("America/New_York"), ZoneInfo("Europe/Warsaw")
    problems = Problems()
    read = read_windows({"windows": [document_of(one) for one in stored]}, Zones(device, site), problems)
    assert not problems.found
    return read


moments = st.integers(BEGIN, BEGIN + 365 * 86400)


class TestState:
    @settings(max_examples=80, deadline=None)
    @given(st.lists(windows(), min_size=1, max_size=5), moments)
    def test_it_is_open_exactly_when_the_protocol_says_so(self, stored, now):
        found = Calendar(stored, now).state(HERE, WindowClass.UPDATE)
        read = windows_of(stored)
        span = Opening(read, WindowClass.UPDATE).next_open(now)
        if not any(in_force(one).end > now for one in read if one.kind != "blackout"):
            # Nothing says when it may begin; a blackout still says when not.
            blackouts = [one for one in read if one.kind == "blackout" and occurrences(one, now, now + 1)]
            assert found.state == ("blackout" if blackouts else "unbound")
        elif found.state == "open":
            assert span is not None and span.start == now and found.ends == found.until == span.end
        elif span is None:
            assert found.state in {"closed", "blackout"} and found.until is None
        else:
            assert span.start > now and (found.until, found.ends) == (span.start, span.end)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(windows(st.sampled_from([0, 1800, 7200])), min_size=1, max_size=4), moments)
    def test_nothing_begins_where_the_protocol_has_it_closed_or_within_the_margin(self, stored, now):
        found = Calendar(stored, now).state(HERE, WindowClass.UPDATE)
        if found.state == "open":
            span = Opening(windows_of(stored), WindowClass.UPDATE).next_open(now)
            assert span is not None and found.until is not None
            assert span.start == now < found.until <= span.end == found.ends

    @settings(max_examples=40, deadline=None)
    @given(st.lists(windows(), min_size=1, max_size=5), moments, st.randoms())
    def test_the_order_of_windows_is_irrelevant(self, stored, now, random):
        shuffled = random.sample(stored, len(stored))
        one, other = (Calendar(order, now).state(HERE, WindowClass.UPDATE) for order in (stored, shuffled))
        assert (one.state, one.until, one.ends) == (other.state, other.until, other.ends)


class TestKept:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(windows(), min_size=1, max_size=4), moments, st.integers(1, 3 * 86400))
    def test_what_was_found_before_is_no_other_answer(self, stored, now, seconds):
        Calendar(stored, now).state(HERE, WindowClass.UPDATE)
        kept = Calendar(stored, now + seconds).state(HERE, WindowClass.UPDATE)
        anew = calendars.state_of(stored, HERE, WindowClass.UPDATE, now + seconds)
        assert (kept.state, kept.until, kept.ends) == (anew.state, anew.until, anew.ends)


class TestMany:
    def test_devices_with_the_same_windows_and_clocks_are_worked_out_once(self, monkeypatch):
        worked_out = []
        real = calendars.state_of

        def counted(mine, *rest):
            worked_out.append(mine)
            return real(mine, *rest)

        monkeypatch.setattr(calendars, "state_of", counted)
        own = UUID(int=7)
        nights = json.dumps(timing(zone="site"))
        plain = Stored(uuid4(), "all", "window", "tenant", None, None, frozenset({"update"}), nights, 0)
        calendar = Calendar([plain, plain._replace(id=uuid4(), scope="device", device_id=own)], BEGIN)
        for number in range(20_000):
            calendar.state(Place(UUID(int=number), SITE, "Europe/Warsaw", None), WindowClass.UPDATE)
        assert [len(mine) for mine in worked_out] == [1, 2]
