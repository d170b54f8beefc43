"""The parser of the NATS protocol, against bytes as nats-server sends them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.simulator import wire

STREAM = (
    b'INFO {"server_id":"NA","headers":true}\r\n'
    b"PING\r\n"
    b"MSG dn.1.nudge 1 0\r\n\r\n"
    b"MSG _INBOX.1.0 2 reply.here 5\r\na\r\nbc\r\n"
    b"HMSG _INBOX.1.1 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"
    b"HMSG _INBOX.1.2 2 back 22 24\r\nNATS/1.0\r\nA: bcdef\r\n\r\nhi\r\n"
    b"+OK\r\n"
    b"-ERR 'Authorization Violation'\r\n"
    b"PONG\r\n"
)
EVENTS = [
    wire.Info(b'{"server_id":"NA","headers":true}'),
    wire.Ping(),
    wire.Message("dn.1.nudge", 1, "", b""),
    wire.Message("_INBOX.1.0", 2, "reply.here", b"a\r\nbc"),
    wire.Message("_INBOX.1.1", 2, "", b"", 503, b"NATS/1.0 503\r\n\r\n"),
    wire.Message("_INBOX.1.2", 2, "back", b"hi", 0, b"NATS/1.0\r\nA: bcdef\r\n\r\n"),
    wire.ServerError("Authorization Violation"),
    wire.Pong(),
]


class TestFeed:
    def test_whole_stream_at_once_gives_every_event(self) -> None:
        assert list(wire.Parser().feed(STREAM)) == EVENTS

    @given(st.lists(st.integers(0, len(STREAM)), max_size=20))
    def test_stream_cut_anywhere_gives_the_same_events(self, cuts: list[int]) -> None:
        parser = wire.Parser()
        edges = [0, *sorted(cuts), len(STREAM)]
        events = [event for start, end in itertools.pairwise(edges) for event in parser.feed(STREAM[start:end])]
        assert events == EVENTS

    @pytest.mark.parametrize("junk", [b"HTTP/1.1 400 Bad Request\r\n", b"MSG a\r\n", b"MSG a b c\r\n", b"x" * 70_000])
    def test_other_protocol_is_refused(self, junk: bytes) -> None:
        with pytest.raises(wire.WireError):
            list(wire.Parser().feed(junk))


class TestPublish:
    def test_plain_message_counts_its_bytes(self) -> None:
        assert (
            wire.publish("rq.1.lease", "ż".encode(), reply="_INBOX.1.0")
            == b"PUB rq.1.lease _INBOX.1.0 2\r\n\xc5\xbc\r\n"
        )

    def test_headers_travel_before_the_body(self) -> None:
        data = wire.publish("up.1.task", b"{}", reply="r", headers={"Bosman-Receipt": "t:1"})
        header = b"NATS/1.0\r\nBosman-Receipt: t:1\r\n\r\n"
        assert data == b"HPUB up.1.task r %d %d\r\n%s{}\r\n" % (len(header), len(header) + 2, header)

    def test_header_of_a_message_is_found_by_name(self) -> None:
        [message] = list(wire.Parser().feed(b"HMSG d 1 26 26\r\nNATS/1.0\r\nA: b\r\nCd: ef\r\n\r\n\r\n"))
        assert isinstance(message, wire.Message)
        assert (wire.header_of(message, "Cd"), wire.header_of(message, "C")) == ("ef", "")
