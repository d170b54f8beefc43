"""The gate for slow tests: what it reports, and when it fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testkit import durations
from testkit.patience import patient

TESTS = """
import time
import pytest

def test_quick(): pass
def test_waits(): time.sleep(0.2)
@pytest.mark.slow(reason="it is meant to")
def test_says_why(): time.sleep(0.2)
"""
PLUGIN = """
from testkit import durations
from testkit.durations import *
durations.MOST_SECONDS = 0.1
durations.os.getloadavg = lambda: ({load}, {load}, {load})
"""


def run(folder: Path, mode: str, load: float, tests: str = TESTS) -> tuple[int, str]:
    (folder / "test_them.py").write_text(tests)
    (folder / "gate.py").write_text(PLUGIN.format(load=load))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "gate", "-p", "no:cacheprovider", "-c", os.devnull,
               "--rootdir", str(folder), str(folder)]  # fmt: skip
    environment = {**os.environ, "BOSMAN_TEST_DURATIONS": mode, "PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=patient(), check=False, env=environment, cwd=folder
    )
    return done.returncode, done.stdout + done.stderr


class TestGate:
    @pytest.mark.parametrize(("mode", "load", "code"), [("", 0, 0), ("fail", 0, 1), ("fail", 1000, 0)])
    def test_slow_test_is_named_and_fails_only_where_it_was_asked_for_on_a_quiet_machine(
        self, tmp_path: Path, mode: str, load: float, code: int
    ) -> None:
        found, said = run(tmp_path, mode, load)
        assert found == code, said
        assert "test_waits" in said and "test_says_why" not in said and "test_quick" not in said
        assert ("busy machine" in said) == (load > 0)

    def test_reason_is_demanded(self, tmp_path: Path) -> None:
        code, said = run(tmp_path, "", 0, TESTS.replace('(reason="it is meant to")', ""))
        assert code == pytest.ExitCode.USAGE_ERROR and "says why" in said

    def test_limit_is_three_seconds(self) -> None:
        assert durations.MOST_SECONDS == 3
