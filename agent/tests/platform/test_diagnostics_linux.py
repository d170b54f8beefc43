"""What `doctor` asks Linux: the package manager, and systemd. `systemctl` is one of our own here."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Linux' own", allow_module_level=True)

from bosman_agent.platform.diagnostics import posix as diagnostics

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is not installed here")


class TestPackages:
    @needs_apt
    def test_journal_that_dpkg_left_is_an_interruption(self, tmp_path: Path) -> None:
        updates = tmp_path / "updates"
        updates.mkdir()
        (updates / "tmp.i").touch()
        (ready,) = diagnostics.platform_findings(tmp_path)
        (updates / "0003").touch()
        (interrupted,) = diagnostics.platform_findings(tmp_path)
        assert (ready.key, interrupted.key) == ("doctor.apt_ready", "doctor.dpkg_interrupted")
        assert interrupted.verdict == "problem"

    @needs_apt
    def test_dpkg_without_a_journal_has_finished(self, tmp_path: Path) -> None:
        assert diagnostics.platform_findings(tmp_path)[0].key == "doctor.apt_ready"

    def test_machine_without_apt_is_left_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert [found.verdict for found in diagnostics.platform_findings()] == ["skipped"]


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let `systemctl` be a program that does this."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(diagnostics, "TIMEOUT_SECONDS", 0.5)

    def be(body: str) -> None:
        program = tmp_path / "systemctl"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    return be


class TestService:
    @pytest.mark.parametrize(
        ("body", "state"),
        [
            ("printf 'LoadState=loaded\\nActiveState=active\\n'", "running"),
            ("printf 'LoadState=loaded\\nActiveState=failed\\n'", "stopped"),
            ("printf 'LoadState=not-found\\nActiveState=inactive\\n'", "missing"),
            ("exec sleep 30", "unknown"),
        ],
    )
    def test_word_of_systemd_is_understood(self, tmp_path: Path, systemctl: Any, body: str, state: str) -> None:
        systemctl(body)
        assert diagnostics.service_state(tmp_path) == state

    def test_without_systemd_nothing_is_asked(self, tmp_path: Path, systemctl: Any) -> None:
        systemctl("touch asked")
        assert diagnostics.service_state(tmp_path / "none") == "unknown"

    def test_missing_systemctl_is_no_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path / "empty"))
        assert diagnostics.service_state(tmp_path) == "unknown"
