"""Installing through the real COM client against a stand-in for Windows Update."""

import os
import sys
from typing import Any

import pytest

from bosman_agent.platform.base import InstallOutcome, ProviderError, UpdateSelection
from bosman_protocol.codes import Code
from bosman_protocol.work import UpdateChoice, UpdateOutcome
from testkit.wua.scene import CRITICAL, DEFINITIONS, DRIVERS, UPDATES, UPGRADES, Scene, update, update_id

assert sys.platform == "win32"

from bosman_agent.platform.windows.wua.provider import WuaUpdates  # noqa: E402 - for Windows only

SEARCH_SECONDS = 10.0 * float(os.environ.get("BOSMAN_TEST_PATIENCE") or 1)
"""A search that answers starts a process under Wine first, on a machine that may be busy."""
FAILED_INSTALL = {"result_code": 4, "hresult": 0x80070643}
NEEDS_RESTART = {"result_code": 2, "hresult": 0, "reboot": True}


def quiet(*_: Any, **__: Any) -> None:
    return


def chosen(*names: str, revision: str = "1") -> UpdateSelection:
    return UpdateSelection("chosen", tuple(UpdateChoice(update_id(name), revision) for name in names))


async def install(wish: UpdateSelection, log: Any = quiet, progress: Any = quiet, **options: Any) -> InstallOutcome:
    return await WuaUpdates(**options).install(wish, log=log, progress=progress)


def by_name(outcome: InstallOutcome, *names: str) -> list[UpdateOutcome]:
    found = {made.name: made for made in outcome.updates}
    return [found[update_id(name)] for name in names]


def verdicts(outcome: InstallOutcome, *names: str) -> list[tuple[str, str | None]]:
    return [(made.outcome, made.error.code if made.error else None) for made in by_name(outcome, *names)]


class TestInstall:
    async def test_installed_update_is_confirmed_by_a_search_that_is_handed_on(self, scene: Scene) -> None:
        scene.play(update("lcu", kbs=["5034441"]), update("other"))

        outcome = await install(chosen("lcu"))

        (made,) = outcome.updates
        assert made == UpdateOutcome(
            update_id("lcu"), "1", "installed", title="Aktualizacja zażółć lcu", kb="KB5034441", requires_restart=False
        )
        assert outcome.error is None and outcome.scan is not None
        assert [left.name for left in outcome.scan.updates] == [update_id("other")]
        assert scene.calls("Install") == [[[update_id("lcu")], True]]
        assert len(scene.calls("Search")) == 2

    async def test_only_its_own_result_makes_an_update_a_success(self, scene: Scene) -> None:
        scene.play(
            update("good"),
            update("bad", install=FAILED_INSTALL),
            update("half", install={"result_code": 3, "hresult": 0x80240438}),
            update("odd", install={"result_code": 2, "hresult": 0x80073712}),
            update("aborted", install={"result_code": 5, "hresult": 0x8024000B}),
        )

        outcome = await install(chosen("good", "bad", "half", "odd", "aborted"))

        assert verdicts(outcome, "good", "bad", "half", "odd", "aborted") == [
            ("installed", None),
            ("failed", Code.UPDATES_INSTALLER_FAILED),
            ("failed", Code.UPDATES_PARTLY),
            ("failed", Code.UPDATES_DAMAGED_STORE),
            ("failed", Code.UPDATES_CANCELLED),
        ]
        bad = by_name(outcome, "bad")[0].error
        assert bad is not None and bad.params["hresult"] == "0x80070643"
        assert outcome.error == bad

    async def test_success_that_is_still_offered_is_not_believed(self, scene: Scene) -> None:
        scene.play(update("liar", lingers=True))

        assert verdicts(await install(chosen("liar")), "liar") == [("failed", Code.UPDATES_NOT_CONFIRMED)]

    async def test_success_that_is_still_offered_because_of_a_restart_is_installed(self, scene: Scene) -> None:
        scene.play(update("lcu", install=NEEDS_RESTART))

        (made,) = (await install(chosen("lcu"))).updates

        assert (made.outcome, made.requires_restart) == ("installed", True)
        assert (await WuaUpdates().restart_state()).required is True

    async def test_success_that_cannot_be_looked_at_again_is_not_confirmed(self, scene: Scene) -> None:
        scene.play(update("lcu"), searches=[{}, {"error": 0x8024402C}])

        outcome = await install(chosen("lcu"))

        (made,) = outcome.updates
        assert made.outcome == "failed" and made.error is not None
        assert (made.error.code, made.error.params) == (Code.UPDATES_NOT_CONFIRMED, {"hresult": "0x8024402C"})
        assert outcome.scan is None

    async def test_search_after_the_installation_that_hangs_loses_no_outcome(self, scene: Scene) -> None:
        scene.play(
            update("good"), update("bad", install=FAILED_INSTALL), searches=[{}, {"hang_seconds": 600}]
        )  # fmt: skip

        outcome = await install(chosen("good", "bad"), search_seconds=SEARCH_SECONDS)

        assert verdicts(outcome, "good", "bad") == [
            ("failed", Code.UPDATES_NOT_CONFIRMED), ("failed", Code.UPDATES_INSTALLER_FAILED),
        ]  # fmt: skip
        assert outcome.error is not None and outcome.error.code == Code.UPDATES_SCAN_HUNG

    async def test_first_search_that_hangs_begins_nothing(self, scene: Scene) -> None:
        scene.play(update("one"), searches=[{"hang_seconds": 600}])

        with pytest.raises(ProviderError) as caught:
            await install(chosen("one"), search_seconds=4.0)

        assert caught.value.error.code == Code.UPDATES_SCAN_HUNG

    async def test_installation_longer_than_a_search_may_take_is_not_cut(self, scene: Scene) -> None:
        scene.play(update("slow"), steps=int(SEARCH_SECONDS) + 2, step_seconds=1.0)

        assert verdicts(await install(chosen("slow"), search_seconds=SEARCH_SECONDS), "slow") == [("installed", None)]

    async def test_windows_that_refuses_asynchronous_calls_installs_all_the_same(self, scene: Scene) -> None:
        scene.play(update("lcu"), asynchronous=False)

        assert verdicts(await install(chosen("lcu")), "lcu") == [("installed", None)]

    async def test_child_that_is_killed_in_the_middle_is_a_failure(self, scene: Scene) -> None:
        scene.play(update("one", install={"result_code": 2, "hresult": 0, "dies": 9}))

        with pytest.raises(ProviderError) as caught:
            await install(chosen("one"))

        assert (caught.value.error.code, caught.value.exit_code) == (Code.UPDATES_FAILED, 9)


class TestDownload:
    async def test_failed_download_costs_the_others_nothing(self, scene: Scene) -> None:
        scene.play(
            update("gone", download={"result_code": 4, "hresult": 0x80246008}),
            update("unnamed", download={"result_code": 4, "hresult": 0x80004005}),
            update("full", download={"result_code": 4, "hresult": 0x80070070}),
            update("good"),
        )

        outcome = await install(chosen("gone", "unnamed", "full", "good"))

        assert verdicts(outcome, "gone", "unnamed", "full", "good") == [
            ("failed", Code.UPDATES_DOWNLOAD_FAILED),
            ("failed", Code.UPDATES_DOWNLOAD_FAILED),
            ("failed", Code.UPDATES_NO_SPACE),
            ("installed", None),
        ]
        assert scene.calls("Install") == [[[update_id("good")], True]]

    async def test_nothing_is_installed_when_every_download_failed(self, scene: Scene) -> None:
        scene.play(update("gone", download={"result_code": 4, "hresult": 0x80246008}))

        outcome = await install(chosen("gone"))

        assert scene.calls("Install") == []
        assert outcome.scan is not None and len(outcome.scan.updates) == 1

    async def test_what_lies_on_the_disk_is_not_fetched_again(self, scene: Scene) -> None:
        scene.play(update("here", downloaded=True))

        assert verdicts(await install(chosen("here")), "here") == [("installed", None)]
        assert scene.calls("Download") == []

    async def test_terms_are_accepted_where_there_are_any(self, scene: Scene) -> None:
        scene.play(update("terms", eula_accepted=False), update("free"))

        assert verdicts(await install(chosen("terms", "free")), "terms", "free") == [("installed", None)] * 2
        assert scene.calls("AcceptEula") == [[update_id("terms")]]


class TestSelection:
    async def test_newer_revision_in_the_place_of_the_approved_one_is_installed_and_said(self, scene: Scene) -> None:
        scene.play(update("lcu", revision=205))

        (made,) = (await install(chosen("lcu", revision="204"))).updates

        assert (made.outcome, made.version, made.installed_version) == ("installed", "204", "205")

    async def test_update_that_went_away_between_scan_and_installation_is_superseded(self, scene: Scene) -> None:
        scene.play(update("old", until_search=1), update("new", from_search=2))
        provider = WuaUpdates()
        before = await provider.scan(refresh=True, log=quiet, progress=quiet)

        outcome = await install(chosen("old"))

        assert [found.name for found in before.updates] == [update_id("old")]
        assert verdicts(outcome, "old") == [("skipped", Code.UPDATES_SUPERSEDED)]
        assert outcome.error is None and scene.calls("Install") == []
        assert outcome.scan is not None and [found.name for found in outcome.scan.updates] == [update_id("new")]

    async def test_update_that_asks_somebody_and_one_that_waits_for_a_restart_are_skipped(self, scene: Scene) -> None:
        scene.play(update("asks", needs_input=True), update("waits", reboot_required=True), update("plain"))

        outcome = await install(chosen("asks", "waits", "plain"))

        assert verdicts(outcome, "asks", "waits", "plain") == [
            ("skipped", Code.UPDATES_NEEDS_INPUT), ("skipped", Code.UPDATES_RESTART_FIRST), ("installed", None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("select", "names"),
        [("security", ["security", "critical"]), ("all", ["security", "critical", "definition", "plain"])],
    )
    async def test_selection_by_class(self, scene: Scene, select: Any, names: list[str]) -> None:
        scene.play(
            update("security"), update("critical", categories=[CRITICAL]), update("preview", browse_only=True),
            update("definition", categories=[DEFINITIONS]), update("driver", type=2, categories=[DRIVERS]),
            update("plain", categories=[UPDATES]), update("feature", categories=[UPGRADES]),
            update("hidden", hidden=True),
        )  # fmt: skip

        outcome = await install(UpdateSelection(select))

        assert {made.name: made.outcome for made in outcome.updates} == {
            update_id(name): "installed" for name in names
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["preview", "driver", "feature", "hidden"])
    async def test_what_nothing_selects_unasked_is_installed_when_chosen(self, scene: Scene, name: str) -> None:
        about: dict[str, dict[str, Any]] = {
            "preview": {"browse_only": True}, "driver": {"type": 2}, "feature": {"categories": [UPGRADES]},
            "hidden": {"hidden": True},
        }  # fmt: skip
        scene.play(update(name, **about[name]))

        assert verdicts(await install(chosen(name)), name) == [("installed", None)]


class TestOrder:
    async def test_exclusive_updates_are_installed_alone_and_servicing_stacks_first(self, scene: Scene) -> None:
        scene.play(
            update("one"), update("upgrade", impact=2, restart_behavior=1), update("two"),
            update("stack", impact=2, restart_behavior=0),
        )  # fmt: skip

        outcome = await install(chosen("one", "upgrade", "two", "stack"))

        assert {made.outcome for made in outcome.updates} == {"installed"}
        batches = [sorted(ids) for ids, _ in scene.calls("Install")]
        assert batches == [
            [update_id("stack")], sorted([update_id("one"), update_id("two")]), [update_id("upgrade")],
        ]  # fmt: skip

    async def test_what_a_restart_in_between_stops_is_skipped_and_said(self, scene: Scene) -> None:
        scene.play(
            update("one", install=NEEDS_RESTART), update("upgrade", impact=2, restart_behavior=1), reboot_blocks=True
        )  # fmt: skip

        outcome = await install(chosen("one", "upgrade"))

        assert verdicts(outcome, "one", "upgrade") == [
            ("installed", None), ("skipped", Code.UPDATES_RESTART_FIRST),
        ]  # fmt: skip
        assert outcome.error is None

    async def test_restart_before_anything_stops_all(self, scene: Scene) -> None:
        scene.play(update("one"), reboot_before=True, reboot_required=True)

        outcome = await install(chosen("one"))

        assert verdicts(outcome, "one") == [("skipped", Code.UPDATES_RESTART_FIRST)]
        assert outcome.error is not None and outcome.error.code == Code.UPDATES_RESTART_FIRST
        assert not scene.state_path.exists()


class TestProgress:
    async def test_progress_rises_and_titles_are_heard_once_each(self, scene: Scene) -> None:
        scene.play(update("one"), update("two"), steps=4, step_seconds=0.6)
        steps: list[tuple[int | None, str | None, Any]] = []
        said: list[str] = []

        await install(
            chosen("one", "two"),
            log=lambda _stream, text: said.append(text),
            progress=lambda percent, code=None, **params: steps.append((percent, code, params.get("title"))),
        )

        percents = [percent for percent, _, _ in steps if percent is not None]
        assert percents == sorted(percents) and percents[-1] == 95
        assert len({percent for percent, code, _ in steps if code == "updates.installing"}) > 2
        codes = list(dict.fromkeys(code for _, code, _ in steps))
        assert codes == ["updates.searching", "updates.downloading", "updates.installing", "updates.confirming"]
        titles = [text for text in said if "/2 " in text]
        assert len(titles) == 4
        assert said[-1] == "Aktualizacja zażółć two: 2 0x00000000\n"
