"""What apt notes in /var/log/apt/history.log: one block of lines per run. Reading never raises on what it finds."""

import contextlib
import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text
from bosman_protocol.work import HistoryEntry

FOLDER = "var/log/apt"
MAX_FILES = 13
"""As many as logrotate keeps: twelve months and the current one."""
MAX_FILE_CHARS = 16 * 1024 * 1024

_ROTATED = re.compile(r"history\.log(?:\.(\d{1,3})(?:\.gz)?)?")
_ITEM = re.compile(r"([^\s,()]+) \(([^()]*)\)")
_ACTIONS: dict[str, Literal["install", "uninstall"]] = {
    "Install": "install",
    "Upgrade": "install",
    "Downgrade": "install",
    "Reinstall": "install",
    "Remove": "uninstall",
    "Purge": "uninstall",
}


def read_history(root: Path, limit: int) -> tuple[HistoryEntry, ...]:
    """The newest `limit` packages that were touched, newest first, from all files that logrotate left."""
    entries: list[HistoryEntry] = []
    for path in _files(root / FOLDER):
        entries += reversed(parse_history(_text(path)))
        if len(entries) >= limit:
            break
    return tuple(entries[:limit])


def parse_history(text: str) -> list[HistoryEntry]:
    """One entry per package, oldest first, in the local time of the machine turned into UTC."""
    entries: list[HistoryEntry] = []
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            key, separator, value = line.partition(": ")
            if separator:
                fields.setdefault(key, value)
        entries += _entries(fields)
    return entries


def _entries(fields: dict[str, str]) -> Iterator[HistoryEntry]:
    at = _time(fields.get("End-Date") or fields.get("Start-Date", ""))
    if at is None:
        return
    # apt writes the end only when it comes to one, and the error of dpkg for the run as a whole.
    error = fields.get("Error")
    outcome: Literal["succeeded", "succeeded_with_errors", "aborted"] = "succeeded"
    if error is not None:
        outcome = "succeeded_with_errors"
    elif "End-Date" not in fields:
        outcome = "aborted"
    detail = ErrorDetail(Code.APT_FAILED, detail=clean_text(error, 2000)) if error is not None else None
    client = clean_text(fields.get("Requested-By") or fields.get("Commandline", ""), 256) or None
    for action, operation in _ACTIONS.items():
        for match in _ITEM.finditer(fields.get(action, "")):
            versions = [part.strip() for part in match[2].split(",")]
            words = [version for version in versions if version and version != "automatic"]
            title = clean_text(f"{match[1]} {' → '.join(words)}", 4096)
            yield HistoryEntry(at, title, operation, outcome, clean_text(match[1], 256), error=detail, client=client)


def _time(text: str) -> datetime | None:
    with contextlib.suppress(ValueError, OSError, OverflowError):
        # apt writes the machine's local time without a zone.
        return datetime.strptime(" ".join(text.split()), "%Y-%m-%d %H:%M:%S").astimezone(UTC)
    return None


def _files(folder: Path) -> list[Path]:
    """The log and its predecessors, newest first."""
    found: list[tuple[int, Path]] = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _ROTATED.fullmatch(path.name)
            if match is not None:
                found.append((int(match[1] or 0), path))
    return [path for _, path in sorted(found)][:MAX_FILES]


def _text(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8", errors="replace") as packed:
                return packed.read(MAX_FILE_CHARS)
        with path.open(encoding="utf-8", errors="replace") as plain:
            return plain.read(MAX_FILE_CHARS)
    except (OSError, EOFError):
        return ""
