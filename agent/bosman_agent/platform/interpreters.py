"""What the scripts of both platforms share: how a script becomes a file, and what is asked of an interpreter."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bosman_agent.platform.base import ProviderError
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.scripts import ScriptParams, Shell


class Interpreter(msgspec.Struct, frozen=True):
    """A program that runs scripts: where it is, what stands before the file's name, how the file is written."""

    program: str
    options: tuple[str, ...]
    suffix: str
    encode: Callable[[str], bytes]

    def command(self, script: Path, arguments: Sequence[str]) -> list[str]:
        """The whole command line."""
        return [self.program, *self.options, str(script), *arguments]


def plain(source: str) -> bytes:
    """UTF-8 with the line ends of Unix."""
    return source.replace("\r\n", "\n").encode()


def own_python() -> Interpreter:
    """The interpreter that the agent itself runs in; isolated, so that nothing of the script's folder counts."""
    return Interpreter(sys.executable, ("-X", "utf8", "-I", "-u"), ".py", plain)


def no_interpreter(shell: Shell) -> ProviderError:
    """The error of a device that has no such program."""
    return ProviderError(ErrorDetail(Code.SCRIPT_NO_INTERPRETER, {"shell": shell.value}))


def write_script(folder: Path, interpreter: Interpreter, params: ScriptParams) -> Path:
    """The script's file in a folder that nobody else can write to. Raises OSError."""
    path = folder / f"script{interpreter.suffix}"
    path.write_bytes(interpreter.encode(params.source))
    return path
