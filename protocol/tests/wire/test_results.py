"""What agents bring and say is read by its declared type, and cleaned."""

from typing import Any, get_args

import msgspec
import pytest

from bosman_protocol.progress import NoteCode, ProgressNote, parse_note
from bosman_protocol.scripts import ScriptResult
from bosman_protocol.work import RESULTS, HistoryResult, TaskKind, parse_result


class TestParseResult:
    def test_every_example_is_what_its_kind_brings(self, examples: dict[str, msgspec.Struct]) -> None:
        by_type = {type(message): message for message in examples.values()}
        for kind, result in RESULTS.items():
            assert parse_result(kind, msgspec.json.encode(by_type[result])) == by_type[result]

    def test_strings_are_cleaned(self) -> None:
        raw = b'{"exit_code":0,"interpreter":"\\u202egnp.exe\\u001b[2J\\u0000","user":null}'
        assert parse_result(TaskKind.SCRIPT_RUN, raw) == ScriptResult(0, "gnp.exe[2J")

    def test_what_a_newer_agent_adds_is_passed_over(self) -> None:
        raw = b'{"entries":[],"invented_later":1}'
        assert parse_result(TaskKind.UPDATES_HISTORY, raw) == HistoryResult(())

    @pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"3", b"{}", b'{"exit_code":"0","interpreter":"x"}', b"\xff"])
    def test_anything_else_is_refused(self, raw: bytes) -> None:
        with pytest.raises(msgspec.MsgspecError):
            parse_result(TaskKind.SCRIPT_RUN, raw)

    def test_depth_is_refused_instead_of_fatal(self) -> None:
        with pytest.raises((RecursionError, msgspec.MsgspecError)):
            parse_result(TaskKind.SCRIPT_RUN, b"[" * 100_000)


class TestParseNote:
    @pytest.mark.parametrize("code", get_args(NoteCode))
    def test_every_code_is_a_note(self, code: Any) -> None:
        assert parse_note(code, {}) == ProgressNote(code)

    def test_values_come_along_and_others_are_passed_over(self) -> None:
        note = parse_note("updates.downloading", {"title": "KB1", "number": 2, "count": 5, "invented": "x"})
        assert note == ProgressNote("updates.downloading", title="KB1", number=2, count=5)

    @pytest.mark.parametrize(("code", "params"), [("moon.landing", {}), ("apt.installing", {"package": 7})])
    def test_what_no_note_is_is_refused(self, code: str, params: dict[str, Any]) -> None:
        with pytest.raises(msgspec.ValidationError):
            parse_note(code, params)

    def test_a_value_cannot_name_another_note(self) -> None:
        assert parse_note("apt.comparing", {"code": "apt.refreshing"}).code == "apt.comparing"
