import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_protocol.text import clean_text

anything = st.text(st.characters(codec=None), max_size=300)


class TestCleanText:
    @given(anything, st.integers(0, 100), st.booleans())
    def test_result_is_short_and_harmless(self, value: str, limit: int, multiline: bool) -> None:
        cleaned = clean_text(value, limit, multiline=multiline)

        assert len(cleaned) <= limit
        kept = {"\n", "\t"} if multiline else set()
        assert all(char in kept or unicodedata.category(char)[0] != "C" for char in cleaned)
        cleaned.encode("utf-8")

    @given(anything, st.integers(1, 100), st.booleans())
    def test_result_is_clean_already(self, value: str, limit: int, multiline: bool) -> None:
        once = clean_text(value, limit, multiline=multiline)

        assert clean_text(once, limit, multiline=multiline) == once.strip()

    @given(st.text(st.characters(categories=["L", "N", "P"]), max_size=50))
    def test_ordinary_text_is_left_alone(self, value: str) -> None:
        assert clean_text(value, 50) == value

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [
            ("gpj.\u202eexe", "gpj.exe"),
            ("pay\u200bpal", "paypal"),
            ("\x1b[31mred\x1b[0m", "[31mred[0m"),
            ("a\x00b", "ab"),
            ("line\nbreak", "linebreak"),
            ("  Łódź  ", "Łódź"),
            ("\ud800", ""),
        ],
    )
    def test_tricks_are_taken_out(self, value: str, wanted: str) -> None:
        assert clean_text(value, 100) == wanted

    def test_line_breaks_stay_where_they_are_wanted(self) -> None:
        assert clean_text("a\r\nb\tc", 100, multiline=True) == "a\nb\tc"

    def test_huge_text_costs_no_more_than_its_limit(self) -> None:
        assert clean_text("\x00" * 10_000_000 + "x", 10) == ""
