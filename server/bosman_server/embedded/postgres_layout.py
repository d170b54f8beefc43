"""The files of the embedded PostgreSQL."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bosman_server.embedded.accounts import Account
from bosman_server.embedded.process import EmbeddedServerError, write_atomically

_MAX_SOCKET_PATH = 99  # sun_path holds 108 bytes, and the lock file's name is longer by five
_FALLBACK_PARENT = Path("/var/lib")
_LOGS_KEPT = 5

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "10MB",
    "log_rotation_age": "0",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


@dataclass(frozen=True, slots=True)
class PostgresLayout:
    """Paths; `root` is ours alone, `home` is where the server's account can reach its data."""

    root: Path
    home: Path
    account: Account

    @classmethod
    def prepare(cls, root: Path, account: Account) -> "PostgresLayout":
        """Make the directories, and remember where they are.

        Root's own directories (0700) keep the server's account out. They are not loosened: the data
        then lives in /var/lib under a name derived from the root, which `root/location` tells.
        """
        location = root / "location"
        if location.is_file():
            home = Path(location.read_text().strip())
        else:
            # Entering a directory takes its own x as well as that of all above it.
            root.chmod(0o711 if account.switch else 0o700)
            home = root
            if not account.can_enter(root):
                key = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
                home = _FALLBACK_PARENT / f"bosman-postgres-{key}"
                write_atomically(location, f"{home}\n", 0o644)
        home.mkdir(exist_ok=True)
        home.chmod(0o711 if account.switch else 0o700)
        layout = cls(root, home, account)
        layout.logs.mkdir(mode=0o700, exist_ok=True)
        account.own(layout.logs, 0o700)
        return layout

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def copies(self) -> Path:
        """Where programs are copied that the account cannot reach."""
        return self.home / "programs"

    @property
    def logs(self) -> Path:
        """The server's own log files."""
        return self.home / "log"

    @property
    def startup_log(self) -> Path:
        """What the server says before its log files are open; each start begins it anew."""
        return self.home / "startup.log"

    @property
    def configuration(self) -> Path:
        """Outside the data directory: root writes nothing into a directory of another account."""
        return self.home / "postgres.conf"

    @property
    def password_file(self) -> Path:
        """The superuser's password, for us alone."""
        return self.root / "owner_password"

    def password(self) -> str:
        """Return the superuser's password; raise EmbeddedServerError if the file is lost."""
        try:
            return self.password_file.read_text().strip()
        except FileNotFoundError as error:
            msg = f"{self.password_file} is missing, without it the data cannot be used"
            raise EmbeddedServerError(msg) from error

    def data_major(self) -> int | None:
        """Return the PostgreSQL version that made the data, or None if there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            msg = f"{self.data} is no PostgreSQL data directory"
            raise EmbeddedServerError(msg) from error

    def lock_files(self) -> list[Path]:
        """Return PostgreSQL's own locks: that of the data directory first, then that of the socket."""
        return [self.data / "postmaster.pid", self.socket_dir() / ".s.PGSQL.5432.lock"]

    def locked_by(self, lock: Path) -> int | None:
        """Return the pid in one of PostgreSQL's lock files."""
        lines = _lines(lock)
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def ready_pid(self) -> int | None:
        """Return the pid of the postmaster that has declared itself ready for connections."""
        lock = self.data / "postmaster.pid"
        lines = _lines(lock)
        return self.locked_by(lock) if len(lines) > 7 and lines[7].strip() == "ready" else None

    def socket_dir(self) -> Path:
        """Return the private directory of the socket, made if need be.

        A path that is too long for a socket is replaced by a short one, remembered in
        `root/socket_dir`; that is made with a random name, since others can write beside it.
        """
        preferred = self.home / "run"
        if len(os.fsencode(preferred / ".s.PGSQL.5432")) <= _MAX_SOCKET_PATH:
            preferred.mkdir(mode=0o700, exist_ok=True)
            self.account.own(preferred, 0o700)
            return preferred
        record = self.root / "socket_dir"
        if record.is_file():
            known = Path(record.read_text().strip())
            if known.is_dir() and not known.is_symlink() and known.stat().st_uid == self.account.uid:
                return known
        runtime = None if self.account.switch else os.environ.get("XDG_RUNTIME_DIR")
        parent = runtime if runtime and Path(runtime).is_dir() and len(runtime) < 60 else "/tmp"  # noqa: S108  mkdtemp
        made = Path(tempfile.mkdtemp(prefix="bosman-pg-", dir=parent))
        self.account.own(made, 0o700)
        write_atomically(record, f"{made}\n", 0o600)
        return made

    def write_configuration(self, overrides: Mapping[str, str]) -> None:
        """Write the server's settings over those that initdb found out."""
        settings = {
            **_SETTINGS,
            "log_directory": str(self.logs),
            **overrides,
            "unix_socket_directories": '"' + str(self.socket_dir()) + '"',
        }
        lines = [f"include = {_quoted(str(self.data / 'postgresql.conf'))}"]
        lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
        write_atomically(self.configuration, "\n".join(lines) + "\n", 0o644)

    def newest_log(self) -> Path:
        """Return the log file written last; one that does not exist if there is none."""
        files = self._log_files()
        return files[-1] if files else self.logs / "none"

    def prune_logs(self) -> None:
        """Delete all but the newest files, each of which PostgreSQL keeps to about 10 MB."""
        for file in self._log_files()[:-_LOGS_KEPT]:
            file.unlink(missing_ok=True)

    def _log_files(self) -> list[Path]:
        return sorted(self.logs.glob("postgresql-*.log"))


def _lines(lock: Path) -> list[str]:
    try:
        return lock.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _quoted(value: str) -> str:
    if "\n" in value or "\r" in value:
        msg = "a PostgreSQL setting cannot hold a line break"
        raise EmbeddedServerError(msg)
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
