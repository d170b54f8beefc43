"""A database cluster that holds the schema already: made once per run, copied for every stack.

Not one server for all stacks, with a database for each: roles belong to a server, and tests alter, limit and lock out
those of Bosman. A copy starts in a third of a second, too, and is what `bosman up` finds at its second start.
"""

import asyncio
import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

from bosman_server.embedded.postgres import EmbeddedPostgres
from bosman_server.kit.db.migrate import ensure_roles, upgrade
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE

_KEPT = ("data", "owner_password")
_ANY = "set anew by each start"


def prepared_cluster(shared: Path) -> Path:
    """The cluster of this run, below a folder that all its workers share; whoever comes first makes it."""
    place = shared / "prepared-cluster"
    with (shared / "prepared-cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _make(place)
    return place


def _make(place: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="bosman-prepared-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user below it
    try:
        root = folder / "postgres"
        asyncio.run(_migrate(root))
        with (root / "data" / "postgresql.conf").open("a") as settings:
            # Processes are killed here, never the machine: what the kernel has taken is not lost.
            settings.write("fsync = off\n")
        staged = place.with_suffix(".new")
        staged.mkdir()
        for name in _KEPT:
            _copy(root / name, staged)
        staged.rename(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _migrate(root: Path) -> None:
    server = EmbeddedPostgres(root, settings={"fsync": "off"})
    endpoint = await server.start()
    try:
        await ensure_roles(endpoint.owner_dsn, dict.fromkeys((APP_ROLE, WORKER_ROLE), _ANY))
        await upgrade(endpoint.owner_dsn)
    finally:
        await server.stop()


def put_cluster(prepared: Path, state_dir: Path) -> None:
    """Put a copy into a state directory, where `bosman up` finds it."""
    root = state_dir / "postgres"
    root.mkdir(parents=True)
    for name in _KEPT:
        _copy(prepared / name, root)


def _copy(what: Path, into: Path) -> None:
    """With its owner, who is not us."""
    subprocess.run(["cp", "-a", "--reflink=auto", what, into], check=True)
