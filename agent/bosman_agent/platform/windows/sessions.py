"""People who are signed in: who they are, and running a program as one of them, on their desktop.

Needs LocalSystem (WTSQueryUserToken asks for SE_TCB_NAME). Wine has no sessions: there nobody is signed in.
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

assert sys.platform == "win32"

import msgspec
import pywintypes
import win32profile
import win32security
import win32ts

from bosman_agent.platform.processes import Completed, OnOutput
from bosman_agent.platform.processes.jobs import Handle
from bosman_agent.platform.processes.windows import run_in_job
from bosman_protocol.text import clean_text


class Session(msgspec.Struct, frozen=True):
    """A session with somebody in it."""

    id: int
    user: str
    active: bool


class NoSuchUserError(Exception):
    """Nobody of that name is signed in."""


def list_sessions() -> list[Session]:
    """Sessions with a user, those at the screen first."""
    found = []
    with contextlib.suppress(pywintypes.error):
        for entry in win32ts.WTSEnumerateSessions(win32ts.WTS_CURRENT_SERVER_HANDLE):
            number = int(entry["SessionId"])
            name = _query(number, win32ts.WTSUserName)
            if name:
                domain = _query(number, win32ts.WTSDomainName)
                user = clean_text(f"{domain}\\{name}" if domain else name, 256)
                found.append(Session(number, user, entry["State"] == win32ts.WTSActive))
    return sorted(found, key=lambda session: (not session.active, session.id))


def _query(session: int, what: int) -> str:
    try:
        return str(win32ts.WTSQuerySessionInformation(win32ts.WTS_CURRENT_SERVER_HANDLE, session, what) or "")
    except pywintypes.error:
        return ""


def signed_in_users() -> list[str]:
    r"""`DOMAIN\\user` of everybody who is signed in, each once."""
    return list(dict.fromkeys(session.user for session in list_sessions()))


@contextlib.contextmanager
def _identity(user: str | None) -> Iterator[tuple[Handle, Any, str]]:
    """A primary token of a signed-in user (None: whoever is at the screen), with that user's environment.

    Raises NoSuchUserError, OSError.
    """
    session = next((item for item in list_sessions() if user is None or item.user.lower() == user.lower()), None)
    if session is None:
        raise NoSuchUserError(user or "")
    try:
        token: Handle = win32ts.WTSQueryUserToken(session.id)
    except pywintypes.error as error:
        raise OSError(0, error.strerror, session.user, error.winerror) from error
    try:
        primary: Handle = win32security.DuplicateTokenEx(
            token,
            win32security.SecurityImpersonation,
            win32security.TOKEN_ALL_ACCESS,
            win32security.TokenPrimary,
        )
        try:
            yield primary, win32profile.CreateEnvironmentBlock(primary, False), session.user  # noqa: FBT003 - positional only
        finally:
            primary.Close()
    finally:
        token.Close()


async def stream_as_user(
    argv: Sequence[str], user: str | None, *, on_output: OnOutput, timeout: float | None, folder: str | None = None
) -> tuple[int, str]:
    """Run a program as a signed-in user; exit code and who it was.

    Raises NoSuchUserError, ProcessTimeoutError, OSError.
    """
    with _identity(user) as (token, environment, name):
        code = await run_in_job(
            argv, on_output=on_output, timeout=timeout, token=token, user_environment=environment, folder=folder
        )
    return code, name


async def run_as_user(argv: Sequence[str], user: str, timeout: float) -> Completed:
    """Run a program as a signed-in user and return what it printed.

    Raises NoSuchUserError, ProcessTimeoutError, OSError.
    """
    said: dict[str, list[str]] = {"stdout": [], "stderr": []}
    code, _ = await stream_as_user(
        argv, user, on_output=lambda stream, text: said[stream].append(text), timeout=timeout
    )
    return Completed(code, "".join(said["stdout"]), "".join(said["stderr"]))
