"""Opening the journal's file: durable settings, one process only, a damaged file put aside."""

import logging
import sqlite3
import time
from pathlib import Path

from bosman_agent.journal.records import JournalBusyError

log = logging.getLogger(__name__)

RESERVE_BYTES = 2 * 1024 * 1024
KEPT_DAMAGED_FILES = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    task_id BLOB PRIMARY KEY,
    payload BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'running', 'finished')),
    received_at REAL NOT NULL,
    started_at REAL,
    finished_at REAL,
    chunk_count INTEGER NOT NULL DEFAULT 0,
    outcome BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS task_unfinished ON task (received_at) WHERE state <> 'finished';
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    msg_id TEXT NOT NULL UNIQUE,
    payload BLOB NOT NULL,
    task_id BLOB,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS outbox_task ON outbox (task_id) WHERE task_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS nonce (nonce BLOB PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_SIDE_FILES = ("", "-wal", "-shm")


def suspect_marker(path: Path) -> Path:
    """A file that says: damage was met while running, do not trust the database at the next start."""
    return path.with_suffix(".suspect")


def mark_suspect(path: Path) -> None:
    """Leave the marker. A disk that does not take it costs this: the next start finds the damage, or does not."""
    try:
        suspect_marker(path).touch()
    except OSError:
        log.exception("damage of the journal cannot be marked", extra={"path": path})


def open_database(path: Path) -> tuple[sqlite3.Connection, bool]:
    """The open database, and whether a damaged one had to be put aside.

    Raises JournalBusyError, sqlite3.OperationalError (no access, no room), OSError.
    """
    reset = False
    if suspect_marker(path).exists():
        _put_aside(path)
        suspect_marker(path).unlink()
        reset = True
    try:
        return _connect(path), reset
    except sqlite3.DatabaseError as error:
        if _is_busy(error):
            raise JournalBusyError from error
        if not is_damage(error):
            raise
        log.exception("journal is damaged", extra={"path": path})
    _put_aside(path)
    return _connect(path), True


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file itself is broken."""
    return getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_full(error: sqlite3.Error) -> bool:
    """Whether an error says that there is no room; SQLite reports a full disk as an I/O error at times."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=1.0, check_same_thread=True)
    try:
        # Exclusive: a second agent on the same folder must fail at once instead of doing the work twice.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 4194304")
        connection.execute("PRAGMA cache_size = -2000")
        connection.execute("PRAGMA temp_store = MEMORY")
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            damage = sqlite3.DatabaseError(verdict)
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage  # noqa: TRY301 - takes the same way as damage that SQLite reports itself
        connection.executescript("BEGIN IMMEDIATE;" + SCHEMA + "COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _put_aside(path: Path) -> None:
    """Keep the damaged files for whoever looks into it, but never more than a few of them."""
    stamp = time.strftime("%Y%m%dT%H%M%S") + f"{time.time_ns() % 1_000_000_000:09d}"
    for side in _SIDE_FILES:
        source = path.with_name(path.name + side)
        if source.exists():
            source.replace(path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}{side}"))
    damaged = sorted(path.parent.glob(f"{path.stem}.damaged-*"))
    stamps = sorted({file.name.split("-")[1][:24] for file in damaged})
    for file in damaged:
        if file.name.split("-")[1][:24] not in stamps[-KEPT_DAMAGED_FILES:]:
            file.unlink(missing_ok=True)


class Reserve:
    """A file that holds room on the disk for results: given up when the disk is full, taken back later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.held = False

    def hold(self) -> bool:
        """Take the room if it is not held. False when the disk has none."""
        if self.held:
            return True
        try:
            if self._path.exists() and self._path.stat().st_size >= RESERVE_BYTES:
                self.held = True
                return True
            self._path.touch(mode=0o600)
            with self._path.open("wb") as file:
                file.write(b"\0" * RESERVE_BYTES)
        except OSError:
            self.release()
            return False
        self.held = True
        return True

    def release(self) -> bool:
        """Give the room back to the disk. False when there was none to give, or the disk does not take it."""
        self.held = False
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError:
            log.exception("the reserve cannot be given up", extra={"path": self._path})
            return False
        return True


def is_in_use(path: Path) -> bool:
    """Whether a running agent holds the journal."""
    if not path.exists():
        return False
    try:
        connection = sqlite3.connect(path, timeout=0.2)
    except sqlite3.Error:
        return False
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        return _is_busy(error)
    finally:
        connection.close()
    return False


def remove_journal(path: Path) -> None:
    """Delete the journal with everything that belongs to it. Raises OSError."""
    for side in _SIDE_FILES:
        path.with_name(path.name + side).unlink(missing_ok=True)
    suspect_marker(path).unlink(missing_ok=True)
    path.with_suffix(".reserve").unlink(missing_ok=True)
    for damaged in path.parent.glob(f"{path.stem}.damaged-*"):
        damaged.unlink(missing_ok=True)
