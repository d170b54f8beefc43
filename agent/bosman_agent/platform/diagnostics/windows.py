"""Windows' side of `doctor`."""

import ctypes
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bosman_agent.platform.diagnostics.finding import Finding, ServiceState, finding
from bosman_agent.platform.windows.update_policy import Values, read_policy
from bosman_agent.platform.winget.locate import find_winget

assert sys.platform == "win32"

import winreg

import pywintypes
import win32security
import win32service
import winerror

SERVICE = "BosmanAgent"
TIMEOUT_SECONDS = 5.0
UPDATE_SERVICE_KEY = r"SYSTEM\CurrentControlSet\Services\wuauserv"
DISABLED = 4
"""Start type SERVICE_DISABLED (winnt.h)."""
MACHINE_PROXY_KEY = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings"
WINHTTP_KEY = MACHINE_PROXY_KEY + r"\Connections"
_TRUSTED = frozenset({"S-1-5-18", "S-1-5-32-544", "S-1-3-0"})
"""SYSTEM, Administrators, and whoever made the file (well-known SIDs)."""
_DENIALS = frozenset({1, 6, 10, 12})
"""Types of entries that take rights away: ACCESS_DENIED_ACE_TYPE and its object and callback kinds (winnt.h)."""

Read = Callable[[str], Values | None]


def is_elevated() -> bool:
    """Whether this runs with an administrator's rights."""
    return bool(ctypes.windll.shell32.IsUserAnAdmin())


def folder_finding(path: Path) -> Finding:
    """Whether SYSTEM and Administrators alone may enter the agent's folder. Raises OSError."""
    wanted = win32security.DACL_SECURITY_INFORMATION | win32security.OWNER_SECURITY_INFORMATION
    try:
        found = win32security.GetNamedSecurityInfo(str(path), win32security.SE_FILE_OBJECT, wanted)
    except pywintypes.error as error:
        raise OSError(error.winerror, error.strerror, str(path)) from error
    rights: Any = found.GetSecurityDescriptorDacl()
    if rights is None:
        return finding("folder", "problem", "doctor.folder_open", path=str(path), detail="no access list")
    entries = [rights.GetAce(at) for at in range(rights.GetAceCount())]
    allowed = [entry for entry in entries if entry[0][0] not in _DENIALS]
    others = {win32security.ConvertSidToStringSid(entry[-1]) for entry in allowed} - _TRUSTED
    if others:
        return finding("folder", "problem", "doctor.folder_open", path=str(path), detail=", ".join(sorted(others)[:5]))
    return finding("folder", "ok", "doctor.folder_private", path=str(path))


def service_state() -> ServiceState:
    """What the service manager says of the agent."""
    try:
        manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
    except pywintypes.error:
        return "unknown"
    try:
        service = win32service.OpenService(manager, SERVICE, win32service.SERVICE_QUERY_STATUS)
        try:
            state = win32service.QueryServiceStatus(service)[1]
        finally:
            win32service.CloseServiceHandle(service)
    except pywintypes.error as error:
        return "missing" if error.winerror == winerror.ERROR_SERVICE_DOES_NOT_EXIST else "unknown"
    finally:
        win32service.CloseServiceHandle(manager)
    return "running" if state == win32service.SERVICE_RUNNING else "stopped"


def read_key(key: str) -> Values | None:
    """The values of a key below HKEY_LOCAL_MACHINE; None where there is none."""
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            count = winreg.QueryInfoKey(opened)[1]
            return {name: value for name, value, _ in (winreg.EnumValue(opened, at) for at in range(count))}
    except OSError:
        return None


def system_proxies(read: Read = read_key) -> dict[str, str]:
    """Proxies of the whole machine, by where they are set."""
    found: dict[str, str] = {}
    internet = read(MACHINE_PROXY_KEY) or {}
    if internet.get("ProxyEnable") == 1 and isinstance(internet.get("ProxyServer"), str):
        found["Internet Settings"] = str(internet["ProxyServer"])
    blob = (read(WINHTTP_KEY) or {}).get("WinHttpSettings")
    # Three numbers (version, changes, flags), then the length of the name; flag 2 is "use this proxy".
    if isinstance(blob, bytes) and len(blob) > 16 and int.from_bytes(blob[8:12], "little") & 2:
        length = int.from_bytes(blob[12:16], "little")
        found["WinHTTP"] = blob[16 : 16 + min(length, 256)].decode("ascii", "replace")
    return found


def platform_findings(read: Read = read_key) -> list[Finding]:
    """winget, the update policy's server, the update service."""
    winget = find_winget()
    return [
        finding("winget", "ok", "doctor.winget_found", path=str(winget))
        if winget
        else finding("winget", "warning", "doctor.winget_missing"),
        _update_server(read),
        _update_service(read),
    ]


def _update_server(read: Read) -> Finding:
    server = read_policy(read).server
    if server is None:
        return finding("update_server", "ok", "doctor.wsus_none")
    url = urlsplit(server)
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        with socket.create_connection((url.hostname or "", port), TIMEOUT_SECONDS):
            return finding("update_server", "ok", "doctor.wsus_reached", server=server)
    except (OSError, ValueError) as error:
        return finding("update_server", "problem", "doctor.wsus_silent", server=server, detail=str(error))


def _update_service(read: Read) -> Finding:
    values = read(UPDATE_SERVICE_KEY)
    if values is None:
        return finding("update_service", "warning", "doctor.update_service_missing")
    if values.get("Start") == DISABLED:
        return finding("update_service", "problem", "doctor.update_service_disabled")
    return finding("update_service", "ok", "doctor.update_service_ready")
