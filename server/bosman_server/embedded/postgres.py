"""A PostgreSQL of our own for `bosman up`: found or started, on a Unix socket only."""

import asyncio
import os
import random
import secrets
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil
import structlog

from bosman_server.embedded.accounts import Account
from bosman_server.embedded.postgres_binaries import find_binaries
from bosman_server.embedded.postgres_layout import PostgresLayout
from bosman_server.embedded.process import (
    EmbeddedServerError,
    command_line,
    exclusive,
    is_alive,
    keep,
    processes_named,
    reap,
    tail,
    terminate,
    wait_gone,
    working_directory,
    write_atomically,
)
from bosman_server.kit.db.transaction import Connection

OWNER = "bosman_owner"
DATABASE = "bosman"
OS_USER_VARIABLE = "BOSMAN_POSTGRES_OS_USER"

_PORT = 5432  # only the suffix of the socket's name
_SHUTDOWN = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))  # fast, then immediate: recovered at next start
_PRUNE_SECONDS = 600.0
_CONNECT_ATTEMPTS = 5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PostgresEndpoint:
    """How to reach a running server."""

    socket_dir: Path
    owner_password: str = field(repr=False)
    database: str = DATABASE

    def dsn(self, role: str, password: str, *, database: str | None = None) -> str:
        """Return a libpq URL for a role."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        where = f"host={quote(str(self.socket_dir), safe='')}&port={_PORT}"
        return f"postgresql://{who}@/{quote(database or self.database, safe='')}?{where}"

    @property
    def owner_dsn(self) -> str:
        """The URL of the superuser that owns the database."""
        return self.dsn(OWNER, self.owner_password)


class EmbeddedPostgres:
    """One data directory below `root`, and the server that runs on it.

    `start` attaches to a server that already runs there, whoever started it; a server survives the
    death of its launcher. As root the server runs as `os_user` (or BOSMAN_POSTGRES_OS_USER, else
    `bosman-pg`, which is made where it is missing), never as `nobody`; data that belongs to another
    account is taken over at start.
    """

    def __init__(
        self,
        root: Path,
        *,
        bin_dir: Path | None = None,
        os_user: str | None = None,
        settings: Mapping[str, str] | None = None,
        start_timeout_seconds: float = 120.0,
    ) -> None:
        self._root = root.absolute()
        self._bin_dir = bin_dir
        self._os_user = os_user
        self._settings = dict(settings or {})
        self._timeout = start_timeout_seconds
        self._pruning: asyncio.Task[None] | None = None

    async def start(self) -> PostgresEndpoint:
        """Make sure that a server runs and has our database; raise EmbeddedServerError if it cannot be.

        After a crash of the server this replays its log first, within the start timeout.
        """
        layout, password = await asyncio.to_thread(self._start)
        endpoint = PostgresEndpoint(await asyncio.to_thread(layout.socket_dir), password)
        await _ensure_database(endpoint)
        if self._pruning is None:
            self._pruning = asyncio.create_task(_prune_periodically(layout))
        return endpoint

    async def stop(self) -> None:
        """Shut the server down in order, whoever started it; nothing happens if none runs."""
        if self._pruning is not None:
            self._pruning.cancel()
            with suppress(asyncio.CancelledError):
                await self._pruning
            self._pruning = None
        await asyncio.to_thread(self._stop)

    def _start(self) -> tuple[PostgresLayout, str]:
        self._root.mkdir(parents=True, exist_ok=True)
        account = self._account()
        with exclusive(self._root / "start.lock", self._timeout):
            layout = PostgresLayout.prepare(self._root, account)
            _take_over(layout, account)
            postmaster = _find_postmaster(layout, account)
            if postmaster is not None:
                _wait_ready(layout, postmaster, self._timeout)
                _log.info("postgres_attached", pid=postmaster.pid)
            else:
                _clear_leftovers(layout, account)
                binaries = find_binaries(self._bin_dir, layout.data_major(), account, layout.copies)
                if not layout.data.exists():
                    _init_data(layout, account, binaries)
                self._launch(layout, account, binaries)
            return layout, layout.password()

    def _launch(self, layout: PostgresLayout, account: Account, binaries: Path) -> None:
        layout.write_configuration(self._settings)
        layout.prune_logs()
        configuration = f"config_file={layout.configuration}"
        command: list[str | Path] = [binaries / "postgres", "-D", layout.data, "-c", configuration]
        with layout.startup_log.open("wb") as output:
            child = account.spawn(command, output)
        keep(child)
        try:
            _wait_ready(layout, psutil.Process(child.pid), self._timeout)
        finally:
            reap()
        _log.info("postgres_started", pid=child.pid, home=str(layout.home))

    def _stop(self) -> None:
        if not self._root.is_dir():
            return
        account = self._account()
        with exclusive(self._root / "start.lock", self._timeout):
            layout = PostgresLayout.prepare(self._root, account)
            owner = Account.owner_of(layout.data) if layout.data.exists() else account
            postmaster = _find_postmaster(layout, owner)
            if postmaster is not None:
                terminate(postmaster, _SHUTDOWN)
                _log.info("postgres_stopped", pid=postmaster.pid)
        reap()

    def _account(self) -> Account:
        return Account.choose(self._os_user or os.environ.get(OS_USER_VARIABLE))


def _take_over(layout: PostgresLayout, account: Account) -> None:
    """Data of an account that the server ran as before (`nobody`, once) becomes this one's, after its server ended."""
    if not layout.data.exists():
        return
    owner = Account.owner_of(layout.data)
    if owner.uid == account.uid:
        return
    postmaster = _find_postmaster(layout, owner)
    if postmaster is not None:
        terminate(postmaster, _SHUTDOWN)
    _clear_leftovers(layout, owner)
    # The data last: as long as it is the other's, the next start goes on with this.
    for directory in (layout.logs, layout.home / "run", layout.data):
        if directory.is_dir():
            account.take_over(directory)
    _log.info("postgres_taken_over", from_uid=owner.uid, to_uid=account.uid)


def _find_postmaster(layout: PostgresLayout, account: Account) -> psutil.Process | None:
    """Find the server on our data directory; its children show other command lines."""
    for process in processes_named("postgres", account.uid):
        arguments = command_line(process)
        if arguments[1:3] == ["-D", str(layout.data)]:
            return process
    return None


def _wait_ready(layout: PostgresLayout, postmaster: psutil.Process, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while layout.ready_pid() != postmaster.pid:
        if not is_alive(postmaster):
            msg = f"PostgreSQL ended while it started: {tail(layout.startup_log)}{tail(layout.newest_log())}"
            raise EmbeddedServerError(msg)
        if time.monotonic() > deadline:
            msg = f"PostgreSQL was not ready within {timeout_seconds} s: {tail(layout.newest_log())}"
            raise EmbeddedServerError(msg)
        time.sleep(0.03)


def _clear_leftovers(layout: PostgresLayout, account: Account) -> None:
    """End what a killed postmaster left behind, and a lock that names somebody else's pid.

    A backend in a long query does not notice the death of its postmaster and holds shared memory that
    forbids a new start. Without a postmaster its work is lost already: ending it is safe.
    """
    orphans = [
        process
        for process in processes_named("postgres", account.uid)
        if working_directory(process) == str(layout.data)
    ]
    for orphan in orphans:
        with suppress(psutil.NoSuchProcess):
            orphan.send_signal(signal.SIGQUIT)
    for orphan in orphans:
        if not wait_gone(orphan, 5.0):
            terminate(orphan, ())
    reap()
    # PostgreSQL drops a lock of a dead pid itself, but takes a zombie or a reused pid for a rival.
    for lock in layout.lock_files():
        pid = layout.locked_by(lock)
        if pid is not None and psutil.pid_exists(pid):
            lock.unlink()


def _init_data(layout: PostgresLayout, account: Account, binaries: Path) -> None:
    """Make a cluster beside its final place, so that a crash leaves no half of one there."""
    staged = layout.home / "data.new"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    account.own(staged, 0o700)
    password = secrets.token_urlsafe(32)
    write_atomically(layout.password_file, password, 0o600)
    handed_over = layout.home / "initdb-password"
    write_atomically(handed_over, password, 0o600)
    try:
        account.own(handed_over, 0o600)
        result = account.run(
            [
                *(binaries / "initdb", "-D", staged, "-U", OWNER, "--auth=scram-sha-256"),
                *(f"--pwfile={handed_over}", "--encoding=UTF8", "--no-instructions", "--data-checksums"),
                *_locale(binaries, account),
            ],
            timeout_seconds=180,
        )
    finally:
        handed_over.unlink(missing_ok=True)
    if result.returncode != 0:
        msg = f"initdb failed: {result.stderr.decode(errors='replace')[-2000:]}"
        raise EmbeddedServerError(msg)
    staged.rename(layout.data)


def _locale(binaries: Path, account: Account) -> list[str]:
    """Return code point order, by PostgreSQL's own provider where it has one (17 and newer)."""
    options = account.run([binaries / "initdb", "--help"], timeout_seconds=20).stdout
    if b"--builtin-locale" in options:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


async def _ensure_database(endpoint: PostgresEndpoint) -> None:
    """Create the database; at every start, since a crash may have come between initdb and this."""
    connection = await _connect_owner(endpoint)
    try:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if known is None:
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close(timeout=5)


async def _connect_owner(endpoint: PostgresEndpoint) -> Connection:
    failure: Exception | None = None
    for attempt in range(_CONNECT_ATTEMPTS):
        try:
            return await asyncpg.connect(endpoint.dsn(OWNER, endpoint.owner_password, database="postgres"), timeout=10)
        except asyncpg.InvalidPasswordError as error:
            msg = "the owner's password on file is not that of the data directory"
            raise EmbeddedServerError(msg) from error
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            failure = error
            await asyncio.sleep(random.uniform(0, 0.2 * 2**attempt))  # noqa: S311  jitter is no secret
    msg = f"no connection to PostgreSQL: {failure!r}"
    raise EmbeddedServerError(msg) from failure


async def _prune_periodically(layout: PostgresLayout) -> None:
    """Keep the log bounded: PostgreSQL starts new files by size but deletes none."""
    while True:
        await asyncio.sleep(_PRUNE_SECONDS)
        await asyncio.to_thread(layout.prune_logs)
