"""Asks winget what is newer, and finds the ids that a narrow console cut off."""

import tempfile
from pathlib import Path

import msgspec

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.processes import Completed
from bosman_agent.platform.tolerant_json import NotJsonError, dig, entries, load_object
from bosman_agent.platform.winget.codes import EMPTY_LIST, failure_of, last_words, symbol_of
from bosman_agent.platform.winget.details import parse_details
from bosman_agent.platform.winget.runner import QUIET, Winget
from bosman_agent.platform.winget.screen import is_rule, shown_lines
from bosman_agent.platform.winget.tables import Listing, Row, read_tables
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text

SCAN_SECONDS = 600.0
MAX_EXPORT_BYTES = 16 * 1024 * 1024


async def newer_rows(winget: Winget, log: WriteLog) -> list[Row]:
    """Rows for which something newer is offered, ids as complete as they can be had. Raises ProviderError."""
    return list((await newer(winget, log)).rows)


async def newer(winget: Winget, log: WriteLog) -> Listing:
    """The same with what winget keeps to itself, and what of its answer was not understood. Raises ProviderError."""
    done = await winget.ask_source(
        "upgrade", "--scope", winget.scope, "--include-unknown", timeout=SCAN_SECONDS, log=log
    )
    listing = _read(done)
    if listing.pinned:
        listing = await _with_pinned(winget, listing)
    rows = [row for row in listing.rows if row.available]
    if any(row.id_truncated for row in rows):
        whole = await _whole_ids(winget)
        rows = [_resolve(row, whole) for row in rows]
    return msgspec.structs.replace(listing, rows=tuple(rows))


async def _with_pinned(winget: Winget, listing: Listing) -> Listing:
    """What was only counted by name, too, as far as this winget (1.5 and newer) names it."""
    try:
        whole = _read(
            await winget.ask_source(
                "upgrade", "--scope", winget.scope, "--include-unknown", "--include-pinned", timeout=SCAN_SECONDS
            )
        )
    except ProviderError:
        # The number stays, and is told of.
        return listing
    known = {row.id for row in listing.rows}
    pinned = [msgspec.structs.replace(row, introduced=True) for row in whole.rows if row.id not in known]
    left = max(0, listing.pinned - len(pinned))
    return msgspec.structs.replace(listing, rows=(*listing.rows, *pinned), pinned=left)


def _read(done: Completed) -> Listing:
    """What a list holds. Without a table the exit code decides: a failure is never "nothing newer"."""
    listing = read_tables(done.stdout, "upgrade")
    symbol = symbol_of(done.exit_code)
    if listing.rows or symbol in EMPTY_LIST:
        return listing
    if done.exit_code == 0:
        # Words alone say that nothing is newer. Silence, or a table without a readable row, says nothing.
        if done.stdout.strip() and not any(map(is_rule, shown_lines(done.stdout))):
            return listing
        raise ProviderError(ErrorDetail(Code.APPS_UNREADABLE, detail=last_words(done.stdout)))
    raise ProviderError(failure_of(done.exit_code, done.stdout + done.stderr), exit_code=done.exit_code)


async def _whole_ids(winget: Winget) -> list[Row]:
    """Every application with its whole id, by the first way that this winget knows."""
    try:
        done = await winget.ask_source(
            "list", "--upgrade-available", "--details", "--scope", winget.scope, timeout=SCAN_SECONDS
        )
        rows = parse_details(done.stdout)
        return rows or await _export(winget)
    except ProviderError:
        # It only fills gaps: what stays unknown is reported as such.
        return []


async def _export(winget: Winget) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="bosman-winget-") as folder:
        target = Path(folder) / "packages.json"
        await winget.ask(
            "export", "--output", str(target), "--include-versions", *QUIET, "--source", "winget", timeout=SCAN_SECONDS
        )
        try:
            with target.open(encoding="utf-8-sig", errors="replace") as file:
                return parse_export(file.read(MAX_EXPORT_BYTES))
        except OSError:
            return []


def parse_export(text: str) -> list[Row]:
    """Ids and installed versions from the file that `winget export` writes; any text is survived."""
    try:
        document = load_object(text)
    except NotJsonError:
        return []
    rows = []
    for source in entries(document.get("Sources")):
        for package in entries(source.get("Packages")):
            identifier, version = package.get("PackageIdentifier"), package.get("Version")
            if isinstance(identifier, str):
                known = clean_text(version, 256) if isinstance(version, str) else ""
                name = dig(source, "SourceDetails", "Name")
                rows.append(
                    Row("export", "", clean_text(identifier, 256), id_truncated=False, version=known, available="",
                        source=name if isinstance(name, str) else "")
                )  # fmt: skip
    return rows


def _resolve(row: Row, whole: list[Row]) -> Row:
    """The row with its whole id, where exactly one is meant."""
    if not row.id_truncated:
        return row
    beginning = row.id.removesuffix("…").removesuffix("...")
    candidates = {other.id for other in whole if other.id.startswith(beginning) and _agrees(row, other)}
    if len(candidates) != 1:
        return row
    return msgspec.structs.replace(row, id=candidates.pop(), id_truncated=False)


def _agrees(row: Row, other: Row) -> bool:
    shown = row.version.removesuffix("…")
    return not other.version or other.version.startswith(shown)
