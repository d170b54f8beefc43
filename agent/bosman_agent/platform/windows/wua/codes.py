"""What Windows Update's result codes mean: their names, and our codes for them.

The names come from `codes.txt` (mingw-w64's wuerror.h) and, for the rest of Windows, from `causes`, as do our codes.
"""

import functools
from pathlib import Path

import msgspec

from bosman_agent.platform.windows.wua.causes import FAMILIES, NAMED, WINDOWS
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.text import clean_text

DETAIL_CHARS = 2000
TABLE = Path(__file__).with_name("codes.txt")


class Circumstances(msgspec.Struct, frozen=True):
    """What decides between two readings of a code."""

    wsus: bool = False
    """The device's own policy sends it to a WSUS server."""
    server: str | None = None
    restart_pending: bool = False


def hresult_text(hresult: int) -> str:
    """As Microsoft writes it: `0x8024402C`, whatever sign it came with."""
    return f"0x{hresult & 0xFFFFFFFF:08X}"


@functools.cache
def names() -> dict[int, str]:
    """Every code of the Windows Update Agent that has a name."""
    lines = TABLE.read_text(encoding="ascii").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {int(value, 16): name for value, name in pairs}


def name_of(hresult: int) -> str | None:
    """The name of a code, or None where nobody gave it one."""
    value = hresult & 0xFFFFFFFF
    known = WINDOWS.get(value)
    return names().get(value) or (known[0] if known else None)


def code_of(hresult: int, circumstances: Circumstances) -> Code:
    """Our code: `updates.failed` where none says more."""
    value = hresult & 0xFFFFFFFF
    name = names().get(value)
    if name == "WU_E_INSTALL_NOT_ALLOWED":
        # The same code for "another installation runs" and "restart first".
        return Code.UPDATES_RESTART_FIRST if circumstances.restart_pending else Code.UPDATES_IN_PROGRESS
    if name is not None:
        family = next((code for prefix, code in FAMILIES if name.startswith(prefix)), Code.UPDATES_FAILED)
        code = NAMED.get(name, family)
    else:
        code = WINDOWS.get(value, ("", Code.UPDATES_FAILED))[1]
    if code == Code.UPDATES_UNREACHABLE and circumstances.wsus:
        return Code.UPDATES_WSUS_UNREACHABLE
    return code


def explain(
    hresult: int, circumstances: Circumstances, *, detail: str = "", code: Code | None = None, **params: ParamValue
) -> ErrorDetail:
    """A failure with its code in Microsoft's words; `code` where the place says more than the number."""
    chosen = code or code_of(hresult, circumstances)
    values: dict[str, ParamValue] = {"hresult": hresult_text(hresult), **params}
    name = name_of(hresult)
    if name is not None:
        values["name"] = name
    if chosen == Code.UPDATES_WSUS_UNREACHABLE and circumstances.server:
        values["server"] = clean_text(circumstances.server, 256)
    return ErrorDetail(chosen, values, clean_text(detail, DETAIL_CHARS, multiline=True) or None)
