"""A process of its own that asks WMI about BitLocker once and prints what it says, as JSON.

Apart, because WMI may hang, and a thread that hangs in COM cannot be ended.
"""

import json
import sys
from typing import Any

assert sys.platform == "win32"

import pywintypes
import win32com.client

NAMESPACE = r"winmgmts:{impersonationLevel=impersonate}!\\.\root\CIMV2\Security\MicrosoftVolumeEncryption"
EXIT_UNAVAILABLE = 3


def main() -> int:
    """Print one object; the process's exit code."""
    try:
        volumes = [_describe(volume) for volume in win32com.client.GetObject(NAMESPACE).InstancesOf(
            "Win32_EncryptableVolume"
        )]  # fmt: skip
    except (pywintypes.com_error, AttributeError) as error:
        sys.stdout.write(json.dumps({"error": str(error)[:500]}) + "\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write(json.dumps({"volumes": volumes}) + "\n")
    return 0


def _describe(volume: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, attribute in (
        ("drive", "DriveLetter"),
        ("protection", "ProtectionStatus"),
        ("conversion", "ConversionStatus"),
    ):
        try:
            found[name] = getattr(volume, attribute)
        except (pywintypes.com_error, AttributeError):
            # Older ones have no ConversionStatus as a property.
            found[name] = None
    return found


if __name__ == "__main__":
    sys.exit(main())
