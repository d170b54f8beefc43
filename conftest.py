"""What every run of tests has, whatever it tests."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from testkit import patience
from testkit.patience import patient

pytest_plugins = ["testkit.durations"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test has as much more time as whatever it waits for."""
    factor = patient() / patience.SECONDS
    if factor != 1:
        for item in items:
            own = item.get_closest_marker("timeout")
            seconds = own.args[0] if own is not None else float(config.getini("timeout"))
            item.add_marker(pytest.mark.timeout(seconds * factor), append=False)


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_behind(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Temporary files of this run lie in one folder, and what runs there ends with the run, even a killed one."""
    if sys.platform == "win32":
        # There the machine itself, Wine's, ends with the run.
        return
    from testkit.warden import watch  # noqa: PLC0415 - reads what Windows has not

    base = tmp_path_factory.getbasetemp()
    folder = Path(tempfile.mkdtemp(prefix="bosman-run-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    # For good: whatever is done until the very end still finds it.
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    watch([base], folder)
