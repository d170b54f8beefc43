"""What the commands share that read a document, compute, and print: no database, no running server, no settings.

They read and answer by the contract: JSON on standard output and status 0, or every error at once and status 2.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer

from bosman_protocol.documents.errors import DocumentCode, DocumentError, DocumentRefusedError, Problems
from bosman_protocol.documents.reader import FIRST_YEAR, LAST_YEAR, RawObject, Reader, calendar_date, load_document
from bosman_protocol.timing import zones
from bosman_server.cli.documents.texts import text

T = TypeVar("T")

File = Annotated[str, typer.Argument(metavar="FILE", help="The JSON document; `-` reads standard input.")]
Table = Annotated[bool, typer.Option("--table", help="A table for people instead of JSON, in English or Polish.")]
Zone = Annotated[str | None, typer.Option("--zone", help="The device's time zone, like Europe/Warsaw (required).")]
From = Annotated[str | None, typer.Option("--from", help="First date, YYYY-MM-DD, in --zone (required).")]
Days = Annotated[str | None, typer.Option("--days", metavar="N", help="How many days (required).")]

MAX_DAYS = 3660
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Range:
    """What was asked: a device's zone and a range of its days."""

    zone: ZoneInfo
    low: datetime
    high: datetime


def answer(file: str, read: Callable[[RawObject, Problems], T], *, table: bool) -> T:
    """What `read` makes of the document.

    Where anything is wrong, with the document or with what `read` says of the
    arguments, all errors are printed and the command ends with 2.
    """
    problems = Problems()
    try:
        document = load_document(_bytes(file))
    except DocumentRefusedError as error:
        problems.found += error.errors
        # The arguments are looked at all the same; what an empty document lacks is nobody's error.
        beside = Problems()
        read(RawObject(), beside)
        problems.found += [one for one in beside.found if one.path.startswith("--")]
        raise _refused(problems, table=table) from None
    found = read(document, problems)
    if problems.found:
        raise _refused(problems, table=table)
    return found


def print_json(found: object) -> None:
    """One line of JSON."""
    typer.echo(json.dumps(found))


def argument(name: str, value: str | None, reader: Reader[T], problems: Problems) -> T | None:
    """A required argument, read as fields of documents are."""
    if value is None:
        problems.add(DocumentCode.FIELD_REQUIRED, name)
        return None
    return reader(value, name, problems)


def zone_argument(name: str, value: str | None, problems: Problems) -> ZoneInfo:
    """A required zone; UTC where it was wrong, so that the document can be looked at."""
    return argument(name, value, zones.zone, problems) or UTC_ZONE


def range_argument(zone: ZoneInfo, first: str | None, days: str | None, problems: Problems) -> Range:
    """The range that `--from` and `--days` ask for; any one where they were wrong."""
    begin = argument("--from", first, _date, problems)
    count = argument("--days", days, _days, problems)
    return Range(zone, *zones.date_range(begin or date(2000, 1, 1), count or 1, zone))


def _date(value: Any, path: str, problems: Problems) -> date | None:
    found = calendar_date(value, path, problems)
    if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
        problems.add(DocumentCode.VALUE_RANGE, path, min=FIRST_YEAR, max=LAST_YEAR)
        return None
    return found


def _days(value: Any, path: str, problems: Problems) -> int | None:
    try:
        found = int(value) if value.isascii() and len(value) <= 20 else None
    except ValueError:
        found = None
    if found is None:
        problems.add(DocumentCode.FIELD_TYPE, path, expected="integer")
    elif not 1 <= found <= MAX_DAYS:
        problems.add(DocumentCode.VALUE_RANGE, path, min=1, max=MAX_DAYS)
        return None
    return found


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        invalid = DocumentError("", DocumentCode.DOCUMENT_INVALID, {"reason": error.strerror or str(error)})
        raise DocumentRefusedError([invalid]) from None


def _refused(problems: Problems, *, table: bool) -> typer.Exit:
    errors = DocumentRefusedError(problems.found).errors
    if table:
        print_table(
            [text("column.place"), text("column.error")],
            [[error.path or text("error.whole_document"), explain(error)] for error in errors],
        )
    else:
        print_json({"errors": [error.as_json() for error in errors]})
    return typer.Exit(2)


def explain(error: DocumentError) -> str:
    """What is wrong, in a sentence, with the bounds or the reason where there are some."""
    details = ", ".join(f"{name}: {value}" for name, value in error.params.items())
    sentence = text(f"error.{error.code}")
    return f"{sentence} ({details})" if details else sentence


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns for people; control characters, which documents may hold, are shown as what they are."""
    safe = [[_printable(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in safe) for column in range(len(head))]
    for row in safe:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _printable(cell: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cell)


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment on the wall of a zone, with its offset: without it an hour that comes twice is told wrongly."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")


def duration(seconds: int) -> str:
    """Hours and minutes."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours} h {minutes:02d} min" + (f" {left:02d} s" if left else "")
