"""Reading HKEY_LOCAL_MACHINE as 64-bit programs see it, whatever this interpreter is."""

import contextlib
import sys

assert sys.platform == "win32"

import winreg

ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
MAX_VALUES = 1000

RegistryValue = int | str | bytes | list[str] | None


def read_values(path: str) -> dict[str, RegistryValue] | None:
    """All values of a key by name; None where there is no such key or it may not be read."""
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, ACCESS) as key:
            return dict(
                winreg.EnumValue(key, index)[:2] for index in range(min(winreg.QueryInfoKey(key)[1], MAX_VALUES))
            )
    except OSError:
        return None


def subkey_count(path: str) -> int:
    """How many keys lie in a key; none where there is no such key."""
    with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, ACCESS) as key:
        return winreg.QueryInfoKey(key)[0]
    return 0
