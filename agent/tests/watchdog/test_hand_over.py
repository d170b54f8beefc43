"""Handing over to the watchdog of another version: real processes, and one that could not start is not handed to."""

import json
import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.foreground import hand_over
from testkit.patience import patient

HAND_OVER = """
import sys
import threading
from pathlib import Path
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.watchdog.home import Home, read_about
from bosman_agent.watchdog.foreground import hand_over

root, data = map(Path, sys.argv[1:])
hand_over(DataDir(data), Home(root, read_about(root / "versions" / "1.0")), "2.0", "hung", threading.Event())
"""
KEEPS = """
import json
print(json.dumps([*sys.argv[1:], os.environ.get("BOSMAN_AGENT_PREVIOUS_END", "")]), flush=True)
"""


@pytest.fixture
def versions(installed: Any) -> Any:
    """1.0 that hands over, and 2.0 that does nothing but to say how it was called."""
    installed.add_program("1.0", "")
    folder = installed.add_program("2.0", "")
    installed.write_program(folder, f"#!{sys.executable} -ISu\nimport os, sys\n{KEEPS}")
    return installed


def test_other_version_is_tried_then_takes_the_place_of_this_process(versions: Any) -> None:
    command = [sys.executable, "-c", HAND_OVER, str(versions.root), str(versions.data.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": ""})
    said, _ = process.communicate(timeout=patient())
    tried, became = map(json.loads, said.splitlines())
    assert tried == ["watch", "--data-dir", str(versions.data.root), "--try", ""]
    assert became == ["watch", "--data-dir", str(versions.data.root), "hung"]
    assert process.returncode == 0


@pytest.mark.parametrize("body", ["raise SystemExit(1)\n", "import nothing_of_the_kind\n"])
def test_version_whose_watchdog_cannot_start_is_not_handed_to(versions: Any, body: str) -> None:
    versions.write_program(versions.folder("2.0"), f"#!{sys.executable} -IS\n{body}")
    with pytest.raises(subprocess.CalledProcessError):
        hand_over(DataDir(versions.data.root), versions.home("1.0"), "2.0", "", threading.Event())


def test_wish_to_stop_is_not_lost_to_the_other_watchdog(versions: Any) -> None:
    stop = threading.Event()
    stop.set()
    hand_over(DataDir(versions.data.root), versions.home("1.0"), "2.0", "", stop)


def test_missing_program_is_not_handed_to(versions: Any) -> None:
    (versions.folder("2.0") / "bin" / "bosman-agent").unlink()
    with pytest.raises(FileNotFoundError):
        hand_over(DataDir(versions.data.root), versions.home("1.0"), "2.0", "", threading.Event())
