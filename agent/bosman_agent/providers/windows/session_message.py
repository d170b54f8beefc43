"""A message box in the session of everybody who is signed in, also over Remote Desktop."""

import contextlib
import logging
import sys

assert sys.platform == "win32"

import ctypes  # noqa: E402 - below what tells mypy that this file is for Windows

import pywintypes  # noqa: E402
import win32ts  # noqa: E402

log = logging.getLogger(__name__)

TITLE = "Bosman"
MB_ICONWARNING = 0x30
SIGNED_IN = frozenset({win32ts.WTSActive, win32ts.WTSDisconnected})


def tell_sessions(text: str, seconds: int) -> int:
    """Show a text for so many seconds; the number of sessions that took it. Never raises: it is a courtesy."""
    told = 0
    for session_id in _sessions():
        with contextlib.suppress(OSError):
            told += _send(session_id, text, seconds)
    return told


def _sessions() -> list[int]:
    try:
        found = win32ts.WTSEnumerateSessions(win32ts.WTS_CURRENT_SERVER_HANDLE)
    except pywintypes.error as error:
        log.warning("sessions cannot be listed", extra={"detail": str(error)})
        return []
    # Session 0 is where services live: a message there is seen by nobody.
    return [int(item["SessionId"]) for item in found if item["State"] in SIGNED_IN and item["SessionId"] != 0]


def _send(session_id: int, text: str, seconds: int) -> bool:
    answer = ctypes.c_ulong()
    # Lengths are in bytes of UTF-16; the last 0: nobody waits until a button is pressed.
    return bool(
        ctypes.windll.wtsapi32.WTSSendMessageW(
            None, session_id, TITLE, len(TITLE) * 2, text, len(text.encode("utf-16-le")), MB_ICONWARNING, seconds,
            ctypes.byref(answer), 0,
        )
    )  # fmt: skip
