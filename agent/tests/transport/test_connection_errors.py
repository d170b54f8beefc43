import asyncio
import errno
import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bosman_agent.transport.connection_errors import classify, looks_like_html
from bosman_agent.transport.outages import REPORTS_PER_HOUR, Outages
from bosman_agent.transport.server_clock import ServerClock
from bosman_protocol.codes import Code

SEVERAL = f"Multiple exceptions: [Errno {errno.EHOSTUNREACH}] a, [Errno {errno.ENETUNREACH}] b"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def certificate_error(verdict: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = verdict
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


class TestClassify:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Code.CONNECTION_NAME_UNKNOWN),
            (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Code.CONNECTION_REFUSED),
            (TimeoutError(), Code.CONNECTION_TIMED_OUT),
            (OSError(errno.EHOSTUNREACH, "No route to host"), Code.CONNECTION_TIMED_OUT),
            (
                OSError(SEVERAL),
                Code.CONNECTION_TIMED_OUT,
            ),
            (OSError("Multiple exceptions: [Errno 111] a, [Errno 99] b"), Code.CONNECTION_REFUSED),
            (certificate_error(9), Code.AGENT_CLOCK_WRONG),
            (certificate_error(10), Code.AGENT_CLOCK_WRONG),
            (certificate_error(19), Code.CONNECTION_BAD_AUTHORITY),
            (certificate_error(62), Code.CONNECTION_BAD_AUTHORITY),
            (tls_error("WRONG_VERSION_NUMBER"), Code.CONNECTION_PROXY_ANSWER),
            (tls_error("record_layer_failure"), Code.CONNECTION_PROXY_ANSWER),
            (tls_error("TLSV1_ALERT_UNKNOWN_CA"), Code.CONNECTION_REFUSED),
            (RuntimeError("odd"), Code.CONNECTION_REFUSED),
        ],
    )
    def test_error_has_its_code(self, error: Exception, code: Code) -> None:
        assert classify([error]) is code

    def test_cause_behind_a_general_error_counts(self) -> None:
        general = RuntimeError("no servers")
        general.__cause__ = socket.gaierror(socket.EAI_NONAME, "unknown")

        assert classify([general, TimeoutError()]) is Code.CONNECTION_NAME_UNKNOWN

    def test_errors_that_name_each_other_end(self) -> None:
        first, second = RuntimeError(), RuntimeError()
        first.__context__, second.__context__ = second, first

        assert classify([first]) is Code.CONNECTION_REFUSED


class TestLooksLikeHtml:
    @pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>", b"\xef\xbb\xbf\r\n <HTML>", b"<head><title>"])
    def test_page_is_one(self, body: bytes) -> None:
        assert looks_like_html(body)

    @pytest.mark.parametrize("body", [b"", b'{"code": "x"}', b"-----BEGIN CERTIFICATE-----", b"see <html>"])
    def test_other_answers_are_none(self, body: bytes) -> None:
        assert not looks_like_html(body)


class Watch:
    """Two clocks that a test turns."""

    def __init__(self) -> None:
        self.wall, self.steady = NOON, 1000.0

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def outages(watch: Watch) -> Outages:
    return Outages(lambda: watch.wall, lambda: watch.steady)


class TestOutage:
    def test_ordinary_reconnect_is_not_told(self, outages: Outages, watch: Watch) -> None:
        for _ in range(3):
            outages.failed(Code.CONNECTION_REFUSED, "x")
            watch.pass_time(20)

        assert outages.over() is None

    def test_long_one_is_told_once_with_what_was_met_most_often(self, outages: Outages, watch: Watch) -> None:
        for code in (Code.CONNECTION_REFUSED, Code.CONNECTION_TIMED_OUT, Code.CONNECTION_TIMED_OUT):
            outages.failed(code, "what\x1b was met")
            watch.pass_time(25)
        told = outages.over()

        assert told is not None and told.code == Code.CONNECTION_TIMED_OUT
        assert told.params == {
            "since": "2026-06-01T12:00:00+00:00",
            "until": "2026-06-01T12:01:15+00:00",
            "seconds": 75,
            "attempts": 3,
        }
        assert told.detail == "what was met"
        assert outages.over() is None

    def test_many_attempts_in_a_short_time_are_told(self, outages: Outages) -> None:
        for _ in range(4):
            outages.failed(Code.CONNECTION_REFUSED, "x")

        assert outages.over() is not None

    def test_network_that_comes_and_goes_is_told_a_few_times_an_hour_only(self, outages: Outages, watch: Watch) -> None:
        told = []
        for _ in range(20):
            for _ in range(4):
                outages.failed(Code.CONNECTION_REFUSED, "x")
            watch.pass_time(10)
            told.append(outages.over() is not None)
        watch.pass_time(3600)
        outages.failed(Code.CONNECTION_REFUSED, "x")
        watch.pass_time(61)

        assert told.count(True) == REPORTS_PER_HOUR
        assert outages.over() is not None


class TestServerClock:
    @pytest.mark.parametrize(("off", "latest"), [(timedelta(days=-2), "server"), (timedelta(days=2), "local")])
    def test_later_of_both_clocks_counts(self, watch: Watch, off: timedelta, latest: str) -> None:
        clock = ServerClock(lambda: watch.wall + off, lambda: watch.steady)
        asyncio.run(clock.hear(NOON))
        watch.pass_time(60)

        assert clock.now() == NOON + timedelta(seconds=60) + (off if latest == "local" else timedelta())

    def test_nothing_heard_is_the_own_clock(self, watch: Watch) -> None:
        assert ServerClock(lambda: watch.wall).now() == NOON

    def test_difference_is_told_once_and_seen_as_long_as_it_lasts(self, watch: Watch) -> None:
        told: list[Any] = []
        offsets: list[int | None] = []
        clock = ServerClock(lambda: watch.wall, lambda: watch.steady)

        async def on_wrong(error: Any) -> None:
            told.append((error.code, dict(error.params)))

        clock.on_wrong, clock.on_offset = on_wrong, offsets.append
        for server_time in (NOON + timedelta(hours=1), NOON + timedelta(hours=1), NOON + timedelta(minutes=4)):
            asyncio.run(clock.hear(server_time))

        assert told == [(Code.AGENT_CLOCK_WRONG, {"seconds": -3600})]
        assert offsets == [-3600, -3600, None]

    def test_time_without_a_zone_is_not_believed(self, watch: Watch) -> None:
        clock = ServerClock(lambda: watch.wall)
        asyncio.run(clock.hear(datetime(2030, 1, 1)))  # noqa: DTZ001 - what is tested

        assert clock.now() == NOON
