"""The machine's dpkg, for one test at a time."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked_package_manager() -> Iterator[None]:
    """The machine's dpkg for the caller alone: other workers and other runs wait their turn."""
    import fcntl  # noqa: PLC0415 - not on Windows, where this is never called

    lock = Path(tempfile.gettempdir()) / f"bosman-tests-packages-{os.geteuid()}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
