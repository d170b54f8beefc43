"""run, status and uninstall as a person meets them."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.cli.commands import EXIT_FAILED, EXIT_NOT_ENROLLED, EXIT_USAGE
from bosman_agent.identity.config import NotEnrolledError, load_config
from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.main import main
from testkit.patience import patient

IMPORT_ALL = """
import contextlib, importlib, pkgutil, sys
import bosman_agent
for module in pkgutil.walk_packages(bosman_agent.__path__, 'bosman_agent.'):
    # What is for another platform asserts so, first of all.
    with contextlib.suppress(AssertionError):
        importlib.import_module(module.name)
print([name for name in sys.modules if name.startswith('bosman_server')])
"""


class TestRun:
    def test_device_that_is_not_enrolled_says_what_to_do(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["run", "--data-dir", str(tmp_path)]) == EXIT_NOT_ENROLLED
        assert "enroll" in capsys.readouterr().err

    def test_broken_configuration_names_the_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "agent.json").write_text("{")

        assert main(["run", "--data-dir", str(tmp_path)]) == EXIT_FAILED
        assert "agent.json" in capsys.readouterr().err

    def test_command_line_starts_without_heavy_modules(self) -> None:
        program = (
            "import sys; import bosman_agent.main;"
            "print([m for m in ('nats', 'psutil', 'asyncio', 'sqlite3', 'http.client') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=patient()
        )

        assert done.stdout == "[]\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="Wine hangs where every module is imported at once")
    def test_agent_never_imports_the_server(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True, timeout=patient()
        )

        assert done.stdout == "[]\n"


class TestWatch:
    @pytest.mark.parametrize("word", ["watch", "keep"])
    def test_device_that_is_not_enrolled_is_not_watched_whichever_word_its_unit_says(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
    ) -> None:
        assert main([word, "--data-dir", str(tmp_path)]) == EXIT_NOT_ENROLLED
        assert "enroll" in capsys.readouterr().err


class TestStatus:
    def test_not_enrolled(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["status", "--json", "--data-dir", str(tmp_path)]) == EXIT_NOT_ENROLLED
        assert json.loads(capsys.readouterr().out) == {"enrolled": False}

    def test_running_agent_is_connected_and_a_killed_one_is_not(
        self,
        agent_folder: Any,
        agent_process: Any,
        wait_until: Any,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        data, config = agent_folder()
        agent = agent_process(data).start()

        def status() -> dict[str, Any]:
            assert main(["status", "--json", "--data-dir", str(data.root)]) == 0
            answer: dict[str, Any] = json.loads(capsys.readouterr().out)
            return answer

        wait_until(lambda: status()["connected"])
        running = status()
        main(["status", "--data-dir", str(data.root)])
        text = capsys.readouterr().out
        agent.end()
        killed = status()

        assert running["device_id"] == str(config.device_id) and running["running"]
        assert str(config.device_id) in text and config.bus_urls[0] in text
        assert (killed["running"], killed["connected"]) == (False, False)


class TestUninstall:
    def test_own_files_go_and_others_stay(self, agent_folder: Any) -> None:
        data, _ = agent_folder()
        (data.root / "mine.txt").write_text("kept")

        assert main(["uninstall", "--yes", "--data-dir", str(data.root)]) == 0
        assert [path.name for path in data.root.iterdir()] == ["mine.txt"]
        with pytest.raises(NotEnrolledError):
            load_config(data)

    def test_folder_of_its_own_goes_too(self, agent_folder: Any) -> None:
        data, _ = agent_folder()

        main(["uninstall", "--yes", "--data-dir", str(data.root)])

        assert not data.root.exists()

    def test_nothing_happens_without_a_yes(self, agent_folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        data, _ = agent_folder()
        monkeypatch.setattr(sys, "stdin", io.StringIO("maybe\n"))

        assert main(["uninstall", "--data-dir", str(data.root)]) == EXIT_USAGE
        assert data.enrolled


class TestWritePrivate:
    def test_failed_write_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "file"
        write_private(path, b"old")

        def no_room(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="No space"):
            write_private(path, b"new")

        assert path.read_bytes() == b"old"
        assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_data_dir_comes_from_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOSMAN_AGENT_DATA_DIR", str(tmp_path))

        assert DataDir.locate(None).root == tmp_path
        assert DataDir.locate("/given").root == Path("/given")
