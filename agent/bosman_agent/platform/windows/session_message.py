"""A message box in the session of everybody who is signed in, also over Remote Desktop."""

import contextlib
import sys

assert sys.platform == "win32"

import ctypes

from bosman_agent.platform.windows.sessions import list_sessions

TITLE = "Bosman"
MB_ICONWARNING = 0x30


def tell_sessions(text: str, seconds: int) -> int:
    """Show a text for so many seconds; the number of sessions that took it. Never raises: it is a courtesy."""
    told = 0
    for session in list_sessions():
        # Session 0 is where services live: a message there is seen by nobody.
        if session.id != 0:
            with contextlib.suppress(OSError):
                told += _send(session.id, text, seconds)
    return told


def _send(session_id: int, text: str, seconds: int) -> bool:
    answer = ctypes.c_ulong()
    # Lengths are in bytes of UTF-16; the last 0: nobody waits until a button is pressed.
    return bool(
        ctypes.windll.wtsapi32.WTSSendMessageW(
            None, session_id, TITLE, len(TITLE) * 2, text, len(text.encode("utf-16-le")), MB_ICONWARNING, seconds,
            ctypes.byref(answer), 0,
        )
    )  # fmt: skip
