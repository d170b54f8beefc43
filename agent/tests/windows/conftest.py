"""What runs on Windows' CPython only; `make test-windows` does so under Wine."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.wua.scene import Scene

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]


@pytest.fixture(scope="module")
def windows_update() -> Iterator[None]:
    """A stand-in for Windows Update, under its real class ids."""
    from testkit.wua import stand_in  # noqa: PLC0415 - for Windows only

    stand_in.register()
    yield
    stand_in.unregister()


@pytest.fixture
def scene(windows_update: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scenario for the stand-in."""
    made = Scene(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made
