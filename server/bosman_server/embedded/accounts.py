"""The unprivileged account that PostgreSQL runs as when Bosman itself runs as root."""

import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bosman_server.embedded.process import EmbeddedServerError

OWN_NAME = "bosman-pg"
_NOBODY = "nobody"
_CREATE = (
    "useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
    "--shell", "/usr/sbin/nologin", OWN_NAME,
)  # fmt: skip
_MEND = f"create one with `{' '.join(_CREATE)}`, or name another in BOSMAN_POSTGRES_OS_USER"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who a child runs as; `switch` says whether that takes a change of user."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def choose(cls, name: str | None) -> "Account":
        """Return ourselves, or as root the named account, else `bosman-pg`, which is made where it is missing.

        Raises EmbeddedServerError for an account that does not exist, is root's or that of strangers
        (`nobody`: whatever else runs as it could read the data).
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switch=False)
        entry = _find(name) if name else _find(OWN_NAME) or _make_own()
        if entry is None or entry.pw_uid == 0 or entry.pw_name == _NOBODY:
            msg = f"PostgreSQL needs an account of its own, {name or OWN_NAME} is none: {_MEND}"
            raise EmbeddedServerError(msg)
        return cls(entry.pw_uid, entry.pw_gid, switch=True)

    @classmethod
    def owner_of(cls, path: Path) -> "Account":
        """Whoever owns a directory now; `switch` as `choose` says it."""
        found = path.lstat()
        return cls(found.st_uid, found.st_gid, switch=os.geteuid() == 0)

    def run(self, command: Sequence[str | Path], *, timeout_seconds: float) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end as this account, with a clean environment."""
        return subprocess.run(  # noqa: S603  callers pass programs that they found themselves
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            timeout=timeout_seconds,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def spawn(self, command: Sequence[str | Path], output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a server as this account, in a session of its own: Ctrl-C is for its launcher."""
        return subprocess.Popen(  # noqa: S603  as in run
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def own(self, path: Path, mode: int) -> None:
        """Make a path this account's, with the mode; symbolic links are not followed."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fchmod(descriptor, mode)
            if self.switch:
                os.fchown(descriptor, self.uid, self.gid)
        finally:
            os.close(descriptor)

    def take_over(self, directory: Path) -> None:
        """Make a directory with everything in it this account's. Links are neither followed nor taken.

        Raises EmbeddedServerError for a file with several names: one of them may be somebody else's.
        """
        for _, folders, files, descriptor in os.fwalk(directory, follow_symlinks=False):
            for name in (*folders, *files):
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
                    msg = f"{directory} holds a file with several names ({name}); look at it before it changes hands"
                    raise EmbeddedServerError(msg)
                os.chown(name, self.uid, self.gid, dir_fd=descriptor, follow_symlinks=False)
        os.chown(directory, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, directory: Path) -> bool:
        """Whether every parent of the directory lets this account through."""
        if not self.switch:
            return True
        probe: list[str | Path] = ["/bin/sh", "-c", 'cd -- "$1"', "sh", directory]
        return self.run(probe, timeout_seconds=10).returncode == 0


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_own() -> pwd.struct_passwd | None:
    program = shutil.which(_CREATE[0], path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    for _ in range(5):
        command = [program, *_CREATE[1:]]
        subprocess.run(command, check=False, capture_output=True, env=_ENVIRONMENT, timeout=30)  # noqa: S603 - our own words
        # Another start may be making it, and hold the lock of the accounts' file.
        if (entry := _find(OWN_NAME)) is not None:
            return entry
        time.sleep(0.3)
    return None
