"""Reads the tables of `winget list` and `winget upgrade` by position.

winget speaks eleven languages, so that no header is matched by word; columns begin where the header's words do. Rows
are cut by console cells (Chinese, Japanese and Korean characters take two). Before winget 1.29 a pipe was laid out for
120 columns, and what did not fit ends in "…".
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from bosman_agent.platform.winget import sentences
from bosman_agent.platform.winget.screen import Cells, cell_width, is_rule, shown_lines
from bosman_protocol.text import clean_text

MAX_ROWS = 5_000
_CUT_OFF = ("…", "...")
_SENTENCE_ENDS = (":", "：", ".", "。")
_LOCAL_ID = re.compile(r"(?:ARP|MSIX)\\")
_BUILD = r"(?: (?:\([^()]*(?:\)|…|\.\.\.)|…))?"
"""The brackets behind a version, cut off or not."""
_SURE = rf"[vVrR]?\d(?:[!-~…]*|[\d.]*\.\S+)(?: [!-~…]+){{0,3}}{_BUILD}"
"""Begins with a number; drivers have a date before their version, and some vendors a word behind it."""
_SURE_VERSION = re.compile(rf"(?:[<>] )?{_SURE}")
_VERSION = re.compile(rf"(?:[<>] )?(?:[!-~…]+{_BUILD}|{_SURE})")
_GLUED = re.compile(r"^[\s\\|/-]+(?=\w)")
"""What a spinner leaves before a header where a capture lost the returns to the line's beginning."""
UNKNOWN = "Unknown"
"""How winget writes a version that it does not know, in every language."""
MAX_CELL = 256
MAX_MISSES = 50
MIN_COLUMNS = 3
MAX_COLUMNS = 5
MAX_WORDS = 8
"""Of a header: five columns, two of which may have two words (Korean has them), and one to spare."""


_SOURCES = frozenset({"winget", "msstore", "winget-font"})
"""What winget itself names its sources."""
_WHOLE_ID = re.compile(r"[^\s.]+(?:\.[^\s.]+)+|[0-9A-Z]{12,14}")
_WORDED = re.compile(r"[<>]? ?(?=[^0-9]*[0-9])[!-~]{1,32}(?: [!-~]{1,32}){1,3}")
MAX_UNREAD = 100

Asked = Literal["upgrade", "list"]


class Row(msgspec.Struct, frozen=True):
    """One application as a table shows it; `table` counts the tables of one output from 0."""

    table: int | str
    name: str
    id: str
    id_truncated: bool
    version: str
    available: str
    source: str
    introduced: bool = False
    """A sentence stands right above its table: these are apart from the rest (pinned, or only by name)."""


class _Layout(msgspec.Struct, frozen=True):
    starts: tuple[int, ...]
    rows: list[tuple[str, ...]]

    @property
    def rank(self) -> tuple[bool, int, int]:
        """A column without a single entry is half of a header of two words; then more rows win, then more columns."""
        filled = all(any(row[index] for row in self.rows) for index in range(len(self.starts)))
        return bool(self.rows) and filled, len(self.rows), len(self.starts)


class Listing(msgspec.Struct, frozen=True):
    """What an output lists, and what of it was not understood."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()
    """Lines between and below rows that are no row and no sentence, shortened."""
    missed: int = 0
    """How many upgrades winget counts beyond those that were read."""
    pinned: int = 0
    """Applications that somebody pinned: winget counts them and does not list them."""
    blocked: int = 0
    """Applications whose newer version needs them to be uninstalled first; counted alone, too."""


def parse_tables(text: str, of: Asked | None = None) -> list[Row]:
    """Every row of every table of an output, in order; any text is survived."""
    return list(read_tables(text, of).rows)


def read_tables(text: str, of: Asked | None = None) -> Listing:
    """The same with what was not understood; `of` is the command that printed it, None = not known."""
    lines = shown_lines(text)
    rows: list[Row] = []
    unread: list[str] = []
    number = itertools.count()
    counts = sentences.counts(lines)
    for index, line in enumerate(lines):
        if index == 0 or not is_rule(line) or not lines[index - 1]:
            continue
        layout = _find_layout(Cells(_GLUED.sub("", lines[index - 1])), lines[index + 1 :])
        if layout is None or not layout.rows:
            continue
        introduced = index > 1 and lines[index - 2].endswith(_SENTENCE_ENDS)
        last_is_source = _last_is_source(layout, of, counted="available" in counts)
        rows.extend(_finish(layout, next(number), introduced=introduced, last_is_source=last_is_source))
        unread.extend(_unread(layout, lines[index + 1 :]))
        if len(rows) > MAX_ROWS:
            break
    newer = sum(bool(row.available) for row in rows)
    missed = max(0, counts.get("available", 0) - newer - len(unread))
    return Listing(
        tuple(rows[:MAX_ROWS]), tuple(unread[:MAX_UNREAD]), missed, counts.get("pinned", 0), counts.get("blocked", 0)
    )


def _unread(layout: _Layout, below: Sequence[str]) -> Iterator[str]:
    """Lines that stand in the columns as a row does, and are none by what they hold."""
    for text in _body(itertools.islice(below, MAX_ROWS)):
        line = Cells(text)
        cells = _cells(layout.starts, line)
        stands = all(line.blank_at(start - 1) for start in layout.starts[1:])
        if stands and _is_row(cells):
            continue
        name, identifier, *rest = cells
        looks = bool(name and identifier and " " not in identifier and any(rest)) and stands
        if looks and not sentences.is_known(text) and not _is_sentence(cells):
            yield clean_text(text, 200)


def _find_layout(header: Cells, below: Sequence[str]) -> _Layout | None:
    """The way to cut columns that fits the rows best."""
    body = [Cells(line) for line in _body(itertools.islice(below, MAX_ROWS))]
    layouts = [_Layout(starts, list(_rows(starts, body))) for starts in _ways_to_cut(header)]
    return max(layouts, key=lambda layout: layout.rank, default=None)


def _body(below: Iterable[str]) -> list[str]:
    """As much as any layout could take: up to the first empty line, or the header of another table."""
    lines: list[str] = []
    for line in below:
        if is_rule(line):
            return lines[:-1]
        if not line:
            break
        lines.append(line)
    return lines


def _ways_to_cut(header: Cells) -> Iterator[tuple[int, ...]]:
    """Where columns may begin: at every word, or at fewer, since a header may be two words with one blank between."""
    words = header.words()
    if not MIN_COLUMNS <= len(words) <= MAX_WORDS or words[0][0] != 0:
        return
    joinable = []
    for (start, word), (following, _) in itertools.pairwise(words):
        if start + sum(map(cell_width, word)) + 1 == following:
            joinable.append(following)
    starts = [start for start, _ in words]
    for size in range(len(joinable) + 1):
        if not MIN_COLUMNS <= len(starts) - size <= MAX_COLUMNS:
            continue
        for joined in itertools.combinations(joinable, size):
            yield tuple(start for start in starts if start not in joined)


def _rows(starts: tuple[int, ...], body: Sequence[Cells]) -> Iterator[tuple[str, ...]]:
    misses = 0
    for line in body:
        if all(line.blank_at(start - 1) for start in starts[1:]):
            cells = _cells(starts, line)
            if _is_row(cells):
                yield cells
                continue
        # One row that a strange character has shifted hides none of those below it; many are no table.
        misses += 1
        if misses > MAX_MISSES:
            return


def _cells(starts: tuple[int, ...], line: Cells) -> tuple[str, ...]:
    return tuple(line.between(start, end).strip() for start, end in zip(starts, (*starts[1:], None), strict=True))


def _is_row(cells: tuple[str, ...]) -> bool:
    """Whether cells may be an application: sentences below a table are not."""
    name, identifier, *rest = cells
    # Where winget knows no version it says so: nothing beside an id are the words of a sentence.
    if not name or not identifier or not any(rest) or max(map(len, rest)) > MAX_CELL:
        return False
    if " " in identifier and _LOCAL_ID.match(identifier) is None and not _is_old_id(identifier, rest):
        return False
    versions, last = (rest[:-1], rest[-1]) if len(rest) > 1 else (rest, "")
    plain = all(not cell or _VERSION.fullmatch(cell) or _is_worded(cell, cells) for cell in versions)
    last_fits = " " not in last or _VERSION.fullmatch(last) is not None or _is_worded(last, cells)
    return plain and last_fits and not _is_sentence(cells)


def _is_worded(version: str, cells: tuple[str, ...]) -> bool:
    """Whether a cell may be a version that begins with a word ("Build 197398"): all around it is as it should be."""
    _, identifier, *rest = cells
    others = [cell for cell in rest if cell != version]
    sure = any(_SURE_VERSION.fullmatch(cell) or cell in _SOURCES for cell in others)
    return sure and _WHOLE_ID.fullmatch(identifier) is not None and _WORDED.fullmatch(version) is not None


def _is_old_id(identifier: str, rest: Iterable[str]) -> bool:
    """Earlier versions took the registry's key as the id ("Adobe AIR"); a version beside it tells it from words."""
    version = next(filter(None, rest), "")
    return "  " not in identifier and (version == UNKNOWN or _SURE_VERSION.fullmatch(version) is not None)


def _is_sentence(cells: Sequence[str]) -> bool:
    """Whether the words of a sentence have fallen into columns by chance ("2 upgrades|available.")."""
    last = next(cell for cell in reversed(cells) if cell)
    if cells[0].startswith("<") and last.endswith(">"):
        return True
    return last.endswith(_SENTENCE_ENDS) and not last.endswith(_CUT_OFF)


def _last_is_source(layout: _Layout, of: Asked | None, *, counted: bool) -> bool:
    """Asked of one source alone, winget leaves the column of sources out; with nothing newer, that of new versions."""
    width = len(layout.starts)
    if width != MAX_COLUMNS - 1:
        return width == MAX_COLUMNS
    if of == "upgrade":
        # It lists nothing but what is newer.
        return False
    values = [row[3] for row in layout.rows if row[3]]
    if any(_SURE_VERSION.fullmatch(value) for value in values):
        return False
    if any(value in _SOURCES for value in values):
        return True
    # Below a list of what is newer stands how much it is; a source has one name, however many come from it.
    return not counted and len(set(values)) <= len(_SOURCES)


def _finish(layout: _Layout, table: int, *, introduced: bool, last_is_source: bool) -> Iterator[Row]:
    for name, identifier, version, *rest in layout.rows:
        source = rest.pop() if rest and last_is_source else ""
        cut = identifier.endswith(_CUT_OFF)
        yield Row(
            table=table,
            name=clean_text(name, 256),
            id=clean_text(identifier, 256),
            id_truncated=cut,
            version=clean_text(version, 256),
            available=clean_text(rest[0], 256) if rest else "",
            source=clean_text(source, 256),
            introduced=introduced,
        )
