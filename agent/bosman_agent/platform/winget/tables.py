"""Reads the tables of `winget list` and `winget upgrade` by position.

winget speaks eleven languages, so that no header is matched by word; columns begin where the header's words do. Rows
are cut by console cells (Chinese, Japanese and Korean characters take two). Before winget 1.29 a pipe was laid out for
120 columns, and what did not fit ends in "…".
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

import msgspec

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


def parse_tables(text: str) -> list[Row]:
    """Every row of every table of an output, in order; any text is survived."""
    lines = shown_lines(text)
    rows: list[Row] = []
    number = itertools.count()
    for index, line in enumerate(lines):
        if index == 0 or not is_rule(line) or not lines[index - 1]:
            continue
        layout = _find_layout(Cells(_GLUED.sub("", lines[index - 1])), lines[index + 1 :])
        if layout is None or not layout.rows:
            continue
        introduced = index > 1 and lines[index - 2].endswith(_SENTENCE_ENDS)
        rows.extend(_finish(layout, next(number), introduced=introduced))
        if len(rows) > MAX_ROWS:
            break
    return rows[:MAX_ROWS]


def says_nothing_found(text: str) -> bool:
    """Whether an output without a table says, in a language of winget, that there is nothing to list."""
    lines = shown_lines(text)
    said = {re.sub(r"\d+", "{0}", " ".join(line.split())) for line in lines}
    # A rule is that of a table: there was something, whatever is said below it.
    return not any(map(is_rule, lines)) and not said.isdisjoint(_nothing_found())


@cache
def _nothing_found() -> frozenset[str]:
    text = resources.files(__package__).joinpath("nothing_found.txt").read_text(encoding="utf-8")
    return frozenset(" ".join(line.split()) for line in text.splitlines() if not line.startswith("#"))


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
    ends = (*starts[1:], None)
    misses = 0
    for line in body:
        if all(line.blank_at(start - 1) for start in starts[1:]):
            cells = tuple(line.between(start, end).strip() for start, end in zip(starts, ends, strict=True))
            if _is_row(cells):
                yield cells
                continue
        # One row that a strange character has shifted hides none of those below it; many are no table.
        misses += 1
        if misses > MAX_MISSES:
            return


def _is_row(cells: tuple[str, ...]) -> bool:
    """Whether cells may be an application: sentences below a table are not."""
    name, identifier, *rest = cells
    # Where winget knows no version it says so: nothing beside an id are the words of a sentence.
    if not name or not identifier or not any(rest) or max(map(len, rest)) > MAX_CELL:
        return False
    if " " in identifier and _LOCAL_ID.match(identifier) is None and not _is_old_id(identifier, rest):
        return False
    versions, last = (rest[:-1], rest[-1]) if len(rest) > 1 else (rest, "")
    plain = all(not cell or _VERSION.fullmatch(cell) for cell in versions)
    return plain and (" " not in last or _VERSION.fullmatch(last) is not None) and not _is_sentence(cells)


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


def _finish(layout: _Layout, table: int, *, introduced: bool) -> Iterator[Row]:
    width = len(layout.starts)
    # Asked of one source alone, winget leaves the column of sources out; with nothing newer, that of new versions.
    last_is_source = width == MAX_COLUMNS or (
        width == MAX_COLUMNS - 1 and not any(_SURE_VERSION.fullmatch(row[3]) for row in layout.rows)
    )
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
