"""What whoever runs a program gets: its output, its end, or the news that it took too long."""

from collections.abc import Callable
from typing import Literal

import msgspec

OutputStream = Literal["stdout", "stderr"]
OnOutput = Callable[[OutputStream, str], None]


class ProcessTimeoutError(Exception):
    """The tool took too long and has been stopped."""


class Completed(msgspec.Struct, frozen=True):
    """A tool that ended by itself; its output where it was not streamed."""

    exit_code: int
    stdout: str
    stderr: str
