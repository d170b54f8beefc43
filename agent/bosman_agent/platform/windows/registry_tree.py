"""Walking the registry: keys, their values, and when they were last written. What may not be read is passed over."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime

assert sys.platform == "win32"

import winreg

from bosman_agent.platform.windows.registry_values import Values, time_of_key

LOCAL_MACHINE = winreg.HKEY_LOCAL_MACHINE
USERS = winreg.HKEY_USERS
VIEW_64 = winreg.KEY_WOW64_64KEY
VIEW_32 = winreg.KEY_WOW64_32KEY
MAX_KEYS = 20_000
MAX_VALUES = 500


def values(root: int, path: str, view: int = VIEW_64) -> Values:
    """The values of a key; none where it is missing or may not be read."""
    found: Values = {}
    with contextlib.suppress(OSError), winreg.OpenKey(root, path, 0, winreg.KEY_READ | view) as key:
        for index in range(min(winreg.QueryInfoKey(key)[1], MAX_VALUES)):
            # One broken value says nothing about its neighbours.
            with contextlib.suppress(OSError):
                name, value, _ = winreg.EnumValue(key, index)
                found[name] = value
    return found


def subkeys(root: int, path: str, view: int = VIEW_64) -> list[str]:
    """The names of the keys in a key."""
    names: list[str] = []
    with contextlib.suppress(OSError), winreg.OpenKey(root, path, 0, winreg.KEY_READ | view) as key:
        for index in range(min(winreg.QueryInfoKey(key)[0], MAX_KEYS)):
            with contextlib.suppress(OSError):
                names.append(winreg.EnumKey(key, index))
    return names


def written_at(root: int, path: str, view: int = VIEW_64) -> datetime | None:
    """When a key was last written."""
    try:
        with winreg.OpenKey(root, path, 0, winreg.KEY_READ | view) as key:
            return time_of_key(winreg.QueryInfoKey(key)[2])
    except OSError:
        return None


def user_hives() -> Iterator[tuple[str, str]]:
    """SID and name of every user whose hive is loaded: local and domain accounts, and those of Entra."""
    for sid in subkeys(USERS, ""):
        if sid.startswith(("S-1-5-21-", "S-1-12-1-")) and not sid.endswith("_Classes"):
            yield sid, _user_name(sid)


def _user_name(sid: str) -> str:
    """Without asking a domain controller, which may be far away."""
    session = values(USERS, rf"{sid}\Volatile Environment")
    name, domain = session.get("USERNAME"), session.get("USERDOMAIN")
    if isinstance(name, str) and name:
        return f"{domain}\\{name}" if isinstance(domain, str) and domain else name
    profile = values(LOCAL_MACHINE, rf"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}")
    folder = profile.get("ProfileImagePath")
    return folder.rstrip("\\").rpartition("\\")[2] if isinstance(folder, str) and folder else sid
