"""Text as a console would show it: without escapes, spinners and progress bars, measured in console cells."""

import re
import unicodedata
from functools import lru_cache

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_PROGRESS = re.compile(r"[█▓▒░]|^[\s\-\\|/]*$")
_JOINER = "\u200d"
_JOINERS = frozenset({"\u200c", _JOINER})
MAX_LINE = 4000
"""Longer lines are no row of any table; they are cut, so that hostile text costs little."""


def shown_lines(text: str) -> list[str]:
    """The lines that stay on the screen; progress becomes an empty line."""
    lines = [_last_words(line) for line in _ESCAPE.sub("", text).split("\n")]
    return ["" if _is_progress(line) else line for line in lines]


def _last_words(line: str) -> str:
    """What a line shows in the end: after the last return to its beginning, and after its backspaces."""
    line = line.rstrip("\r").rpartition("\r")[2][:MAX_LINE]
    if "\b" not in line:
        return line.rstrip()
    cells: list[str] = []
    at = 0
    for char in line:
        if char == "\b":
            at = max(0, at - 1)
            continue
        cells[at : at + 1] = [char]
        at += 1
    return "".join(cells).rstrip()


def _is_progress(line: str) -> bool:
    return _PROGRESS.search(line) is not None and not is_rule(line)


def is_rule(line: str) -> bool:
    """Whether a line is the rule under a table's header: dashes alone."""
    return len(line) >= 5 and not line.strip("-")


@lru_cache(maxsize=8192)
def cell_width(char: str) -> int:
    """How many cells winget reckons for a character: by the first of a grapheme cluster, so that marks take none.

    Invisible characters that are clusters of their own (a mark of direction, a soft hyphen) take one.
    """
    if unicodedata.category(char) in {"Mn", "Me", "Mc"} or char in _JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


class Cells:
    """One line, cut by cells instead of characters."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._starts: list[int] = []
        at = 0
        before = ""
        for char in line:
            self._starts.append(at)
            wide = cell_width(char)
            # What is joined to a picture is drawn as one with it.
            at += 0 if before == _JOINER and wide == 2 else wide
            before = char
        self.width = at

    def between(self, start: int, end: int | None) -> str:
        """The characters that begin within these cells."""
        kept = [
            char for char, at in zip(self._line, self._starts, strict=True) if at >= start and (end is None or at < end)
        ]
        return "".join(kept)

    def blank_at(self, cell: int) -> bool:
        """Whether a cell is empty: a blank, or beyond the end of the line."""
        if cell < 0 or cell >= self.width:
            return True
        return self.between(cell, cell + 1) == " "

    def words(self) -> list[tuple[int, str]]:
        """Every word with the cell that it begins in."""
        return [(self._starts[match.start()], match[0]) for match in re.finditer(r"\S+", self._line)]
