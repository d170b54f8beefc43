"""Reads what `winget list --details` prints (1.28 and newer): nothing is cut off there.

Only the lines with brackets are the same in every language: `(n/m) Name [Id]` (without the numbers where it is one
application alone) and, below the heading of what is newer, `  source [version]`. The first line of a block is the
installed version.
"""

import re

from bosman_agent.platform.winget.screen import shown_lines
from bosman_agent.platform.winget.tables import MAX_ROWS, Row
from bosman_protocol.text import clean_text

TABLE = "details"
_HEADING = re.compile(r"\((?:\d{1,6})/(?:\d{1,6})\) (.*\S) \[([^\[\]]+)\]")
_ALONE = re.compile(r"(\S.*) \[([^\[\]\s]+)\]")
_INSTALLED = re.compile(r"[^:：]{1,60}[:：]\s*(?:ARP|MSIX)\\.+")
"""Where Windows has it: `winget show`, whose blocks look the same, knows of no installation."""
_UPGRADE = re.compile(r"\s+(\S+) \[([^\[\]]+)\]")
_VALUE = re.compile(r"[^:：]{1,60}[:：]\s*(.*)")


def parse_details(text: str) -> list[Row]:
    """One row per block; any text is survived."""
    rows: list[Row] = []
    lines = shown_lines(text)
    alone = any(map(_INSTALLED.fullmatch, lines)) and not any(map(_HEADING.fullmatch, lines))
    for line in lines:
        heading = _ALONE.fullmatch(line) if alone and not rows else _HEADING.fullmatch(line)
        if heading is not None:
            rows.append(_row(heading))
            continue
        if not rows or not line:
            continue
        rows[-1] = _with(rows[-1], line)
    return rows[:MAX_ROWS]


def _row(heading: re.Match[str]) -> Row:
    name, identifier = clean_text(heading[1], 256), clean_text(heading[2], 256)
    return Row(TABLE, name, identifier, id_truncated=False, version="", available="", source="")


def _with(row: Row, line: str) -> Row:
    upgrade = _UPGRADE.fullmatch(line)
    if upgrade is not None and not row.available:
        return Row(
            TABLE, row.name, row.id, row.id_truncated, row.version, clean_text(upgrade[2], 256),
            clean_text(upgrade[1], 256),
        )  # fmt: skip
    value = _VALUE.fullmatch(line)
    if value is not None and not row.version:
        return Row(
            TABLE, row.name, row.id, row.id_truncated, clean_text(value[1], 256), row.available, row.source
        )  # fmt: skip
    return row
