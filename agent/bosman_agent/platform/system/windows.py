"""A folder for SYSTEM and Administrators alone, secrets under DPAPI, the language of the signed-in person."""

import base64
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bosman_protocol.version import Platform

assert sys.platform == "win32"

import ctypes

import ntsecuritycon
import pywintypes
import win32api
import win32crypt
import win32file
import win32security

if TYPE_CHECKING:
    from _win32typing import PySID


def _program_data() -> Path:
    """Where programs keep what belongs to the machine, as Windows itself knows it: a variable may say anything."""
    common_app_data = 0x23  # CSIDL_COMMON_APPDATA (shlobj.h)
    buffer = ctypes.create_unicode_buffer(260)
    if ctypes.windll.shell32.SHGetFolderPathW(None, common_app_data, None, 0, buffer) == 0:
        return Path(buffer.value)
    return Path(r"C:\ProgramData")


DEFAULT_DATA_DIR = str(_program_data() / "Bosman Agent")
UPDATE_PLATFORM: Platform = "windows-amd64"
SEALS_KEYS = True
FOLDER_RIGHTS = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
"""Protected: nothing is inherited from ProgramData, where every user may make folders."""
DESCRIPTION = "Bosman agent"
MACHINE_WIDE = 0x4 | 0x1
"""CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN: the service unseals what an administrator's enrolment sealed.

Any process of this machine can unseal it too, so it keeps copies of the disk safe; the folder's rights guard the rest.
"""
REPLACE_ATTEMPTS = 20
REPLACE_PAUSE_SECONDS = 0.05


def create_private_folder(path: Path) -> None:
    """Make the folder for SYSTEM and Administrators, or take over one that they own.

    Raises PermissionError where somebody else owns it: whoever made the folder first could still read what
    is put there. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    attributes = pywintypes.SECURITY_ATTRIBUTES()
    attributes.SECURITY_DESCRIPTOR = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
        FOLDER_RIGHTS, win32security.SDDL_REVISION_1
    )
    try:
        win32file.CreateDirectoryW(str(path), attributes)
    except pywintypes.error as error:
        if error.winerror != 183:  # ERROR_ALREADY_EXISTS
            raise OSError(error.winerror, error.strerror, str(path)) from error
        _take_over(path)


def _take_over(path: Path) -> None:
    try:
        found = win32security.GetNamedSecurityInfo(
            str(path), win32security.SE_FILE_OBJECT, win32security.OWNER_SECURITY_INFORMATION
        )
        owner = found.GetSecurityDescriptorOwner()
        if not _trusted(owner):
            raise PermissionError(13, f"belongs to {_name(owner)}; remove it, or give it to Administrators", str(path))
        wanted = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            FOLDER_RIGHTS, win32security.SDDL_REVISION_1
        )
        win32security.SetNamedSecurityInfo(
            str(path),
            win32security.SE_FILE_OBJECT,
            win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION,
            None,
            None,
            wanted.GetSecurityDescriptorDacl(),
            None,
        )
    except pywintypes.error as error:
        raise OSError(error.winerror, error.strerror, str(path)) from error


def _trusted(owner: "PySID") -> bool:
    """SYSTEM, Administrators, or whoever runs this: an administrator's own new files belong to him on a workstation."""
    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), ntsecuritycon.TOKEN_QUERY)
    me = win32security.GetTokenInformation(token, win32security.TokenUser)[0]
    known = [
        win32security.CreateWellKnownSid(kind, None)
        for kind in (win32security.WinLocalSystemSid, win32security.WinBuiltinAdministratorsSid)
    ]
    return owner in [*known, me]


def _name(owner: "PySID") -> str:
    try:
        name, domain, _ = win32security.LookupAccountSid(None, owner)
    except pywintypes.error:
        return str(win32security.ConvertSidToStringSid(owner))
    return f"{domain}\\{name}"


def replace_file(source: Path, target: Path) -> None:
    """Put a file in another's place in one step; whoever reads the old one (a virus scanner) is waited for.

    Raises OSError.
    """
    for attempt in range(REPLACE_ATTEMPTS):
        try:
            source.replace(target)
        except PermissionError:
            if attempt + 1 == REPLACE_ATTEMPTS:
                raise
            time.sleep(REPLACE_PAUSE_SECONDS)
        else:
            return


def seal(secret: bytes) -> bytes:
    """A secret that only this machine can read, as lines of base64. Raises OSError."""
    try:
        return base64.encodebytes(win32crypt.CryptProtectData(secret, DESCRIPTION, None, None, None, MACHINE_WIDE))
    except pywintypes.error as error:
        raise OSError(error.winerror, error.strerror) from error


def unseal(sealed: bytes) -> bytes:
    """What `seal` made of a secret. Raises OSError."""
    try:
        return bytes(win32crypt.CryptUnprotectData(base64.decodebytes(sealed), None, None, None, MACHINE_WIDE)[1])
    except (pywintypes.error, ValueError) as error:
        raise OSError(f"the key cannot be unsealed on this machine: {error}") from error


def user_language() -> str | None:
    """The language of Windows' own windows for whoever runs this, as `pl` or another word."""
    named = os.environ.get("BOSMAN_AGENT_LANGUAGE")
    if named:
        return named
    # The primary language is the low ten bits; 0x15 is Polish (winnt.h, LANG_POLISH).
    return "pl" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x15 else "en"


def agent_command(folder: Path) -> list[str]:
    """The program of a version folder."""
    return [str(folder / "python" / "python.exe"), "-X", "utf8", "-m", "bosman_agent.main"]
