"""Scripts on Linux: sh, bash, PowerShell 7 where it is installed, the agent's own Python."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.interpreters import Interpreter, no_interpreter, own_python, plain, write_script
from bosman_agent.platform.processes import run_streaming
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.scripts import ScriptParams, ScriptResult, Shell

assert sys.platform != "win32"

import pwd


class LinuxScripts:
    """Runs scripts as root, or as the user who sits at the machine."""

    async def run(self, params: ScriptParams, *, log: WriteLog) -> ScriptResult:
        """Run a script to its end. Raises ProviderError."""
        interpreter = _find(params.shell)
        user = _seated_user() if params.run_as == "user" else None
        if params.run_as == "user" and user is None:
            raise ProviderError(ErrorDetail(Code.SCRIPT_NO_USER))
        async with _script_folder() as folder:
            try:
                script = await asyncio.to_thread(write_script, folder, interpreter, params)
                command = interpreter.command(script, params.arguments)
                if user is not None:
                    # The folder last: from then on its owner may put a link to anything in the script's place.
                    os.chown(script, user.pw_uid, user.pw_gid, follow_symlinks=False)
                    os.chown(folder, user.pw_uid, user.pw_gid)
                    command = ["runuser", "-u", user.pw_name, "--", *command]
                exit_code = await run_streaming(command, on_output=log, timeout=None, folder=str(folder))
            except OSError as error:
                raise ProviderError(ErrorDetail(Code.SCRIPT_NOT_STARTED, detail=str(error)[:2000])) from error
        return ScriptResult(exit_code, interpreter.program, user.pw_name if user else None)


@asynccontextmanager
async def _script_folder() -> AsyncIterator[Path]:
    """A fresh folder of our own, gone afterwards, whatever a script's user has left or mounted in it."""
    folder = Path(tempfile.mkdtemp(prefix="bosman-script-"))
    try:
        yield folder
    finally:
        # In a thread: there may be millions of files.
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


def _find(shell: Shell) -> Interpreter:
    if shell is Shell.PYTHON:
        return own_python()
    if shell is Shell.PWSH and (found := shutil.which("pwsh")):
        return Interpreter(found, ("-NoLogo", "-NoProfile", "-NonInteractive", "-File"), ".ps1", plain)
    if shell in {Shell.SH, Shell.BASH} and (found := shutil.which(shell.value)):
        return Interpreter(found, (), ".sh", plain)
    raise no_interpreter(shell)


def _seated_user() -> "pwd.struct_passwd | None":
    """Whoever signed in first at a seat or terminal of this machine; root does not count."""
    for entry in sorted(psutil.users(), key=lambda entry: entry.started):
        try:
            user = pwd.getpwnam(entry.name)
        except KeyError:
            continue
        if user.pw_uid != 0:
            return user
    return None
