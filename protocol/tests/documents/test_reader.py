"""Strict reading: types are not converted, nothing is guessed, and hostile JSON is refused."""

import pickle

import pytest

from bosman_protocol.documents import reader
from bosman_protocol.documents.errors import DocumentCode, DocumentError, DocumentRefusedError, Problems


def read(using, value):
    problems = Problems()
    found = using(value, "here", problems)
    return found, [error.code.value for error in problems.found]


class TestLoad:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"{",
            b"[]",
            b'"x"',
            b"null",
            b"{'a': 1}",
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": 1} x',
            b"\xff\xfe",
            b'{"a": "\xc3"}',
            b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            b'{"a": ' + b"9" * 10_000 + b"}",
        ],
    )
    def test_what_is_no_json_object(self, text):
        with pytest.raises(DocumentRefusedError) as refused:
            reader.load_document(text)
        assert [(one.path, one.code) for one in refused.value.errors] == [("", DocumentCode.DOCUMENT_INVALID)]

    def test_mark_of_byte_order_is_read_over(self):
        assert reader.load_document(b"\xef\xbb\xbf{}") == {}

    def test_name_that_is_written_twice_is_told(self):
        problems = Problems()
        record = reader.Record(reader.load_document('{"a": 1, "a": 2}'), "", problems)
        record.take("a", reader.integer())
        record.done()
        assert [(one.path, one.code) for one in problems.found] == [("a", DocumentCode.DUPLICATE)]


class TestTypes:
    @pytest.mark.parametrize(
        ("using", "value"),
        [
            (reader.integer(), True),
            (reader.integer(), 1.0),
            (reader.integer(), "1"),
            (reader.integer(), None),
            (reader.number, False),
            (reader.number, "1"),
            (reader.text, 1),
            (reader.boolean, 1),
            (reader.boolean, None),
            (reader.array(reader.text), "x"),
            (reader.array(reader.text), {}),
            (reader.one_of(("a",)), None),
            (reader.calendar_date, 20260101),
            (reader.wall_time, 9),
            (reader.instant, None),
        ],
    )
    def test_are_never_converted(self, using, value):
        assert read(using, value) == (None, ["field.type"])

    def test_number_beyond_what_a_float_holds(self):
        assert read(reader.number, float("inf")) == (None, ["value.range"])
        assert read(reader.number, 2**53 + 1) == (2**53 + 1, [])

    @pytest.mark.parametrize(
        "value",
        ["2026-11-02T08:00Z", "2026-11-02T08:00:00", "2026-11-02T24:00:00Z", "2026-02-30T08:00:00Z", "now", "x" * 999],
    )
    def test_what_is_no_instant(self, value):
        assert read(reader.instant, value) == (None, ["time.invalid"])

    @pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    def test_instants_at_the_ends_of_the_calendar(self, value):
        assert read(reader.instant, value) == (None, ["value.range"])


class TestErrors:
    def test_one_error_is_told_once_and_survives_a_process_boundary(self):
        same = [DocumentError("b", DocumentCode.FIELD_TYPE, {"x": n}) for n in range(2)]
        refused = DocumentRefusedError([*same, DocumentError("a", DocumentCode.DUPLICATE)])
        assert [one.path for one in refused.errors] == ["a", "b"]
        assert pickle.loads(pickle.dumps(refused)).errors == refused.errors
