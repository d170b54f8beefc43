"""What Windows Update's result codes mean: their names, and our codes for them.

The names come from `codes.txt` (mingw-w64's wuerror.h), the causes from Microsoft's support article 938205.
"""

import functools
from pathlib import Path

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.text import clean_text

DETAIL_CHARS = 2000
TABLE = Path(__file__).with_name("codes.txt")

_WINDOWS: dict[int, tuple[str, Code]] = {
    0x80004005: ("E_FAIL", Code.UPDATES_FAILED),
    0x80040154: ("REGDB_E_CLASSNOTREG", Code.UPDATES_NOT_AVAILABLE),
    0x800401F3: ("CO_E_CLASSSTRING", Code.UPDATES_NOT_AVAILABLE),
    0x80070005: ("E_ACCESSDENIED", Code.UPDATES_ACCESS_DENIED),
    0x8007000E: ("E_OUTOFMEMORY", Code.UPDATES_FAILED),
    0x80070070: ("ERROR_DISK_FULL", Code.UPDATES_NO_SPACE),
    0x80070422: ("ERROR_SERVICE_DISABLED", Code.UPDATES_DISABLED),
    0x80070426: ("ERROR_SERVICE_NOT_ACTIVE", Code.UPDATES_SERVICE_STOPPED),
    0x8007045B: ("ERROR_SHUTDOWN_IN_PROGRESS", Code.UPDATES_SERVICE_STOPPED),
    0x80070490: ("ERROR_NOT_FOUND", Code.UPDATES_DAMAGED_STORE),
    0x80070643: ("ERROR_INSTALL_FAILURE", Code.UPDATES_INSTALLER_FAILED),
    0x800706BA: ("RPC_S_SERVER_UNAVAILABLE", Code.UPDATES_SERVICE_STOPPED),
    0x80070BC2: ("ERROR_SUCCESS_REBOOT_REQUIRED", Code.UPDATES_RESTART_FIRST),
    0x80070BC9: ("ERROR_FAIL_NOACTION_REBOOT", Code.UPDATES_ROLLED_BACK),
    0x80072EE2: ("ERROR_INTERNET_TIMEOUT", Code.UPDATES_UNREACHABLE),
    0x80072EE7: ("ERROR_INTERNET_NAME_NOT_RESOLVED", Code.UPDATES_UNREACHABLE),
    0x80072EFD: ("ERROR_INTERNET_CANNOT_CONNECT", Code.UPDATES_UNREACHABLE),
    0x80072EFE: ("ERROR_INTERNET_CONNECTION_ABORTED", Code.UPDATES_UNREACHABLE),
    0x80072EFF: ("ERROR_INTERNET_CONNECTION_RESET", Code.UPDATES_UNREACHABLE),
    0x80072F8F: ("ERROR_INTERNET_DECODING_FAILED", Code.UPDATES_CLOCK_OR_TLS),
    0x80073712: ("ERROR_SXS_COMPONENT_STORE_CORRUPT", Code.UPDATES_DAMAGED_STORE),
    0x80073701: ("ERROR_SXS_ASSEMBLY_MISSING", Code.UPDATES_DAMAGED_STORE),
    0x80080005: ("CO_E_SERVER_EXEC_FAILURE", Code.UPDATES_SERVICE_STOPPED),
    0x800B0101: ("CERT_E_EXPIRED", Code.UPDATES_CLOCK_OR_TLS),
    0x800B0109: ("CERT_E_UNTRUSTEDROOT", Code.UPDATES_CLOCK_OR_TLS),
    0x800F081F: ("CBS_E_SOURCE_MISSING", Code.UPDATES_DAMAGED_STORE),
    0x800F0825: ("CBS_E_CANNOT_UNINSTALL", Code.UPDATES_NOT_REMOVABLE),
    0x800F0831: ("CBS_E_STORE_CORRUPTION", Code.UPDATES_DAMAGED_STORE),
    0x800F0922: ("CBS_E_INSTALLERS_FAILED", Code.UPDATES_INSTALLER_FAILED),
    0x80D02002: ("DO_E_DOWNLOAD_NO_PROGRESS", Code.UPDATES_UNREACHABLE),
}
"""Codes of the rest of Windows that updates end with; names as winerror.h, wininet.h, cbserr and deliveryoptimization
errors have them."""

_NAMED: dict[str, Code] = {
    "WU_E_NO_SERVICE": Code.UPDATES_SERVICE_STOPPED,
    "WU_E_OPERATIONINPROGRESS": Code.UPDATES_IN_PROGRESS,
    "WU_E_NOT_APPLICABLE": Code.UPDATES_NOT_APPLICABLE,
    "WU_E_EXCLUSIVE_INSTALL_CONFLICT": Code.UPDATES_ALONE,
    "WU_E_SERVICE_STOP": Code.UPDATES_SERVICE_STOPPED,
    "WU_E_NO_CONNECTION": Code.UPDATES_UNREACHABLE,
    "WU_E_TIME_OUT": Code.UPDATES_UNREACHABLE,
    "WU_E_EULAS_DECLINED": Code.UPDATES_EULA,
    "WU_E_NO_UPDATE": Code.UPDATES_NOT_OFFERED,
    "WU_E_NO_INTERACTIVE_USER": Code.UPDATES_NEEDS_INPUT,
    "WU_E_WU_DISABLED": Code.UPDATES_DISABLED,
    "WU_E_PER_MACHINE_UPDATE_ACCESS_DENIED": Code.UPDATES_ACCESS_DENIED,
    "WU_E_UNINSTALL_NOT_ALLOWED": Code.UPDATES_NOT_REMOVABLE,
    "WU_E_UH_INSTALLERFAILURE": Code.UPDATES_INSTALLER_FAILED,
    "WU_E_UH_INVALIDMETADATA": Code.UPDATES_DAMAGED_STORE,
    "WU_E_UH_POSTREBOOTSTILLPENDING": Code.UPDATES_RESTART_FIRST,
    "WU_E_UH_POSTREBOOTRESULTUNKNOWN": Code.UPDATES_RESTART_FIRST,
    "WU_E_UH_NEEDANOTHERDOWNLOAD": Code.UPDATES_DOWNLOAD_FAILED,
    "WU_S_REBOOT_REQUIRED": Code.UPDATES_RESTART_FIRST,
    "WU_S_ALREADY_UNINSTALLED": Code.UPDATES_NOT_APPLICABLE,
    "WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT": Code.UPDATES_UNREACHABLE,
    "WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT": Code.UPDATES_UNREACHABLE,
}
_FAMILIES: tuple[tuple[str, Code], ...] = (
    ("WU_E_PT_HTTP_STATUS_", Code.UPDATES_SERVER_REFUSED),
    ("WU_E_PT_WINHTTP_", Code.UPDATES_UNREACHABLE),
    ("WU_E_PT_SOAPCLIENT_CONNECT", Code.UPDATES_UNREACHABLE),
    ("WU_E_PT_SOAPCLIENT_SEND", Code.UPDATES_UNREACHABLE),
    ("WU_E_DM_", Code.UPDATES_DOWNLOAD_FAILED),
    ("WU_E_DS_", Code.UPDATES_DAMAGED_STORE),
)
"""What a name begins with, asked after the names themselves."""


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
    known = _WINDOWS.get(value)
    return names().get(value) or (known[0] if known else None)


def code_of(hresult: int, circumstances: Circumstances) -> Code:
    """Our code: `updates.failed` where none says more."""
    value = hresult & 0xFFFFFFFF
    name = names().get(value)
    if name == "WU_E_INSTALL_NOT_ALLOWED":
        # The same code for "another installation runs" and "restart first".
        return Code.UPDATES_RESTART_FIRST if circumstances.restart_pending else Code.UPDATES_IN_PROGRESS
    if name is not None:
        family = next((code for prefix, code in _FAMILIES if name.startswith(prefix)), Code.UPDATES_FAILED)
        code = _NAMED.get(name, family)
    else:
        code = _WINDOWS.get(value, ("", Code.UPDATES_FAILED))[1]
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
