"""What is decided about updates without Windows: classes, selection, order, outcomes, the wire to the child."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.windows.wua import classes
from bosman_agent.platform.windows.wua.classes import classify
from bosman_agent.platform.windows.wua.codes import Circumstances
from bosman_agent.platform.windows.wua.listener import InstallListener, SearchListener, overall
from bosman_agent.platform.windows.wua.mapping import history_entry, kb_of, pending
from bosman_agent.platform.windows.wua.outcomes import InstallRecord, outcomes
from bosman_agent.platform.windows.wua.selection import batches, select_updates
from bosman_agent.platform.windows.wua.wire import (
    Ended,
    Event,
    Failed,
    Offered,
    Past,
    Request,
    Searched,
    Skipped,
    Step,
    Wanted,
    decode_event,
    encode,
)
from bosman_protocol.codes import Code
from bosman_protocol.reports import PendingUpdate, UpdatePolicy
from bosman_protocol.work import HistoryEntry, UpdateOutcome


def offered(name: str, **about: Any) -> Offered:
    return Offered(name, about.pop("revision", 1), about.pop("title", name), **about)


class TestClassify:
    @pytest.mark.parametrize(
        ("ids", "update_type", "browse_only", "expected"),
        [
            ([classes.SECURITY], 1, False, "security"),
            ([classes.SECURITY.upper()], 1, False, "security"),
            ([classes.CRITICAL], 1, False, "critical"),
            ([classes.CRITICAL, classes.SECURITY], 1, False, "security"),
            ([classes.DEFINITIONS, classes.SECURITY], 1, False, "definition"),
            ([classes.SECURITY], 1, True, "optional"),
            ([classes.SECURITY], 2, False, "driver"),
            ([classes.DRIVERS], 1, True, "driver"),
            ([classes.UPGRADES, classes.SECURITY], 1, True, "feature"),
            ([classes.UPDATES], 1, False, "optional"),
            ([classes.SERVICE_PACKS], 1, False, "optional"),
            (["not a guid"], 1, False, "optional"),
            ([], 1, False, "optional"),
        ],
    )
    def test_first_rule_that_holds_decides(
        self, ids: list[str], update_type: int, browse_only: bool, expected: str
    ) -> None:
        assert classify(ids, update_type=update_type, browse_only=browse_only) == expected


class TestPending:
    @pytest.mark.parametrize(
        ("kbs", "title", "kb"),
        [
            (["5034441"], "", "KB5034441"),
            (["KB5034441"], "", "KB5034441"),
            (["", "5034441"], "", "KB5034441"),
            ([], "2026-01 Zbiorcza aktualizacja (KB5034441)", "KB5034441"),
            (["KBNET4800"], "Update (KB4580325)", "KB4580325"),
            ([], "no number: KB12", None),
            ([], "", None),
        ],
    )
    def test_kb_of(self, kbs: list[str], title: str, kb: str | None) -> None:
        assert kb_of(kbs, title) == kb

    @given(
        st.builds(
            Offered,
            st.text(),
            st.integers(),
            st.text(),
            severity=st.text(),
            cves=st.tuples(st.text(), st.just("CVE-2026-1234")),
            kbs=st.tuples(st.text()),
            categories=st.tuples(st.text()),
            restart_behavior=st.none() | st.integers(),
            size_bytes=st.none() | st.integers(),
            changed_at=st.none() | st.text(),
            support_url=st.text(),
        )
    )
    def test_whatever_windows_says_fits_the_wire(self, update: Offered) -> None:
        made = pending(update)

        assert msgspec.json.decode(msgspec.json.encode(made), type=PendingUpdate) == made

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///c:/x", "", "support.microsoft.com"])
    def test_only_addresses_of_the_web_are_passed_on(self, url: str) -> None:
        assert pending(offered("a", support_url=url)).support_url is None

    @given(st.builds(Past, st.text(), st.text(), st.integers(), st.integers(), st.integers(0, 2**32 - 1)))
    def test_any_history_fits_the_wire(self, past: Past) -> None:
        made = history_entry(past)

        assert made is None or msgspec.json.decode(msgspec.json.encode(made), type=HistoryEntry) == made


class TestSelect:
    def test_chosen_updates_are_found_in_any_case_of_their_id_and_once(self) -> None:
        wanted = tuple(Wanted(name, "1") for name in ("AB", "ab", "gone"))

        selection = select_updates([offered("ab"), offered("cd")], Request("install", "chosen", wanted))

        assert [update.update_id for update in selection.chosen] == ["ab"]
        assert selection.skipped == (Skipped("gone", "superseded"),)

    def test_empty_choice_means_nothing(self) -> None:
        assert select_updates([offered("ab")], Request("install", "chosen")).chosen == ()

    @given(st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from([None, 0, 1, 2])), max_size=20))
    def test_every_update_is_in_one_batch_and_exclusive_ones_are_alone(self, wanted: list[Any]) -> None:
        updates = [
            offered(str(number), impact=impact, restart_behavior=restart)
            for number, (impact, restart) in enumerate(wanted)
        ]

        made = batches(updates)

        assert sorted(update.update_id for batch in made for update in batch) == sorted(
            update.update_id for update in updates
        )
        assert all(len(batch) == 1 for batch in made if any(update.impact == 2 for update in batch))
        assert all(made) and sum(any(update.impact != 2 for update in batch) for batch in made) <= 1


class TestOutcomes:
    def record(self, **about: Any) -> InstallRecord:
        ended = about.pop("ended", Ended("a", "install", 2, 0))
        values: dict[str, Any] = {"offered": {"a": offered("a")}, "ended": {"a": ended}, "confirmed": True}
        return InstallRecord(**values | about)

    def judge(self, record: InstallRecord) -> UpdateOutcome:
        (made,) = outcomes(record, {"a": "1"}, Circumstances())
        return made

    def test_success_that_is_gone_from_the_list_is_installed(self) -> None:
        assert self.judge(self.record()).outcome == "installed"

    def test_success_without_a_look_afterwards_is_not(self) -> None:
        made = self.judge(self.record(confirmed=False))

        assert made.outcome == "failed" and made.error is not None
        assert made.error.code == Code.UPDATES_NOT_CONFIRMED

    def test_newer_revision_that_appears_meanwhile_is_another_update(self) -> None:
        assert self.judge(self.record(still_offered={"a": offered("a", revision=2)})).outcome == "installed"

    @pytest.mark.parametrize(("pending_restart", "outcome"), [(True, "installed"), (False, "failed")])
    def test_same_revision_counts_only_where_it_waits_for_a_restart(self, pending_restart: bool, outcome: str) -> None:
        left = {"a": offered("a", restart_pending=pending_restart)}

        assert self.judge(self.record(still_offered=left)).outcome == outcome

    @given(st.integers(0, 5), st.integers(-(2**31), 2**32 - 1), st.booleans())
    def test_nothing_but_result_two_without_an_error_is_installed(
        self, result: int, hresult: int, restart: bool
    ) -> None:
        made = self.judge(self.record(ended=Ended("a", "install", result, hresult, restart)))

        assert (made.outcome == "installed") == (result == 2 and not hresult & 0x80000000)
        assert (made.error is None) == (made.outcome == "installed")


class TestListeners:
    def test_progress_of_the_whole_never_falls(self) -> None:
        steps = [Step("searching"), *(Step("downloading", percent, number, 3) for number in (1, 2, 3)
                                      for percent in (0, 50, 100)),
                 *(Step("installing", percent, 1, 3) for percent in (0, 1, 99, 100)), Step("confirming")]  # fmt: skip

        percents = [percent for percent in map(overall, steps) if percent is not None]

        assert percents == sorted(percents) and (percents[0], percents[-1]) == (0, 95)

    @pytest.mark.parametrize("result", [0, 1, 4, 5])
    def test_search_that_did_not_succeed_is_no_list(self, result: int) -> None:
        listener = SearchListener(lambda *_a, **_k: None)
        listener.take(Searched("first", result))

        with pytest.raises(ProviderError):
            listener.outcome(UpdatePolicy("microsoft"), Circumstances())

    def test_search_that_succeeded_in_part_without_saying_why_warns(self) -> None:
        listener = SearchListener(lambda *_a, **_k: None)
        listener.take(Searched("first", 3))

        (warning,) = listener.outcome(UpdatePolicy("microsoft"), Circumstances()).warnings
        assert warning.code == Code.UPDATES_PARTLY

    def test_failed_update_is_heard_on_the_error_stream_with_its_code(self) -> None:
        said: list[tuple[str, str]] = []
        listener = InstallListener(lambda stream, text: said.append((stream, text)), lambda *_a, **_k: None)
        listener.take(offered("a", title="Łatka\x1b[2J"))
        listener.take(Ended("a", "install", 4, 0x80070643))

        assert said == [("stderr", "Łatka[2J: 4 0x80070643\n")]


class TestWire:
    @pytest.mark.parametrize("event_type", get_args(Event))
    def test_every_event_comes_back_as_it_was(self, event_type: type[msgspec.Struct]) -> None:
        required: dict[str, Any] = {
            "update_id": "a", "revision": 3, "title": "zażółć\u202e", "round": "confirming", "result": 2,
            "hresult": 0x8024402C, "phase": "installing", "reason": "superseded", "stage": "download",
            "outcome": "done", "at": "2026-01-01T00:00:00Z", "operation": 1, "restart_required": True,
        }  # fmt: skip
        fields = {field.name for field in msgspec.structs.fields(event_type) if field.required}
        event = event_type(**{name: required[name] for name in fields})

        line = encode(event)

        assert line.isascii() and line.count("\n") == 1
        assert decode_event(line) == event

    @given(st.text())
    def test_other_text_is_no_event(self, text: str) -> None:
        assert decode_event(text) is None

    @pytest.mark.parametrize("line", ['{"event":"ended"}', '{"event":"failed","hresult":1e99}', "[" * 100_000, "null"])
    def test_broken_events_are_none(self, line: str) -> None:
        assert decode_event(line) is None

    def test_half_a_character_survives_the_way(self) -> None:
        event = decode_event(encode(Failed(1, "\ud800")))

        assert event == Failed(1, "\ud800")
