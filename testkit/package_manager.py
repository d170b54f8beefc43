"""The machine's dpkg, for one test at a time."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked_package_manager() -> Iterator[None]:
    """The machine's dpkg for the caller alone: other workers and other runs wait their turn."""
    import fcntl  # noqa: PLC0415 - not on Windows, where this is never called

    # Not where temporary files of this run lie: other runs have folders of their own.
    lock = Path(f"/tmp/bosman-tests-packages-{os.geteuid()}.lock")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
