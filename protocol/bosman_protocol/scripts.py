"""Scripts: what to run, with which interpreter, as whom."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.limits import ShortText

MAX_SCRIPT_CHARS = 128 * 1024
"""Characters of a script's text; with everything around it an envelope still fits into one message of the bus."""


class Shell(StrEnum):
    """The interpreter of a script."""

    POWERSHELL = "powershell"
    """Windows PowerShell 5.1, part of Windows."""
    PWSH = "pwsh"
    """PowerShell 7, where an administrator has installed it."""
    CMD = "cmd"
    PYTHON = "python"
    """The agent's own interpreter: the standard library only."""
    SH = "sh"
    BASH = "bash"


class ScriptParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Run `source` with `shell`; the task's time limit ends it with every process that it started."""

    shell: Shell
    source: Annotated[str, Meta(min_length=1, max_length=MAX_SCRIPT_CHARS)]
    arguments: Annotated[tuple[Annotated[str, Meta(max_length=1024)], ...], Meta(max_length=50)] = ()
    run_as: Literal["system", "user"] = "system"
    """`system`: as the agent runs (LocalSystem, root). `user`: as whoever is signed in at the console."""


class ScriptResult(msgspec.Struct, frozen=True):
    """How a script ended; its words are the task's output."""

    exit_code: int
    interpreter: ShortText
    """The program that ran it."""
    user: ShortText | None = None
    """The signed-in user that it ran as; None = as the agent."""
