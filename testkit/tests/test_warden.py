"""A run that is killed leaves nothing behind."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from testkit.patience import patient, until

ROOT = Path(__file__).parents[2]


def lives(pid):
    """Whoever adopts the dead need not bury them."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def of_folders(folders):
    """Whoever names one of these folders on its command line or works in it, found without the warden's help."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                said = (entry / "cmdline").read_bytes().decode(errors="replace") + str((entry / "cwd").readlink())
            except OSError:
                continue
            if any(folder in said for folder in folders):
                found[int(entry.name)] = said
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "with-workers"])
@pytest.mark.slow(reason="a whole run is started and killed")
def test_killed_run_leaves_no_process_behind(tmp_path, workers):
    told, log = tmp_path / "told", tmp_path / "log"
    # Its folders are not ours: else our own warden could be the one who sweeps.
    command = [sys.executable, "-m", "pytest", "testkit/tests/killed_run.py", "-q", "-p", "no:cacheprovider", *workers]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"BOSMAN_KILLED_RUN": str(told), "TMPDIR": "/tmp"}
    with log.open("wb") as output:
        run = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=environment)
    try:
        until(lambda: told.exists() or run.poll() is not None, 120)
        assert told.exists(), log.read_text()
        said = ast.literal_eval(told.read_text())
        before = of_folders(said["folders"])
        names = [psutil.Process(pid).name() for pid in before]
        assert names.count("nats-server") == 2 and names.count("postgres") >= 2 and len(said["pids"]) == 2, names
        assert all(lives(pid) for pid in said["pids"].values())
        ours = {run.pid, said["pid"]}
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait(patient())
    until(lambda: not of_folders(said["folders"]), 120)
    until(lambda: not any(lives(pid) for pid in {*said["pids"].values(), *ours, *before}), 120)
    until(lambda: not Path(said["folders"][0]).parent.parent.exists())
