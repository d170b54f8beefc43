"""Decoding of what programs print, in any pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.decoding import MAX_HELD_BYTES, StreamDecoder

places = st.lists(st.integers(0, 1000), max_size=10)
POLISH = "Zażółć gęślą jaźń — Łódź\n"


def decode(pieces: list[bytes]) -> str:
    decoder = StreamDecoder()
    return "".join(decoder.feed(piece) for piece in pieces) + decoder.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


class TestFeed:
    @given(st.text(st.characters(exclude_characters="\0\ufeff", codec="utf-8"), max_size=200), places)
    def test_utf8_comes_through_however_it_is_cut(self, text: str, places: list[int]) -> None:
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

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
    @given(places=places)
    def test_wide_text_is_recognised_with_and_without_signature(self, encoding: str, places: list[int]) -> None:
        text = "Wersja: zażółć\r\nKoniec\r\n"

        assert decode(cut(text.encode(encoding), places)) == text

    @pytest.mark.parametrize("word", ["są", "Ćma", "BĄK", "mąż", "źródło", "Źródło"])
    def test_letter_that_two_code_pages_share_is_read_by_its_neighbours(self, word: str) -> None:
        decoder = StreamDecoder(("cp852", "cp1250"))

        assert decoder.feed(word.encode("cp852") + b"\n") + decoder.finish() == word + "\n"

    def test_what_one_line_was_certain_of_holds_for_the_next(self) -> None:
        decoder = StreamDecoder(("cp852", "cp1250"))

        assert decoder.feed("zażółć\nĄ\n".encode("cp1250")) == "zażółć\nĄ\n"

    def test_code_pages_of_another_country_are_taken(self) -> None:
        decoder = StreamDecoder(("cp850", "cp1252"))

        assert decoder.feed("größer\n".encode("cp850")) == "größer\n"

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
