"""The provider of applications, with a program in winget's place that prints what winget has printed."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_collecting
from bosman_agent.platform.winget.provider import WingetApps
from bosman_agent.platform.winget.runner import run_program
from bosman_protocol.apps import AppChoice, AppOutcome
from bosman_protocol.codes import Code
from testkit.patience import patient
from testkit.winget_layout import HEADERS, table

NOTHING = 0x8A15002B
BROKEN = 0x8A15000F
BUSY = 0x8A150102
FAILED_MSI = 0x8A150049
RESTART = 0x8A150109

STAND_IN = """\
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
words = sys.argv[1:]
with (folder / "calls.jsonl").open("a", encoding="utf-8") as calls:
    calls.write(json.dumps(words) + "\\n")
script = json.loads((folder / "script.json").read_text(encoding="utf-8"))
for number, answer in enumerate(script):
    if all(word in words for word in answer["when"]):
        if answer.get("once"):
            del script[number]
            (folder / "script.json").write_text(json.dumps(script), encoding="utf-8")
        if "file" in answer:
            pathlib.Path(words[words.index("--output") + 1]).write_text(answer["file"], encoding="utf-8")
        sys.stdout.buffer.write(answer.get("print", "").encode())
        # No other system than Windows has exit codes of 32 bits.
        (folder / "exit").write_text(str(answer.get("exit", 0)))
        sys.exit(0)
sys.exit("unexpected: " + " ".join(words))
"""


class StandIn:
    """A program that answers by a script and remembers how it was called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "winget.py").write_text(STAND_IN, encoding="utf-8")

    def answers(self, *script: dict[str, Any]) -> None:
        version = {"when": ["--version"], "print": "v1.28.220\r\n"}
        (self.folder / "script.json").write_text(json.dumps([version, *script]), encoding="utf-8")

    def calls(self) -> list[list[str]]:
        lines = (self.folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()
        return [words for words in map(json.loads, lines) if words != ["--version"]]

    async def run(self, argv: Sequence[str], *, timeout: float, log: Any) -> Completed:
        """Really run the stand-in, and take the exit code that it wrote down."""
        done = await run_program([sys.executable, str(self.folder / "winget.py"), *argv[1:]], timeout=timeout, log=log)
        assert done.exit_code == 0, done.stderr
        return Completed(int((self.folder / "exit").read_text()), done.stdout, done.stderr)

    def provider(self, **more: Any) -> WingetApps:
        return WingetApps(locate=lambda: self.folder / "winget.exe", run=self.run, pauses=(0.0, 0.0), **more)


@pytest.fixture
def winget(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "machine")


def shown(*rows: Sequence[str], console: int | None = None, language: str = "en-US") -> str:
    return "\r\n".join(table(HEADERS[language], rows, console)[0]) + f"\r\n{len(rows)} upgrades available.\r\n"


GIT = ("Git", "Git.Git", "2.45.1", "2.46.0", "winget")
UNKNOWN = ("Odd", "Odd.Odd", "Unknown", "2.0", "winget")
PINNED = (
    "{} package(s) have pins that prevent upgrade. Use the 'winget pin' command to view and edit pins. "
    "Using the '--include-pinned' argument may show more results.\r\n"
)
LONG_NAME = "Some Application With A Name That Takes Its Place"
LONG_ID = "Microsoft.VisualStudio.2022.Professional.Preview"


def quiet(*_: Any, **_more: Any) -> None:
    return


def choices(*ids: str) -> tuple[AppChoice, ...]:
    return tuple(map(AppChoice, ids))


class TestScan:
    async def test_rows_of_all_tables_are_reported_and_the_second_is_pinned(self, winget: StandIn) -> None:
        second = "These need explicit targeting:\r\n" + shown(("Pin", "Pin.Pin", "1", "2", "winget"))
        winget.answers({"when": ["upgrade"], "print": shown(GIT, UNKNOWN) + "\r\n" + second})

        result = await winget.provider().scan(log=quiet, progress=quiet)

        assert [(app.id, app.available, app.pinned, app.scope) for app in result.apps] == [
            ("Git.Git", "2.46.0", False, "machine"),
            ("Odd.Odd", "2.0", False, "machine"),
            ("Pin.Pin", "2", True, "machine"),
        ]
        assert result.manager == "winget 1.28.220"
        assert [problem.code for problem in result.problems] == [Code.APPS_USER_NOT_SCANNED]
        (words,) = winget.calls()
        assert words == [
            "upgrade", "--scope", "machine", "--include-unknown", "--source", "winget",
            "--accept-source-agreements", "--disable-interactivity",
        ]  # fmt: skip

    async def test_what_is_pinned_is_asked_for_by_name(self, winget: StandIn) -> None:
        pinned = ("Żubr", "Zubr.Zubr", "6.0", "6.1", "winget")
        winget.answers(
            {"when": ["upgrade", "--include-pinned"], "print": shown(GIT, pinned) + PINNED.format(1)},
            {"when": ["upgrade"], "print": shown(GIT) + PINNED.format(2)},
        )

        result = await winget.provider().scan(log=quiet, progress=quiet)

        assert [(app.id, app.pinned) for app in result.apps] == [("Git.Git", False), ("Zubr.Zubr", True)]
        assert [one.params for one in result.problems if one.code == Code.APPS_PINS_HIDDEN] == [{"count": 1}]

    async def test_winget_that_cannot_name_them_still_tells_how_many(self, winget: StandIn) -> None:
        winget.answers(
            {"when": ["upgrade", "--include-pinned"], "print": "unknown argument", "exit": 0x8A150002},
            {"when": ["upgrade"], "print": shown(GIT) + PINNED.format(2)},
        )

        result = await winget.provider().scan(log=quiet, progress=quiet)

        assert [app.id for app in result.apps] == ["Git.Git"]
        assert [one.params for one in result.problems if one.code == Code.APPS_PINS_HIDDEN] == [{"count": 2}]

    async def test_nothing_newer_is_an_empty_list(self, winget: StandIn) -> None:
        winget.answers({"when": ["upgrade"], "print": "Nic nowszego.\r\n", "exit": NOTHING})

        assert (await winget.provider().scan(log=quiet, progress=quiet)).apps == ()

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ({"print": "", "exit": 0}, Code.APPS_UNREADABLE),
            ({"print": "Name Id\r\n------------\r\nwhatever\r\n", "exit": 0}, Code.APPS_UNREADABLE),
            ({"print": "Error", "exit": 0x8A150001}, Code.APPS_FAILED),
            ({"print": "", "exit": 0xC0000135}, Code.APPS_NOT_AVAILABLE),
            ({"print": "", "exit": 0x8A15003A}, Code.APPS_BLOCKED),
        ],
    )
    async def test_failure_is_never_an_empty_list(self, winget: StandIn, answer: dict[str, Any], code: Code) -> None:
        winget.answers({"when": ["upgrade"], **answer})

        with pytest.raises(ProviderError) as caught:
            await winget.provider().scan(log=quiet, progress=quiet)

        assert caught.value.error.code == code

    async def test_broken_source_is_set_up_anew_once(self, winget: StandIn) -> None:
        winget.answers(
            {"when": ["upgrade"], "exit": BROKEN, "once": True},
            {"when": ["source", "reset", "--force"]},
            {"when": ["upgrade"], "print": shown(GIT)},
        )

        result = await winget.provider().scan(log=quiet, progress=quiet)

        assert [app.id for app in result.apps] == ["Git.Git"]
        assert [words[0] for words in winget.calls()] == ["upgrade", "source", "upgrade"]

    async def test_source_that_stays_broken_is_an_error(self, winget: StandIn) -> None:
        winget.answers({"when": ["upgrade"], "exit": BROKEN}, {"when": ["source"]})

        with pytest.raises(ProviderError) as caught:
            await winget.provider().scan(log=quiet, progress=quiet)

        assert caught.value.error.code == Code.APPS_SOURCE_BROKEN
        assert len(winget.calls()) == 3

    async def test_id_that_was_cut_off_is_found_by_details(self, winget: StandIn) -> None:
        details = f"(1/1) {LONG_NAME} [{LONG_ID}]\r\nVersion: 17.1\r\nUpgrades:\r\n  winget [17.2]\r\n"
        narrow = shown((LONG_NAME, LONG_ID, "17.1", "17.2", "winget"), console=80)
        winget.answers({"when": ["upgrade"], "print": narrow}, {"when": ["list", "--details"], "print": details})

        (app,) = (await winget.provider().scan(log=quiet, progress=quiet)).apps

        assert (app.id, app.id_truncated) == (LONG_ID, False)

    async def test_id_that_was_cut_off_is_found_by_the_export_of_an_older_winget(self, winget: StandIn) -> None:
        packages = [{"PackageIdentifier": LONG_ID, "Version": "17.1"}]
        winget.answers(
            {"when": ["upgrade"], "print": shown((LONG_NAME, LONG_ID, "17.1", "17.2", "winget"), console=80)},
            {"when": ["list", "--details"], "print": "Argument name was not recognized", "exit": 0x8A150002},
            {"when": ["export"], "file": json.dumps({"Sources": [{"Packages": packages}]})},
        )

        (app,) = (await winget.provider().scan(log=quiet, progress=quiet)).apps

        assert (app.id, app.id_truncated) == (LONG_ID, False)

    async def test_id_that_two_could_be_stays_unresolved_and_is_said(self, winget: StandIn) -> None:
        packages = [{"PackageIdentifier": LONG_ID}, {"PackageIdentifier": LONG_ID + ".Two"}]
        winget.answers(
            {"when": ["upgrade"], "print": shown((LONG_NAME, LONG_ID, "17.1", "17.2", "winget"), console=80)},
            {"when": ["list", "--details"], "exit": 0x8A150002},
            {"when": ["export"], "file": json.dumps({"Sources": [{"Packages": packages}]})},
        )

        result = await winget.provider().scan(log=quiet, progress=quiet)

        assert result.apps[0].id_truncated
        assert Code.APPS_UNRESOLVED_ID in [problem.code for problem in result.problems]

    async def test_missing_winget_is_said(self) -> None:
        with pytest.raises(ProviderError) as caught:
            await WingetApps(locate=lambda: None).scan(log=quiet, progress=quiet)

        assert caught.value.error.code == Code.APPS_NOT_AVAILABLE


class TestUserScope:
    def provider(self, winget: StandIn, tmp_path: Path, users: list[str]) -> tuple[WingetApps, StandIn]:
        own = StandIn(tmp_path / "user")

        async def run_as_user(argv: Sequence[str], user: str, timeout: float) -> Completed:
            if user == "gone":
                raise ProcessTimeoutError(argv[0])
            assert argv[:4] == ["cmd.exe", "/d", "/c", "winget"]
            words = [sys.executable, str(own.folder / "winget.py"), *argv[4:]]
            done = await run_collecting(words, timeout=timeout)
            assert done.exit_code == 0, done.stderr
            return Completed(int((own.folder / "exit").read_text()), done.stdout, done.stderr)

        return winget.provider(run_as_user=run_as_user, signed_in_users=lambda: users), own

    async def test_applications_of_signed_in_users_are_found_and_upgraded_in_their_session(
        self, winget: StandIn, tmp_path: Path
    ) -> None:
        provider, own = self.provider(winget, tmp_path, ["anna", "gone"])
        winget.answers({"when": ["upgrade"], "print": shown(GIT)})
        own.answers({"when": ["upgrade"], "print": shown(("Mine", "My.App", "1.0", "1.1", "winget"))})

        found = await provider.scan(log=quiet, progress=quiet)
        done = await provider.upgrade((AppChoice("My.App", "user"),), log=quiet, progress=quiet)

        assert [(app.id, app.scope, app.user) for app in found.apps] == [
            ("Git.Git", "machine", None), ("My.App", "user", "anna"),
        ]  # fmt: skip
        assert found.user_scopes == ("anna",)
        assert [(problem.code, problem.params["user"]) for problem in found.problems] == [
            (Code.APPS_USER_NOT_SCANNED, "gone")
        ]
        assert done.apps[0].outcome == "upgraded"
        assert own.calls()[-1][:5] == ["upgrade", "--exact", "--id", "My.App", "--scope"]
        assert "user" in own.calls()[-1]

    async def test_choice_of_a_user_without_sessions_is_skipped(self, winget: StandIn) -> None:
        winget.answers()

        done = await winget.provider().upgrade((AppChoice("My.App", "user"),), log=quiet, progress=quiet)

        assert [(app.outcome, app.error and app.error.code) for app in done.apps] == [
            ("skipped", Code.APPS_USER_NOT_SCANNED)
        ]


class TestUpgrade:
    async def upgrade(self, winget: StandIn, *ids: str) -> tuple[AppOutcome, ...]:
        return (await winget.provider().upgrade(choices(*ids), log=quiet, progress=quiet)).apps

    async def test_chosen_application_is_upgraded_unattended(self, winget: StandIn) -> None:
        winget.answers({"when": ["upgrade", "--id"], "print": "Successfully installed\r\n"})
        heard: list[str] = []

        result = await winget.provider().upgrade(
            choices("Git.Git"), log=lambda _, text: heard.append(text), progress=quiet
        )

        assert [(app.id, app.outcome, app.exit_code) for app in result.apps] == [("Git.Git", "upgraded", 0)]
        assert "Successfully installed" in "".join(heard)
        assert winget.calls() == [
            [
                "upgrade", "--exact", "--id", "Git.Git", "--scope", "machine", "--silent", "--include-unknown",
                "--accept-package-agreements", "--source", "winget", "--accept-source-agreements",
                "--disable-interactivity",
            ]
        ]  # fmt: skip

    async def test_all_leaves_out_what_is_pinned_unknown_or_cut_off(self, winget: StandIn) -> None:
        tables = shown(GIT, UNKNOWN) + "\r\n" + shown(("Pin", "Pin.Pin", "1", "2", "winget"))
        cut = shown((LONG_NAME, LONG_ID, "17.1", "17.2", "winget"), console=80)
        winget.answers(
            {"when": ["upgrade", "--id"]},
            {"when": ["upgrade"], "print": cut + "\r\n" + tables},
            {"when": ["list"], "exit": 0x8A150002},
            {"when": ["export"], "exit": 0x8A150002, "file": ""},
        )

        result = await winget.provider().upgrade(None, log=quiet, progress=quiet)

        codes = {app.id: app.error.code if app.error else app.outcome for app in result.apps}
        assert codes.pop("Pin.Pin") == Code.APPS_PINNED
        assert Code.APPS_UNRESOLVED_ID in codes.values()
        assert [words[3] for words in winget.calls() if "--id" in words] == [
            name for name, outcome in codes.items() if outcome == "upgraded"
        ]
        assert not any(word.endswith("…") for words in winget.calls() for word in words)

    @pytest.mark.parametrize("identifier", ["Cut.O…", "Cut.O...", "--all", "-h"])
    async def test_id_that_cannot_be_meant_is_never_run(self, winget: StandIn, identifier: str) -> None:
        (outcome,) = await self.upgrade(winget, identifier)

        assert (outcome.outcome, outcome.error and outcome.error.code) == ("skipped", Code.APPS_UNRESOLVED_ID)
        assert not (winget.folder / "calls.jsonl").exists()

    async def test_one_failure_stops_no_other(self, winget: StandIn) -> None:
        text = "Installer failed with exit code: 1603\r\n"
        winget.answers(
            {"when": ["Bad.App"], "print": text, "exit": FAILED_MSI},
            {"when": ["Pin.App"], "exit": 0x8A150068},
            {"when": ["Done.App"], "exit": RESTART},
            {"when": ["New.App"], "exit": NOTHING},
        )

        result = await winget.provider().upgrade(
            choices("Bad.App", "Pin.App", "Done.App", "New.App"), log=quiet, progress=quiet
        )

        assert [(app.outcome, app.error and app.error.code) for app in result.apps] == [
            ("failed", Code.APPS_FAILED), ("failed", Code.APPS_PINNED), ("upgraded", None), ("nothing_to_do", None),
        ]  # fmt: skip
        assert result.apps[0].error is not None and result.apps[0].error.params["installer_code"] == 1603
        assert result.restart_required and result.apps[2].restart_required

    async def test_what_may_go_later_is_tried_three_times(self, winget: StandIn) -> None:
        winget.answers({"when": ["upgrade"], "exit": BUSY})

        (outcome,) = await self.upgrade(winget, "Git.Git")

        assert outcome.error is not None and outcome.error.code == Code.APPS_TRY_LATER
        assert len(winget.calls()) == 3

    async def test_second_try_that_works_is_a_success(self, winget: StandIn) -> None:
        winget.answers({"when": ["upgrade"], "exit": BUSY, "once": True}, {"when": ["upgrade"]})

        assert [outcome.outcome for outcome in await self.upgrade(winget, "Git.Git")] == ["upgraded"]

    async def test_program_that_hangs_is_stopped_and_told_of(self, tmp_path: Path) -> None:
        async def hangs(argv: Sequence[str], *, timeout: float, log: Any) -> Completed:
            words = [sys.executable, "-c", "import time; time.sleep(60)"]
            return await run_program(words, timeout=0.5, log=log)

        provider = WingetApps(locate=lambda: tmp_path / "winget.exe", run=hangs)

        async with asyncio.timeout(patient()):
            result = await provider.upgrade(choices("Git.Git"), log=quiet, progress=quiet)

        assert [(app.outcome, app.error and app.error.code) for app in result.apps] == [("failed", Code.APPS_FAILED)]
