"""Where smartctl is looked for on Windows."""

from pathlib import Path

import pytest

from bosman_agent.platform.smart.locate import find_smartctl


def program(folder: Path) -> Path:
    folder.mkdir(parents=True)
    path = folder / "smartctl.exe"
    path.touch()
    return path


class TestFindSmartctl:
    def test_the_one_beside_the_agent_wins_over_an_installed_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = tmp_path / "agent" / "1.2.3"
        module = version / "app" / "bosman_agent" / "platform" / "smart" / "locate.py"
        beside = program(version / "tools")
        program(tmp_path / "programs" / "smartmontools" / "bin")
        monkeypatch.setenv("PROGRAMFILES", str(tmp_path / "programs"))

        assert find_smartctl(module) == str(beside)

    def test_installed_one_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        installed = program(tmp_path / "programs" / "smartmontools" / "bin")
        monkeypatch.setenv("PROGRAMFILES", str(tmp_path / "programs"))

        assert find_smartctl(tmp_path / "a" / "b" / "c" / "d" / "e.py") == str(installed)

    def test_none_where_there_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path))

        assert find_smartctl(tmp_path / "a" / "b" / "c" / "d" / "e.py") is None
