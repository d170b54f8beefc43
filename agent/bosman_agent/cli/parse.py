"""`bosman-agent parse`: shows as JSON what the agent makes of other programs' output.

Reads standard input (as any Windows console writes it) and writes JSON to standard output. Exit code 0; or 2, with
`{"error": {"code", "detail"}}`, for what cannot be read. What was not understood of the rest is told on standard error,
as `{"unread": {"count", "lines"}}`.

- `smartctl`: one object: model, tempC, reallocated, pending, media_errors, critical_warning, wear_pct, power_on_hours,
  passed, verdict; null is "not known".
- `winget`: an array of table, name, id, id_truncated, version, available, source. `table` counts the tables of the
  output from 0 (those after the first are of pinned applications, or of such as want to be named); it is "details" for
  the blocks of `list --details`. The array is empty where winget says, in a language of its own, that it found
  nothing; other words without a table are an error.
  `--of upgrade` or `--of list` says which command printed it: asked of one source, winget leaves a column out, and
  only the command tells which.
- `output`: not JSON, but the text itself in UTF-8; `--oem` and `--ansi` name the code pages of the machine.
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
PIECE_BYTES = 64 * 1024
OUTPUT = "output"
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
    parser.add_argument("format", choices=sorted((*_FORMATS, OUTPUT)))
    parser.add_argument("--of", choices=("upgrade", "list"))
    parser.add_argument("--oem", type=_code_page)
    parser.add_argument("--ansi", type=_code_page)


def _code_page(text: str) -> str:
    """Python's name of a code page that Windows has by number. Raises ArgumentTypeError."""
    import codecs  # noqa: PLC0415 - only this command needs it

    number = text.lower().removeprefix("cp")
    name = "utf-8" if number == "65001" else f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise argparse.ArgumentTypeError(text) from error
    return name


def run(arguments: argparse.Namespace) -> int:
    """Read, and write JSON; the process's exit code."""
    if arguments.format == OUTPUT:
        return _show_output(arguments)
    import msgspec  # noqa: PLC0415 - heavy, only this command needs it

    from bosman_agent.platform.command_output import decode_output  # noqa: PLC0415 - as above

    text = decode_output(sys.stdin.buffer.read(MAX_BYTES), _pages(arguments))
    unread: list[str] = []
    try:
        found = _FORMATS[arguments.format](text, arguments, unread)
        code = EXIT_OK
    except UnreadableError as error:
        found = {"error": {"code": str(error.code), "detail": error.detail}}
        code = EXIT_UNREADABLE
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    sys.stdout.buffer.flush()
    if unread:
        lines = [line for line in unread if line]
        sys.stderr.buffer.write(msgspec.json.encode({"unread": {"count": len(unread), "lines": lines[:5]}}) + b"\n")
    return code


def _pages(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The code pages that were named, console's first; none = those of Polish Windows."""
    return tuple(page for page in (arguments.oem, arguments.ansi) if page is not None)


def _show_output(arguments: argparse.Namespace) -> int:
    from bosman_agent.platform.decoding import StreamDecoder  # noqa: PLC0415 - only here

    decoder = StreamDecoder(_pages(arguments))
    while piece := sys.stdin.buffer.read(PIECE_BYTES):
        sys.stdout.buffer.write(_visible(decoder.feed(piece)))
    sys.stdout.buffer.write(_visible(decoder.finish()))
    sys.stdout.buffer.flush()
    return EXIT_OK


def _visible(text: str) -> bytes:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace")


def _smartctl(text: str, _arguments: argparse.Namespace, _unread: list[str]) -> dict[str, object]:
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


def _winget(text: str, arguments: argparse.Namespace, unread: list[str]) -> list[dict[str, object]]:
    from bosman_agent.platform.command_output import undo_wrong_page  # noqa: PLC0415 - only here
    from bosman_agent.platform.winget.details import parse_details  # noqa: PLC0415 - only here
    from bosman_agent.platform.winget.sentences import says_nothing_found  # noqa: PLC0415 - only here
    from bosman_agent.platform.winget.tables import read_tables  # noqa: PLC0415 - only here
    from bosman_protocol.codes import Code  # noqa: PLC0415 - only here

    text = undo_wrong_page(text)
    listing = read_tables(text, arguments.of)
    rows = listing.rows or parse_details(text)
    unread += [*listing.unread, *[""] * listing.missed]
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


def _apt(text: str, _arguments: argparse.Namespace, unread: list[str]) -> list[dict[str, object]]:
    from bosman_agent.platform.linux.apt_list import NotFromAptError, read_upgrades  # noqa: PLC0415 - only here
    from bosman_protocol.codes import Code  # noqa: PLC0415 - only here

    try:
        read = read_upgrades(text)
    except NotFromAptError as error:
        raise UnreadableError(Code.APT_FAILED, str(error)) from error
    unread += [*read.unread, *[""] * read.missed]
    return [
        {
            "name": upgrade.name,
            "installed": upgrade.installed,
            "available": upgrade.available,
            "security": upgrade.update_class == "security",
            "size": None,
        }
        for upgrade in read.upgrades
    ]


_FORMATS: dict[str, Callable[[str, argparse.Namespace, list[str]], Any]] = {
    "apt": _apt,
    "smartctl": _smartctl,
    "winget": _winget,
}
