"""The unprivileged account that PostgreSQL runs as when Bosman itself runs as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bosman_server.kit.embedded.process import EmbeddedServerError

_DEFAULT_NAMES = ("bosman-pg", "nobody")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who a child runs as; `switch` says whether that takes a change of user."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def choose(cls, name: str | None) -> "Account":
        """Return ourselves, or as root the named account, else `bosman-pg` if it exists, else `nobody`.

        Raises EmbeddedServerError for an account that does not exist or is root's.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switch=False)
        for candidate in (name,) if name else _DEFAULT_NAMES:
            try:
                entry = pwd.getpwnam(candidate)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls(entry.pw_uid, entry.pw_gid, switch=True)
        msg = f"no unprivileged account {name or ' or '.join(_DEFAULT_NAMES)}"
        raise EmbeddedServerError(msg)

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

    def can_enter(self, directory: Path) -> bool:
        """Whether every parent of the directory lets this account through."""
        if not self.switch:
            return True
        probe: list[str | Path] = ["/bin/sh", "-c", 'cd -- "$1"', "sh", directory]
        return self.run(probe, timeout_seconds=10).returncode == 0
