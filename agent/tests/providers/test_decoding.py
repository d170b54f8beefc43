"""Decoding of what programs print, in any pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.providers.decoding import MAX_HELD_BYTES, StreamDecoder

POLISH = "Zażółć gęślą jaźń — Łódź\n"


def decode(pieces: list[bytes]) -> str:
    decoder = StreamDecoder()
    return "".join(decoder.feed(piece) for piece in pieces) + decoder.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


class TestFeed:
    @given(st.text(max_size=200), st.lists(st.integers(0, 1000), max_size=10))
    def test_utf8_comes_through_however_it_is_cut(self, text: str, places: list[int]) -> None:
        text = text.encode("utf-8", "replace").decode()

        assert decode(cut(text.encode(), places)) == text

    @given(st.lists(st.binary(max_size=100), max_size=20))
    def test_no_bytes_make_it_fail(self, pieces: list[bytes]) -> None:
        assert isinstance(decode(pieces), str)

    @pytest.mark.parametrize("encoding", ["cp1250", "cp852"])
    @given(places=st.lists(st.integers(0, 1000), max_size=6))
    def test_polish_code_pages_are_recognised_by_the_line(self, encoding: str, places: list[int]) -> None:
        text = "Zażółć gęślą jaźń, proszę\n"
        data = text.encode(encoding)

        assert decode(cut(data, places)).splitlines()[0][-6:] == "proszę"
        assert decode([data]) == text

    def test_one_bad_line_leaves_the_others_alone(self) -> None:
        data = POLISH.encode() + "źle\n".encode("cp1250") + POLISH.encode()

        assert decode([data]) == POLISH + "źle\n" + POLISH

    def test_unfinished_line_appears_without_waiting(self) -> None:
        decoder = StreamDecoder()

        assert decoder.feed("Ładowanie… ".encode()) == "Ładowanie… "
        assert decoder.feed("ż".encode()[:1]) == ""
        assert decoder.feed("ż".encode()[1:]) == "ż"

    def test_endless_line_is_not_held_for_ever(self) -> None:
        decoder = StreamDecoder()

        assert len(decoder.feed(b"\xb9" * (MAX_HELD_BYTES + 1))) == MAX_HELD_BYTES + 1
