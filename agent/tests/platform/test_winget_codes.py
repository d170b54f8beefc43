"""Exit codes of winget, where it lies, and which of its ids may stand on a command line."""

from pathlib import Path

import pytest

from bosman_agent.platform.winget.codes import failure_of, installer_code, meaning_of, symbols
from bosman_agent.platform.winget.locate import find_winget
from bosman_agent.platform.winget.upgrade import is_usable
from bosman_protocol.codes import Code

NOTHING = 0x8A15002B
BUSY = 0x8A150102
FAILED_MSI = 0x8A150049


class TestCodes:
    def test_table_is_whole(self) -> None:
        assert len(symbols()) == 202
        assert symbols()[NOTHING] == "UPDATE_NOT_APPLICABLE"

    @pytest.mark.parametrize("exit_code", [BUSY, BUSY - 2**32])
    def test_codes_are_known_signed_and_unsigned(self, exit_code: int) -> None:
        assert failure_of(exit_code).code == Code.APPS_TRY_LATER
        assert failure_of(exit_code).params["symbol"] == "INSTALL_INSTALL_IN_PROGRESS"

    def test_every_documented_code_has_a_meaning(self) -> None:
        outcomes = {number: meaning_of(number, "") for number in symbols()}

        assert {meaning.outcome for meaning in outcomes.values()} == {"upgraded", "nothing_to_do", "failed"}
        assert all((meaning.outcome == "failed") == (meaning.error is not None) for meaning in outcomes.values())

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Installer failed with exit code: 1603\r\n", 1603),
            ("Instalator zakończył się kodem: 3010\n(1/1) x\n", 3010),
            ("終了コード：-2147023673", -2147023673),
            ("exit code: 0x80070643", 0x80070643),
            ("no number", None),
        ],
    )
    def test_installers_own_code_is_read_in_any_language(self, text: str, code: int | None) -> None:
        assert installer_code(text) == code

    def test_installer_that_only_wants_a_restart_has_not_failed(self) -> None:
        meaning = meaning_of(FAILED_MSI, "Installer failed with exit code: 3010")

        assert (meaning.outcome, meaning.restart_required) == ("upgraded", True)


class TestLocate:
    def test_newest_version_is_found_by_number(self, tmp_path: Path) -> None:
        for version, tail in (
            ("1.9.25200.0", "x64"),
            ("1.22.11132.0", "x64"),
            ("1.30.1.0", "x86"),
            ("1.31.0.0", "x64"),
        ):
            folder = tmp_path / "WindowsApps" / f"Microsoft.DesktopAppInstaller_{version}_{tail}__8wekyb3d8bbwe"
            folder.mkdir(parents=True)
            if version != "1.31.0.0":
                (folder / "winget.exe").touch()
        (tmp_path / "WindowsApps" / "Microsoft.DesktopAppInstaller_9.9.9.9_x64__evil").mkdir()

        found = find_winget(tmp_path)

        assert found is not None and "1.22.11132.0" in found.parent.name

    def test_none_where_there_is_no_such_folder(self, tmp_path: Path) -> None:
        assert find_winget(tmp_path) is None


class TestIsUsable:
    @pytest.mark.parametrize("identifier", ["Git.Git", "Notepad++.Notepad++", "9NBLGGH4NNS1", "a"])
    def test_real_ids_are(self, identifier: str) -> None:
        assert is_usable(identifier)

    @pytest.mark.parametrize("identifier", ["", "a b", "-a", "a&b", "a|b", "%PATH%", 'a"b', "a\n", "a…", "a(b)", "!x!"])
    def test_what_a_shell_would_take_for_its_own_is_not(self, identifier: str) -> None:
        assert not is_usable(identifier)
