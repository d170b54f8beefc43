"""A table for spreadsheets: nothing in it is ever a formula, and everything comes back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_server.kit.csv_export import encode_rows, safe_cell

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


def read(data, separator=","):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator, strict=True))


class TestSafeCell:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "\u00a0@"])
    def test_what_begins_like_a_formula_gets_an_apostrophe(self, start):
        assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"

    @given(texts)
    def test_no_text_begins_like_a_formula_afterwards(self, text):
        cell = safe_cell(text)
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r"))
        assert cell.removeprefix("'") == text or cell == text

    @pytest.mark.parametrize("text", ["", "Żaneta", "10.0.0.5", "a=b", "2026-11-22T21:04:05Z", "'"])
    def test_other_texts_stay_as_they_are(self, text):
        assert safe_cell(text) == text


class TestEncodeRows:
    @given(st.lists(st.lists(texts, min_size=2, max_size=4), max_size=5), st.sampled_from([",", ";", "\t"]))
    def test_cells_come_back_whatever_they_hold(self, rows, separator):
        expected = [[safe_cell(cell) for cell in row] for row in rows]
        assert read(encode_rows(rows, separator), separator) == expected

    def test_numbers_stay_numbers_and_none_is_empty(self):
        assert encode_rows([[-5, None, "x"]]) == b"-5,,x\r\n"
