"""What winget's exit codes mean for us."""

import re
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from bosman_agent.platform.winget.screen import shown_lines
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text

Outcome = Literal["upgraded", "nothing_to_do", "failed"]

DETAIL_CHARS = 1000
LIBRARY_MISSING = 0xC0000135
"""STATUS_DLL_NOT_FOUND: as SYSTEM winget needs the Visual C++ runtime that is installed for the whole machine."""
RESTART_AFTER = frozenset({"INSTALL_REBOOT_REQUIRED_TO_FINISH", "INSTALL_REBOOT_INITIATED"})
NOTHING_NEWER = frozenset(
    {
        "UPDATE_NOT_APPLICABLE", "PACKAGE_ALREADY_INSTALLED", "INSTALL_ALREADY_INSTALLED", "INSTALL_DOWNGRADE",
        "UPGRADE_VERSION_NOT_NEWER",
    }
)  # fmt: skip
EMPTY_LIST = frozenset({"NO_APPLICATIONS_FOUND", "UPDATE_NOT_APPLICABLE"})
"""A list ends so when there is nothing in it; any other failure means that we do not know."""
BROKEN_SOURCE = frozenset(
    {
        "SOURCE_DATA_MISSING", "SOURCE_DATA_INTEGRITY_FAILURE", "SOURCE_OPEN_FAILED", "FAILED_TO_OPEN_ALL_SOURCES",
        "SOURCES_INVALID", "INDEX_INTEGRITY_COMPROMISED", "NO_SOURCES_DEFINED", "SOURCE_NAME_DOES_NOT_EXIST",
    }
)  # fmt: skip
"""What `winget source reset` mends."""
INSTALLER_FAILED = frozenset(
    {"SHELLEXEC_INSTALL_FAILED", "MSI_INSTALL_FAILED", "EXEC_UNINSTALL_COMMAND_FAILED", "INSTALL_CUSTOM_ERROR"}
)
"""The installer's own code stands in the text."""
INSTALLER_RESTART = frozenset({1641, 3010})
"""Windows Installer: restart begun, restart needed (ERROR_SUCCESS_REBOOT_INITIATED, …_REQUIRED)."""

_MEANINGS: dict[Code, frozenset[str]] = {
    Code.APPS_TRY_LATER: frozenset(
        {"INSTALL_INSTALL_IN_PROGRESS", "SERVICE_UNAVAILABLE", "DOWNLOAD_FAILED", "INSTALL_NO_NETWORK",
         "DOWNLOAD_SIZE_MISMATCH", "DOWNLOAD_DEPENDENCIES", "STREAM_READ_FAILURE", "INSTALLER_ZERO_BYTE_FILE"}
    ),
    Code.APPS_IN_USE: frozenset(
        {"INSTALL_PACKAGE_IN_USE", "INSTALL_FILE_IN_USE", "INSTALL_PACKAGE_IN_USE_BY_APPLICATION"}
    ),
    Code.APPS_RESTART_FIRST: frozenset({"INSTALL_REBOOT_REQUIRED_FOR_INSTALL"}),
    Code.APPS_NEEDS_PERSON: frozenset(
        {"INSTALLER_PROHIBITS_ELEVATION", "ADMIN_CONTEXT_ACTION_PROHIBITED", "INSTALLER_HASH_MISMATCH",
         "UPGRADE_VERSION_UNKNOWN", "UPDATE_INSTALL_TECHNOLOGY_MISMATCH", "INSTALL_UPGRADE_NOT_SUPPORTED",
         "PACKAGE_AGREEMENTS_NOT_ACCEPTED", "SOURCE_AGREEMENTS_NOT_ACCEPTED", "INSTALL_LOCATION_REQUIRED",
         "MULTIPLE_APPLICATIONS_FOUND", "INSTALL_CANCELLED_BY_USER", "PROMPT_INPUT_ERROR"}
    ),
    Code.APPS_PINNED: frozenset({"PACKAGE_IS_PINNED"}),
    Code.APPS_BLOCKED: frozenset(
        {"BLOCKED_BY_POLICY", "INSTALL_BLOCKED_BY_POLICY", "MSSTORE_BLOCKED_BY_POLICY",
         "MSSTORE_APP_BLOCKED_BY_POLICY", "INSTALLER_SECURITY_CHECK_FAILED", "COMMAND_REQUIRES_ADMIN"}
    ),
    Code.APPS_NOT_FOUND: frozenset({"NO_APPLICATIONS_FOUND", "NO_MANIFEST_FOUND", "NO_APPLICABLE_INSTALLER"}),
    Code.APPS_SOURCE_BROKEN: BROKEN_SOURCE,
}  # fmt: skip
_NUMBER_AT_END = re.compile(r"[:：]\s*(-?\d{1,10}|0x[0-9a-fA-F]{1,8})\s*$")


class Meaning(msgspec.Struct, frozen=True):
    """What one exit code of `winget upgrade --id` says."""

    outcome: Outcome
    restart_required: bool = False
    error: ErrorDetail | None = None


@cache
def symbols() -> dict[int, str]:
    """Names of exit codes, from winget's own documentation."""
    text = resources.files(__package__).joinpath("return_codes.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {int(number, 16): symbol for number, symbol in pairs}


def unsigned(exit_code: int) -> int:
    """An exit code as Windows counts it; some callers see it negative."""
    return exit_code & 0xFFFFFFFF


def symbol_of(exit_code: int) -> str | None:
    """The name of an exit code, None where winget documents none."""
    return symbols().get(unsigned(exit_code))


def failure_of(exit_code: int, output: str = "") -> ErrorDetail:
    """Our code for a failure, with winget's own name for it and what the installer said."""
    number = unsigned(exit_code)
    symbol = symbol_of(number)
    params: dict[str, str | int | float | bool | None] = {"exit_code": f"0x{number:08X}"}
    if symbol is not None:
        params["symbol"] = symbol
    if symbol in INSTALLER_FAILED and (own := installer_code(output)) is not None:
        params["installer_code"] = own
    if number == LIBRARY_MISSING:
        return ErrorDetail(Code.APPS_NOT_AVAILABLE, params)
    code = next((code for code, names in _MEANINGS.items() if symbol in names), Code.APPS_FAILED)
    return ErrorDetail(code, params, last_words(output))


def last_words(output: str) -> str | None:
    """The end of an output, bounded so that the outcomes of many applications still fit into one message."""
    lines = [line for line in shown_lines(output[-8 * DETAIL_CHARS :]) if line]
    return clean_text("\n".join(lines)[-DETAIL_CHARS:], DETAIL_CHARS, multiline=True) or None


def installer_code(output: str) -> int | None:
    """The exit code of the installer, from the last line that ends in a number; the words around it are translated."""
    for line in reversed(output.splitlines()):
        match = _NUMBER_AT_END.search(line)
        if match is not None:
            return int(match[1], 0)
    return None


def meaning_of(exit_code: int, output: str) -> Meaning:
    """What became of an upgrade, from its exit code."""
    symbol = symbol_of(exit_code)
    if unsigned(exit_code) == 0:
        return Meaning("upgraded")
    if symbol in RESTART_AFTER:
        return Meaning("upgraded", restart_required=True)
    if symbol in NOTHING_NEWER:
        return Meaning("nothing_to_do")
    if symbol in INSTALLER_FAILED and installer_code(output) in INSTALLER_RESTART:
        return Meaning("upgraded", restart_required=True)
    return Meaning("failed", error=failure_of(exit_code, output))
