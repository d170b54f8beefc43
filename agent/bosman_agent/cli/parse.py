"""`bosman-agent parse`: shows as JSON what the agent makes of other programs' output.

Reads standard input (UTF-8, UTF-16 with a mark, cp852 or cp1250) and writes JSON to standard output. Exit code 0; or
2, with `{"error": {"code", "detail"}}`, for what cannot be read.

- `smartctl`: one object: model, tempC, reallocated, pending, media_errors, critical_warning, wear_pct, power_on_hours,
  passed, verdict; null is "not known".
- `winget`: an array of table, name, id, id_truncated, version, available, source. `table` counts the tables of the
  output from 0 (those after the first are of pinned applications, or of such as want to be named); it is "details" for
  the blocks of `list --details`. The array is empty where winget says, in a language of its own, that it found
  nothing; other words without a table are an error.
- `apt`: an array of name, installed, available, security, size (null: the text does not tell), from
  `apt-get -s dist-upgrade` or `apt list --upgradable`.
"""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bosman_protocol.codes import Code

MAX_BYTES = 64 * 1024 * 1024
EXIT_OK = 0
EXIT_UNREADABLE = 2


class UnreadableError(Exception):
    """The input is not what it should be; `code` is one of the catalogue."""

    def __init__(self, code: "Code", detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    """The command's own arguments."""
    parser = commands.add_parser("parse", parents=[common])
    parser.add_argument("format", choices=sorted(_FORMATS))


def run(arguments: argparse.Namespace) -> int:
    """Read, and write JSON; the process's exit code."""
    import msgspec  # noqa: PLC0415 - heavy, only this command needs it

    from bosman_agent.platform.command_output import decode_output  # noqa: PLC0415 - as above

    text = decode_output(sys.stdin.buffer.read(MAX_BYTES))
    try:
        found = _FORMATS[arguments.format](text)
        code = EXIT_OK
    except UnreadableError as error:
        found = {"error": {"code": str(error.code), "detail": error.detail}}
        code = EXIT_UNREADABLE
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    sys.stdout.buffer.flush()
    return code


def _smartctl(text: str) -> dict[str, object]:
    from bosman_agent.platform.smart.parse import SmartUnreadableError, parse_report  # noqa: PLC0415 - only here
    from bosman_agent.platform.smart.verdict import assess  # noqa: PLC0415 - only here
    from bosman_protocol.codes import Code  # noqa: PLC0415 - only here

    try:
        disk = assess(parse_report(text))
    except SmartUnreadableError as error:
        raise UnreadableError(Code.HEALTH_DISK_UNREADABLE, str(error)) from error
    return {
        "model": disk.model,
        "tempC": disk.temperature_celsius,
        "reallocated": disk.reallocated,
        "pending": disk.pending,
        "media_errors": disk.media_errors,
        "critical_warning": disk.critical_warning,
        "wear_pct": disk.wear_percent,
        "power_on_hours": disk.power_on_hours,
        "passed": disk.passed,
        "verdict": disk.verdict,
    }


def _winget(text: str) -> list[dict[str, object]]:
    from bosman_agent.platform.command_output import undo_wrong_page  # noqa: PLC0415 - only here
    from bosman_agent.platform.winget.details import parse_details  # noqa: PLC0415 - only here
    from bosman_agent.platform.winget.tables import parse_tables, says_nothing_found  # noqa: PLC0415 - only here
    from bosman_protocol.codes import Code  # noqa: PLC0415 - only here

    text = undo_wrong_page(text)
    rows = parse_tables(text) or parse_details(text)
    if not rows and not says_nothing_found(text):
        raise UnreadableError(Code.APPS_UNREADABLE, "no table")
    return [
        {
            "table": row.table,
            "name": row.name,
            "id": row.id,
            "id_truncated": row.id_truncated,
            "version": row.version,
            "available": row.available,
            "source": row.source,
        }
        for row in rows
    ]


def _apt(text: str) -> list[dict[str, object]]:
    from bosman_agent.platform.linux.apt_list import NotFromAptError, parse_upgrades  # noqa: PLC0415 - only here
    from bosman_protocol.codes import Code  # noqa: PLC0415 - only here

    try:
        upgrades = parse_upgrades(text)
    except NotFromAptError as error:
        raise UnreadableError(Code.APT_FAILED, str(error)) from error
    return [
        {
            "name": upgrade.name,
            "installed": upgrade.installed,
            "available": upgrade.available,
            "security": upgrade.update_class == "security",
            "size": None,
        }
        for upgrade in upgrades
    ]


_FORMATS: dict[str, Callable[[str], Any]] = {"apt": _apt, "smartctl": _smartctl, "winget": _winget}
