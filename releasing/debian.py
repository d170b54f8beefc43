"""The Debian package around a version folder: its files as they lie on a machine, then dpkg-deb."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from email.utils import formatdate
from pathlib import Path

from releasing.bundle import EPOCH_VARIABLE, source_epoch
from releasing.payload import LINUX, BuildError

DPKG_SECONDS = 600
SCRIPTS = ("postinst", "prerm", "postrm")
HOME = Path("usr/lib/bosman-agent")


def debian_version(version: str) -> str:
    """A version as dpkg sorts it: 1.0rc1 comes before 1.0, which takes a tilde (deb-version(7))."""
    return re.sub(r"(\d)([a-z])", r"\1~\2", version, count=1)


def build_package(tree: Path, output: Path, work: Path, *, version: str, quick: bool = False) -> Path:
    """The package of a version folder, in `output`; `work` is an empty folder, `quick` packs badly, for tests.

    The same input and SOURCE_DATE_EPOCH give the same bytes. Raises BuildError.
    """
    dpkg = shutil.which("dpkg-deb")
    if dpkg is None:
        raise BuildError("dpkg-deb is not installed (Debian and its relatives have it)")
    root = work / "root"
    _lay_out(tree, root, version)
    _write_control(root, version)
    _settle_modes(root)
    package = output / f"bosman-agent_{version}_amd64.deb"
    command = [dpkg, "--root-owner-group", *_packing(quick=quick), "--build"]
    command += [str(root), str(package)]
    done = subprocess.run(  # noqa: S603 - fixed words and our own paths
        command, capture_output=True, text=True, timeout=DPKG_SECONDS, check=False,
        env={**os.environ, EPOCH_VARIABLE: str(source_epoch())},
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildError(f"dpkg-deb: {done.stderr.strip()[-2000:]}")
    return package


def _packing(*, quick: bool) -> list[str]:
    return ["-Zgzip", "-z1"] if quick else ["-Zxz"]


def _lay_out(tree: Path, root: Path, version: str) -> None:
    shutil.copytree(tree, root / HOME / "versions" / version, ignore=shutil.ignore_patterns("__pycache__"))
    (root / HOME / "packaged").write_text(f"{version}\n")
    places = {
        LINUX / "debian/bosman-agent": root / "usr/bin/bosman-agent",
        LINUX / "bosman-agent.service": root / "lib/systemd/system/bosman-agent.service",
        LINUX / "debian/lintian-overrides": root / "usr/share/lintian/overrides/bosman-agent",
    }
    for source, target in places.items():
        target.parent.mkdir(parents=True)
        shutil.copyfile(source, target)
    (root / "usr/bin/bosman-agent").chmod(0o755)
    papers = root / "usr/share/doc/bosman-agent"
    papers.mkdir(parents=True)
    (papers / "copyright").write_text((LINUX / "debian/copyright.in").read_text().format(version=version))
    change = (
        f"bosman-agent ({debian_version(version)}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n"
        f" -- The Bosman contributors <bosman@example.org>  {formatdate(source_epoch())}\n"
    )
    (papers / "changelog.gz").write_bytes(gzip.compress(change.encode(), mtime=0))
    manual = root / "usr/share/man/man1/bosman-agent.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress((LINUX / "debian/bosman-agent.1").read_bytes(), mtime=0))


def _write_control(root: Path, version: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    control = root / "DEBIAN"
    control.mkdir()
    size = sum(path.stat().st_size for path in files) // 1024
    text = (LINUX / "debian/control.in").read_text().format(version=debian_version(version), size_kib=size)
    (control / "control").write_text(text)
    # dpkg's own format; whoever wants safety checks the package's SHA-256.
    sums = (f"{_md5(path)}  {path.relative_to(root)}\n" for path in files)
    (control / "md5sums").write_text("".join(sums))
    for name in SCRIPTS:
        shutil.copyfile(LINUX / "debian" / name, control / name)
        (control / name).chmod(0o755)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _settle_modes(root: Path) -> None:
    """Nothing of the builder's umask goes into the package."""
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
