"""Scripts on Windows: PowerShell 5.1 and 7, cmd, the agent's own Python; as LocalSystem or as whoever is signed in."""

import asyncio
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

assert sys.platform == "win32"

import ctypes

import ntsecuritycon
import pywintypes
import win32security

from bosman_agent.platform import system
from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.interpreters import Interpreter, no_interpreter, own_python, write_script
from bosman_agent.platform.processes import run_streaming
from bosman_agent.platform.windows import sessions
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.scripts import ScriptParams, ScriptResult, Shell

POWERSHELL_OPTIONS = ("-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File")
SAY_UTF8 = "try{[Console]::OutputEncoding=$OutputEncoding=New-Object Text.UTF8Encoding $false}catch{}\r\n"
"""Without a console the assignment throws; then the output comes in the machine's code page, which is decoded too."""


class WindowsScripts:
    """Runs scripts."""

    async def run(self, params: ScriptParams, *, log: WriteLog) -> ScriptResult:
        """Run a script to its end. Raises ProviderError."""
        interpreter = find_interpreter(params.shell)
        if params.run_as == "user" and not sessions.list_sessions():
            raise ProviderError(ErrorDetail(Code.SCRIPT_NO_USER))
        try:
            with _script_folder(readable_by_users=params.run_as == "user") as folder:
                script = await asyncio.to_thread(write_script, folder, interpreter, params)
                command = interpreter.command(script, params.arguments)
                if params.run_as == "user":
                    code, user = await sessions.stream_as_user(command, None, on_output=log, timeout=None)
                    return ScriptResult(_signed(code), interpreter.program, user)
                code = await run_streaming(command, on_output=log, timeout=None, folder=str(folder))
                return ScriptResult(_signed(code), interpreter.program)
        except sessions.NoSuchUserError:
            raise ProviderError(ErrorDetail(Code.SCRIPT_NO_USER)) from None
        except OSError as error:
            raise ProviderError(ErrorDetail(Code.SCRIPT_NOT_STARTED, detail=str(error)[:2000])) from error


def _signed(code: int) -> int:
    """Exit codes as people know them: -1 rather than 4294967295."""
    return ctypes.c_int32(code & 0xFFFFFFFF).value


def find_interpreter(shell: Shell) -> Interpreter:
    """The program for a shell. Raises ProviderError (`script.no_interpreter`)."""
    windows = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
    if shell is Shell.PYTHON:
        return own_python()
    if shell is Shell.CMD:
        return Interpreter(str(windows / "System32" / "cmd.exe"), ("/d", "/c"), ".cmd", encode_batch)
    if shell is Shell.POWERSHELL:
        program = windows / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
        if program.exists():
            return Interpreter(str(program), POWERSHELL_OPTIONS, ".ps1", encode_powershell)
    if shell is Shell.PWSH:
        programs = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files"))
        found = shutil.which("pwsh.exe") or shutil.which("pwsh.exe", path=str(programs / "PowerShell" / "7"))
        if found:
            return Interpreter(found, POWERSHELL_OPTIONS, ".ps1", encode_powershell)
    raise no_interpreter(shell)


def _windows_lines(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\n", "\r\n")


def encode_powershell(source: str) -> bytes:
    """UTF-8 with a signature: PowerShell 5.1 reads a file without one as ANSI."""
    return (SAY_UTF8 + _windows_lines(source)).encode("utf-8-sig")


def encode_batch(source: str) -> bytes:
    """In the console's code page, in which cmd reads batch files; what it lacks is written in UTF-8, and says so."""
    text = "@echo off\r\n" + _windows_lines(source)
    page = ctypes.windll.kernel32.GetOEMCP()
    try:
        return text.encode(f"cp{page}")
    except (UnicodeEncodeError, LookupError):
        return ("@chcp 65001 >nul\r\n" + text).encode()


@contextmanager
def _script_folder(*, readable_by_users: bool) -> Iterator[Path]:
    """A fresh folder that only SYSTEM and Administrators can write to."""
    root = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "Temp" / f"bosman-{secrets.token_hex(8)}"
    system.create_private_folder(root)
    try:
        if readable_by_users:
            _let_users_read(root)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _let_users_read(folder: Path) -> None:
    try:
        info = win32security.DACL_SECURITY_INFORMATION
        found = win32security.GetNamedSecurityInfo(str(folder), win32security.SE_FILE_OBJECT, info)
        rights = found.GetSecurityDescriptorDacl()
        users = win32security.CreateWellKnownSid(win32security.WinInteractiveSid, None)
        inherit = win32security.OBJECT_INHERIT_ACE | win32security.CONTAINER_INHERIT_ACE
        read = ntsecuritycon.FILE_GENERIC_READ | ntsecuritycon.FILE_GENERIC_EXECUTE
        rights.AddAccessAllowedAceEx(win32security.ACL_REVISION_DS, inherit, read, users)
        win32security.SetNamedSecurityInfo(str(folder), win32security.SE_FILE_OBJECT, info, None, None, rights, None)
    except pywintypes.error as error:
        raise OSError(0, error.strerror, str(folder), error.winerror) from error
