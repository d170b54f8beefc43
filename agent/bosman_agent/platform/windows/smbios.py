"""Reads the system's serial number from the SMBIOS table (DMTF DSP0134, structure type 1)."""

SYSTEM = 1
END = 127
SERIAL_FIELD = 7
RAW_HEADER = 8
"""GetSystemFirmwareTable puts RawSMBIOSData's own header in front of the structures."""


def system_serial(raw: bytes) -> str | None:
    """The serial number as the firmware writes it; None where there is none, or no table."""
    at = RAW_HEADER
    while at + 4 <= len(raw):
        kind, length = raw[at], raw[at + 1]
        if length < 4 or kind == END:
            return None
        end = raw.find(b"\0\0", at + length)
        if end < 0:
            return None
        if kind == SYSTEM and length > SERIAL_FIELD:
            strings = raw[at + length : end].split(b"\0")
            index = raw[at + SERIAL_FIELD]
            return strings[index - 1].decode("latin-1") if 0 < index <= len(strings) else None
        at = end + 2
    return None
